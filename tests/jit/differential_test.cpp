// The compiler against the interpreter, on random programs and on damaged ones.

#include <gtest/gtest.h>

#include "tests/jit/both.h"
#include "tests/jit/random_program.h"

namespace blink::jit::test {
namespace {

std::string words_of(std::span<const Word> words) {
  std::string text;
  char word[16];
  for (const Word each : words) {
    std::snprintf(word, sizeof word, "%08x ", each);
    text += word;
  }
  return text;
}

TEST(Differential, RandomPrograms) {
  int accepted = 0;
  for (std::uint64_t seed = 1; seed <= 6000; ++seed) {
    RandomProgram random(seed);
    const auto callback = static_cast<Callback>(seed % callback_count);
    auto procedure = random.make(callback, 1 + random.below(seed % 10 ? 12 : 200));
    if (seed % 3 == 0) random.damage(procedure);
    auto program = verify(procedure);
    if (!program.is_ok()) continue;
    ++accepted;
    const auto text = disagreement(program.value(), seed);
    ASSERT_FALSE(text) << "seed " << seed << ": " << *text << "\n" << words_of(procedure);
  }
  EXPECT_GT(accepted, 2000);
}

}  // namespace
}  // namespace blink::jit::test
