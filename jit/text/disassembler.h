// The disassembler: words to text. assemble() makes the same words of it again, whatever they are.

#pragma once

#include <optional>
#include <span>
#include <string>

#include "jit/isa/procedure.h"

namespace blink::jit {

struct Malformed {
  std::uint32_t word = 0;  // of the code; of the header when there is no text
  std::string text;
};

struct Disassembly {
  // Empty when the header is malformed. Where the code is, the rest stands as words: `.word 0x12`.
  std::string text;
  std::optional<Malformed> problem;
};

// A header and its code, from whoever it comes.
Disassembly disassemble(std::span<const Word> procedure);
// The same of code alone, such as a VerifiedProgram's.
Disassembly disassemble(Callback callback, std::span<const Word> code);

// An operand that is no register, by its rule: "TRIANGLES", "0.5", "FALSE". A target is a number.
std::string immediate_text(const OperandRule& rule, Word word);

// What is wrong with the instruction at this word's form; nothing when it can be read.
std::optional<std::string> malformed_instruction(std::span<const Word> code, std::size_t at);

}  // namespace blink::jit
