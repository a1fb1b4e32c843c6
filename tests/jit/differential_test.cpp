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

// Every byte of compiled code counts: most that are changed are found, and whatever is not found is
// an immediate, or another fragment with numbers that it may have.
TEST(CodeCheck, FindsDamage) {
  RandomProgram random(7);
  const auto procedure = random.make(Callback::redraw, 40);
  auto program = verify(procedure);
  for (std::uint64_t seed = 8; !program.is_ok(); ++seed)
    program = verify(RandomProgram(seed).make(Callback::redraw, 40));
  const std::size_t words = program->code().size();
  const auto compiled = compile(program.take()).take();
  std::vector<std::uint8_t> code(compiled->code().begin(), compiled->code().end());
  EXPECT_EQ(objection_to_code(code, words), "");
  std::size_t found = 0;
  for (std::uint8_t& byte : code) {
    byte ^= 0x80;
    found += !objection_to_code(code, words).empty();
    byte ^= 0x80;
  }
  EXPECT_GT(found, code.size() / 2);
  const std::span all(code);
  EXPECT_NE(objection_to_code(all.first(all.size() - 1), words), "") << "no way out";
  EXPECT_NE(objection_to_code(code, 0), "") << "reads words that are not there";
}

}  // namespace
}  // namespace blink::jit::test
