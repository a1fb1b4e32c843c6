// How operands are called, for people: as GL's parameters are.

#pragma once

#include <cstddef>
#include <string_view>

#include "jit/isa/opcode_table.h"

namespace blink::jit {

// "angle" of Rotatef; "pixels.offset" of a pointer that stands as several; all of an array have
// one.
std::string_view operand_name(const OpcodeInfo& info, std::size_t operand);

}  // namespace blink::jit
