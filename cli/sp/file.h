// A procedure from a file, as text or as words, and whatever there is to say about it.

#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "common/status.h"
#include "jit/text/assembler.h"
#include "jit/text/disassembler.h"
#include "jit/verify/verified_program.h"

namespace blink::sp {

// Text or words, told apart by the magic. Of words the text is what the disassembler makes of them,
// so that both are shown alike.
struct File {
  std::string name;
  std::string text;
  std::vector<jit::Word> words;  // empty: it cannot be assembled
  jit::Assembly assembly;        // of the text
  bool is_binary = false;
  std::optional<jit::Malformed> problem;  // of words

  jit::SourceText source() const {
    return jit::SourceText(is_binary ? name + " (disassembled)" : name, text);
  }
};

// Any file, up to the size of the longest procedure's text.
Result<std::string> read_bytes(const std::string& path);
// `path` "-" is the standard input. Fails when it cannot be read.
Result<File> read_file(const std::string& path);
// The same, with what is wrong said on the standard error; nothing when it is no procedure.
std::optional<File> load(const std::string& path);

bool is_terminal(std::FILE* file);
void say(const jit::SourceText& source, const jit::Diagnostic& diagnostic);
// What the verifier said, in the text, and the places that it has to do with. `program`: where the
// procedure was accepted.
void say(const jit::Finding& finding, const File& file, const jit::SourceText& source,
         const jit::VerifiedProgram* program);
// What an operand may be where it is an immediate: "0 to 14", or all names of a set.
std::string bounds_text(const jit::OperandRule& rule);
// Where a command may stand: "init, update, and in a display list".
std::string places_text(const jit::OpcodeInfo& info);
// Verifies. Findings that refuse it are said; `findings`, when given, gets all of them.
std::optional<jit::VerifiedProgram> verify_file(const File& file);

}  // namespace blink::sp
