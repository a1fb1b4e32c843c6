// GlTemplates: for each GL command the code of a call whose operands are all immediates, which is
// most of them: one piece, with the places of its numbers.

#pragma once

#include <array>
#include <cstdint>

#include "jit/compile/fragments.h"
#include "jit/isa/opcode_table.h"

namespace blink::jit {

struct GlTemplate {
  // What is written over the template for an operand.
  enum class Kind : std::uint8_t {
    place,  // where the operand stands in the words, in bytes
    value,  // the operand
    name,   // four times the operand
  };
  struct Patch {
    std::uint8_t at;
    std::uint8_t operand;
    Kind kind;
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
