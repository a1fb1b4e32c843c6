// GlTemplates: for each GL command the code of a call whose operands are all immediates, which is
// most of them: one piece, with the places of its numbers.

#pragma once

#include <array>
#include <cstdint>

#include "jit/compile/fragments.h"
#include "jit/isa/opcode_table.h"

namespace blink::jit {

struct alignas(64) GlTemplate {
  // What is written over the template at a place, for an operand.
  struct Patch {
    std::uint8_t at = 0;
    std::uint8_t times = 0;    // of a value: 1, or the bytes of a name
    std::uint16_t offset = 0;  // of the operand behind the instruction's first, in bytes
  };
  static constexpr std::size_t bytes_max = 128;

  std::uint8_t size = 0;  // 0: there is no template for this opcode
  // First those that want to know where the operand stands in the words, then those that want the
  // operand itself.
  std::uint8_t place_count = 0, patch_count = 0;
  std::array<Patch, arguments_max> patches{};
  alignas(32) std::array<std::uint8_t, bytes_max> bytes{};
};

// By opcode.
const std::array<GlTemplate, opcode_limit>& gl_templates();

}  // namespace blink::jit
