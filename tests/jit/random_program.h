// Random procedures: well-formed ones from the opcode table, and damage done to them.

#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "gl/generated/enums.h"
#include "jit/isa/procedure.h"

namespace blink::jit::test {

class RandomProgram {
 public:
  explicit RandomProgram(std::uint64_t seed) : random_(seed) {}

  // About so many instructions; jumps included.
  std::vector<Word> make(Callback callback, std::uint32_t instructions) {
    code_.assign({procedure_magic, procedure_version, static_cast<Word>(callback), 0});
    jumps_.clear();
    starts_.clear();
    for (std::uint32_t i = 0; i < instructions; ++i) {
      starts_.push_back(position());
      instruction(any_op());
    }
    starts_.push_back(position());
    for (const auto& [at, word] : jumps_)
      aim(at, word);
    code_[3] = position();
    return code_;
  }

  // A few words changed, some of them to what means something.
  void damage(std::vector<Word>& procedure) {
    for (std::uint32_t n = 1 + below(4); n > 0 && procedure.size() > header_words; --n) {
      Word& word = procedure[header_words +
                             below(static_cast<std::uint32_t>(procedure.size()) - header_words)];
      switch (below(5)) {
        case 0: word = static_cast<Word>(random_()); break;
        case 1: word ^= 1u << below(32); break;
        case 2: word = number(); break;
        case 3: word = below(64); break;
        default: word = (word & ~0xFFFFu) | below(opcode_limit); break;
      }
    }
  }

  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }
  // Any float: plain ones mostly, and those that make trouble.
  Word number() {
    constexpr float special[] = {0.0f,          -0.0f,          1.0f,          -1.0f,   0.5f,
                                 1.5f,          2.5f,           -2.5f,         1e-40f,  3e38f,
                                 2147483648.0f, -2147483648.0f, 2147483520.0f, 1023.0f, 1024.0f};
    switch (below(8)) {
      case 0: return std::bit_cast<Word>(special[below(std::size(special))]);
      case 1: return std::bit_cast<Word>(below(2) ? INFINITY : -INFINITY);
      case 2: return std::bit_cast<Word>(std::numeric_limits<float>::quiet_NaN());
      case 3: return static_cast<Word>(random_());
      default:
        return std::bit_cast<Word>(
            static_cast<float>(static_cast<std::int32_t>(below(4000)) - 2000) / 8.0f);
    }
  }

 private:
  std::uint32_t position() const { return static_cast<std::uint32_t>(code_.size()) - header_words; }

  Op any_op() {
    for (;;) {
      // Half of them from the core, which is smaller.
      const std::uint32_t opcode = below(2) ? below(0x60) : 0x100 + below(opcode_limit - 0x100);
      if (find_opcode(opcode) != nullptr) return static_cast<Op>(opcode);
    }
  }

  void instruction(Op op) {
    const OpcodeInfo& info = info_of(op);
    const std::size_t at = code_.size();
    code_.push_back(make_head(op, info.operand_count));
    code_.push_back(0);
    std::uint32_t i = 0;
    for (const OperandRule& rule : operands_of(info)) {
      const std::size_t word = code_.size();
      code_.push_back(operand(rule, code_[at + 1], i++));
      if (rule.kind == OperandKind::target) jumps_.emplace_back(at, word);
    }
  }

  Word operand(const OperandRule& rule, Word& registers, std::uint32_t i) {
    const auto maybe_register = [&](Word otherwise) {
      if (below(2) == 0) return otherwise;
      registers |= 1u << i;
      return Word{below(register_count)};
    };
    switch (rule.kind) {
      case OperandKind::destination: registers |= 1u << i; return below(register_count);
      case OperandKind::number: return maybe_register(number());
      case OperandKind::integer: return maybe_register(below(4) ? below(40) : number());
      case OperandKind::boolean: return maybe_register(below(2));
      case OperandKind::name:
      case OperandKind::slot: return maybe_register(below(names_max + 8));
      case OperandKind::enumerant: {
        const auto set = enum_set(rule.set);
        return below(16) ? set[below(static_cast<std::uint32_t>(set.size()))].value : below(70000);
      }
      case OperandKind::bits: return static_cast<Word>(random_());
      case OperandKind::selector: return below(input_count);
      case OperandKind::target: return 0;  // later
    }
    return 0;
  }

  // Near ones mostly: those far away leave little code.
  void aim(std::size_t at, std::size_t word) {
    const auto from = static_cast<std::uint32_t>(at) - header_words;
    const auto next = static_cast<std::size_t>(
        std::upper_bound(starts_.begin(), starts_.end(), from) - starts_.begin());
    const std::size_t left = starts_.size() - next;
    const std::size_t span = below(4) ? std::min<std::size_t>(left, 6) : left;
    code_[word] = starts_[next + below(static_cast<std::uint32_t>(span))] - from;
  }

  std::mt19937_64 random_;
  std::vector<Word> code_;
  std::vector<std::pair<std::size_t, std::size_t>> jumps_;
  std::vector<std::uint32_t> starts_;
};

}  // namespace blink::jit::test
