// Any words as a procedure: the verifier survives them, and what it accepts means the same to the
// interpreter and to compiled code, within the promises that were made of it.
//
// Half of the mutations are libFuzzer's own; the others are well-formed random programs and damage
// done to what is there.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/jit/both.h"
#include "tests/jit/random_program.h"

using namespace blink::jit;

namespace {

std::vector<Word> words_of(const std::uint8_t* data, std::size_t size) {
  std::vector<Word> words(size / sizeof(Word));
  if (!words.empty()) std::memcpy(words.data(), data, words.size() * sizeof(Word));
  return words;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  test::RandomProgram random(seed);
  std::vector<Word> words;
  switch (random.below(4)) {
    case 0:
      words =
          random.make(static_cast<Callback>(random.below(callback_count)), 1 + random.below(60));
      break;
    case 1:
      words = words_of(data, size);
      random.damage(words);
      break;
    default: return LLVMFuzzerMutate(data, size, max_size);
  }
  const std::size_t bytes = std::min(words.size() * sizeof(Word), max_size);
  if (bytes > 0) std::memcpy(data, words.data(), bytes);
  return bytes;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<Word> procedure = words_of(data, size);
  // The header's length is put right: it would hide the rest from most inputs.
  if (procedure.size() >= header_words) {
    procedure[3] = static_cast<Word>(procedure.size() - header_words);
    procedure[2] %= callback_count;
  }
  std::vector<Finding> findings;
  auto program = verify(procedure, &findings);
  if (!program.is_ok()) return 0;
  if (const auto text = test::disagreement(program.value(), size)) {
    std::fprintf(stderr, "%s\n", text->c_str());
    std::abort();
  }
  return 0;
}
