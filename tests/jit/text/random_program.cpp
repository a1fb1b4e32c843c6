#include "tests/jit/text/random_program.h"

#include <bit>

namespace blink::jit::test {
namespace {

// Where mistakes live: signs, ends of ranges, NaNs of all kinds, denormals.
constexpr Word edges[] = {0,          1,          2,          0x7FFFFFFF, 0x80000000, 0x80000001,
                          0xFFFFFFFF, 0x7F800000, 0xFF800000, 0x7FC00000, 0xFFC00000, 0x7FC00001,
                          0x7F800001, 0xFFFFFFFE, 0x00800000, 0x007FFFFF, 0x3F800000, 0x7F7FFFFF,
                          0x4F000000, 0xCF000000, 127,        128,        255,        256,
                          1023,       1024,       0x3DCCCCCD};

Word any_word(Random& random) {
  switch (random.below(4)) {
    case 0: return random.word();
    case 1: return edges[random.below(std::size(edges))];
    case 2: return std::bit_cast<Word>(static_cast<float>(random.below(2000)) / 8.0f - 100.0f);
    default: return random.below(300);
  }
}

Word immediate(Random& random, Taste taste, const OperandRule& rule, std::uint32_t left) {
  const bool is_odd = random.one_in(taste == Taste::wild ? 2 : 100);
  switch (rule.kind) {
    case OperandKind::enumerant: {
      const auto members = enum_set(rule.set);
      return is_odd ? any_word(random)
                    : members[random.below(static_cast<std::uint32_t>(members.size()))].value;
    }
    case OperandKind::bits: return is_odd ? any_word(random) : random.word() & rule.allowed;
    case OperandKind::selector: return is_odd ? any_word(random) : random.below(input_count);
    case OperandKind::target: return is_odd ? any_word(random) : random.below(left * 6 + 8);
    default: return any_word(random);
  }
}

bool is_register(Random& random, Taste taste, const OperandRule& rule) {
  if (taste == Taste::wild) return random.one_in(3);
  switch (rule.kind) {
    case OperandKind::destination: return true;
    case OperandKind::number:
    case OperandKind::integer:
    case OperandKind::boolean:
    case OperandKind::name:
    case OperandKind::slot: return random.one_in(3);
    default: return false;
  }
}

void put_instruction(Random& random, Taste taste, std::uint32_t left, std::vector<Word>& words) {
  std::uint32_t opcode = 0;
  do
    opcode = random.one_in(3) ? random.below(0x61) : random.below(opcode_limit);
  while (find_opcode(opcode) == nullptr);
  const OpcodeInfo& info = *find_opcode(opcode);
  std::uint32_t count = info.operand_count;
  if (static_cast<Op>(opcode) == Op::skip)
    count = taste == Taste::wild ? random.below(operands_max + 1) : 0;
  const std::size_t head = words.size();
  words.push_back(make_head(static_cast<Op>(opcode), count));
  words.push_back(0);
  const auto rules = operands_of(info);
  for (std::uint32_t i = 0; i < count; ++i) {
    const OperandRule rule = i < rules.size() ? rules[i] : OperandRule{};
    if (is_register(random, taste, rule)) {
      words[head + 1] |= Word{1} << i;
      words.push_back(random.below(register_count));
    } else {
      words.push_back(immediate(random, taste, rule, left));
    }
  }
}

}  // namespace

// splitmix64: what std::mt19937's distributions give differs between libraries.
std::uint32_t Random::word() {
  std::uint64_t z = state_ += 0x9E3779B97F4A7C15;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
  z = (z ^ z >> 27) * 0x94D049BB133111EB;
  return static_cast<std::uint32_t>((z ^ z >> 31) >> 16);
}

std::vector<Word> random_program(Random& random, Taste taste, std::uint32_t instructions) {
  std::vector<Word> words = {procedure_magic, procedure_version, random.below(callback_count), 0};
  for (std::uint32_t i = 0; i < instructions; ++i)
    put_instruction(random, taste, instructions - i, words);
  words[3] = static_cast<Word>(words.size() - header_words);
  return words;
}

}  // namespace blink::jit::test
