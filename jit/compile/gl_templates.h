// GlTemplates: for each GL command the code of a call whose operands are all immediates, which is
// most of them: one piece, with the places of its numbers.

#pragma once

#include <array>
#include <cstdint>

#include "jit/compile/fragments.h"
#include "jit/isa/opcode_table.h"

namespace blink::jit {

struct GlTemplate {
  // What is written over the template for an operand: where it stands in the words, in bytes, or
  // itself times something.
  struct Patch {
    std::uint8_t at;
    std::uint8_t operand;
    std::uint8_t place_times;  // 1 or 0
    std::uint8_t value_times;  // 0, 1, or the bytes of a name

    std::int32_t number(std::int32_t place, Word value) const {
      return place * place_times + static_cast<std::int32_t>(value * value_times);
    }
  };
  static constexpr std::size_t bytes_max = 128;

  std::uint8_t size = 0;  // 0: there is no template for this opcode
  std::uint8_t patch_count = 0;
  std::array<Patch, arguments_max> patches{};
  std::array<std::uint8_t, bytes_max> bytes{};
};

// By opcode.
const std::array<GlTemplate, opcode_limit>& gl_templates();

}  // namespace blink::jit
