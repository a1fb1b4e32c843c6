// Words → text → words: the same again, for whatever can be read; and a text for whatever cannot.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "jit/text/assembler.h"
#include "jit/text/disassembler.h"
#include "jit/text/number.h"
#include "jit/verify/verified_program.h"
#include "tests/jit/text/random_program.h"

namespace blink::jit::test {
namespace {

std::string first_error(const Assembly& assembly, std::string_view text) {
  if (assembly.is_good()) return "";
  return render(assembly.errors[0], SourceText("text", text), false);
}

void expect_round_trip(std::span<const Word> words, const Disassembly& made) {
  const Assembly back = assemble(made.text);
  ASSERT_EQ(first_error(back, made.text), "");
  ASSERT_TRUE(std::ranges::equal(back.words, words)) << made.text;
}

TEST(RoundTrip, WellFormedPrograms) {
  for (std::uint32_t seed = 0; seed < 600; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const auto words = random_program(random, Taste::wild, random.below(60));
    const Disassembly made = disassemble(words);
    EXPECT_FALSE(made.problem) << made.problem->text;
    ASSERT_NO_FATAL_FAILURE(expect_round_trip(words, made));
  }
}

TEST(RoundTrip, EveryOpcodeManyTimes) {
  Random random(1);
  std::vector<int> seen(opcode_limit);
  const auto words = random_program(random, Taste::wild, 20'000);
  for (std::size_t at = header_words; at < words.size(); at += head_words + operands_in(words[at]))
    ++seen[opcode_of(words[at])];
  for (std::uint32_t op = 0; op < opcode_limit; ++op)
    if (const OpcodeInfo* info = find_opcode(op); info != nullptr) {
      EXPECT_GT(seen[op], 5) << info->name;
    }
  expect_round_trip(words, disassemble(words));
}

TEST(RoundTrip, WhatTheVerifierLeaves) {
  int accepted = 0;
  for (std::uint32_t seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const auto words = random_program(random, Taste::sensible, 1 + random.below(12));
    const auto program = verify(words);
    if (!program.is_ok()) continue;
    ++accepted;
    std::vector<Word> whole = {procedure_magic, procedure_version,
                               static_cast<Word>(program.value().callback()),
                               static_cast<Word>(program.value().code().size())};
    whole.insert(whole.end(), program.value().code().begin(), program.value().code().end());
    const Disassembly made = disassemble(program.value().callback(), program.value().code());
    EXPECT_FALSE(made.problem) << made.problem->text;
    ASSERT_NO_FATAL_FAILURE(expect_round_trip(whole, made));
  }
  EXPECT_GT(accepted, 500);
}

TEST(RoundTrip, EveryFloatWithAnOddPattern) {
  for (std::uint64_t step = 0; step <= 0xFFFFFFFF; step += 65'521) {
    const auto bits = static_cast<Word>(step);
    const std::string text = float_text(bits);
    Word back = 0;
    if (text.empty()) {
      EXPECT_TRUE(std::isnan(std::bit_cast<float>(bits)));
      continue;
    }
    ASSERT_EQ(read_float(text, back), NumberFault::none) << text;
    ASSERT_EQ(back, bits) << text;
  }
}

// Malformed code is said where; what is before it is text, what is after it is words.
TEST(Malformed, StaysTheSameWords) {
  int malformed = 0;
  for (std::uint32_t seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    auto words = random_program(random, Taste::wild, 1 + random.below(20));
    for (std::uint32_t i = 0; i <= random.below(3); ++i)
      words[header_words + random.below(static_cast<std::uint32_t>(words.size() - header_words))] =
          random.one_in(2) ? random.word() : random.word() & 0x00FF0FFF;
    if (random.one_in(2))
      words.resize(header_words +
                   random.below(static_cast<std::uint32_t>(words.size()) - header_words));
    words[3] = static_cast<Word>(words.size() - header_words);
    const Disassembly made = disassemble(words);
    malformed += made.problem.has_value();
    ASSERT_NO_FATAL_FAILURE(expect_round_trip(words, made));
    if (made.problem) {
      EXPECT_LT(made.problem->word, words.size());
      // Nothing that cannot be read is accepted, whatever else is in it.
      EXPECT_FALSE(verify(words).is_ok());
    }
  }
  EXPECT_GT(malformed, 500);
}

TEST(Malformed, Headers) {
  const std::vector<Word> good = {procedure_magic, procedure_version, 3, 2, 0x60, 0};
  EXPECT_FALSE(disassemble(good).problem);
  const auto why = [&](std::size_t at, Word word) {
    auto words = good;
    words[at] = word;
    const Disassembly made = disassemble(words);
    EXPECT_EQ(made.text, "");
    return made.problem ? std::to_string(made.problem->word) + ": " + made.problem->text : "";
  };
  EXPECT_EQ(why(0, 7), "0: does not begin with BLGL");
  EXPECT_EQ(why(1, 2), "1: has version 2, and this program reads version 1");
  EXPECT_EQ(why(2, 8), "2: there is no callback 8");
  EXPECT_EQ(why(3, 3), "3: says that 3 words of code follow, and 2 do");
  for (std::size_t size = 0; size < header_words; ++size)
    EXPECT_EQ(disassemble(std::span(good).first(size)).problem->word, size);
}

TEST(Malformed, SaysWhereAndWhy) {
  const auto why = [](std::vector<Word> code) {
    const Disassembly made = disassemble(Callback::redraw, code);
    return made.problem ? std::to_string(made.problem->word) + ": " + made.problem->text : "";
  };
  const Word head = make_head(Op::copy, 2);
  EXPECT_EQ(why({head, 1, 0, 0, head}), "4: the code ends within an instruction's head");
  EXPECT_EQ(why({head, 1, 0}), "0: the code ends within the operands of copy");
  EXPECT_EQ(why({0x2FFFF, 0, 0, 0}), "0: there is no opcode 0xffff");
  EXPECT_EQ(why({make_head(Op::copy, 1), 1, 0}), "0: copy has 1 operands, not 2");
  EXPECT_EQ(why({make_head(Op::skip, 33), 0, 0}), "0: skip has 33 operands, not 32");
  EXPECT_EQ(why({head | 1u << 24, 1, 0, 0}), "0: the head's highest 8 bits are not 0");
  EXPECT_EQ(why({head, 4, 0, 0}), "0: copy names registers for operands that it does not have");
  EXPECT_EQ(why({head, 3, 0, 32}), "0: operand 2 of copy names register 32, and there are 32");
}

}  // namespace
}  // namespace blink::jit::test
