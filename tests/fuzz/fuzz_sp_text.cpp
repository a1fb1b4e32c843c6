// Any text as a procedure: the assembler survives it, says of each error where it is, and what it
// makes of it comes back from the disassembler as the same words. Any words, likewise.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include "jit/text/assembler.h"
#include "jit/text/disassembler.h"

using namespace blink::jit;

namespace {

void expect(bool is_so) {
  if (!is_so) std::abort();
}

void expect_round_trip(const std::vector<Word>& words) {
  const Disassembly text = disassemble(words);
  if (text.text.empty()) return;  // no header
  const Assembly back = assemble(text.text);
  expect(back.is_good() && back.words == words);
}

void try_text(std::string_view text) {
  const Assembly assembly = assemble(text);
  const SourceText source("text", text);
  for (const Diagnostic& error : assembly.errors)
    expect(!render(error, source, false).empty());
  if (assembly.is_good()) expect_round_trip(assembly.words);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try_text({reinterpret_cast<const char*>(data), size});
  std::vector<Word> words(size / sizeof(Word));
  if (!words.empty()) std::memcpy(words.data(), data, words.size() * sizeof(Word));
  // Its header is put right: it would hide the rest from most inputs.
  if (words.size() >= 4) {
    words[0] = procedure_magic;
    words[1] = procedure_version;
    words[2] %= callback_count;
    words[3] = static_cast<Word>(words.size() - 4);
  }
  expect_round_trip(words);
  return 0;
}
