// What jit/isa/generate.py writes and jit/isa/opcode_table.cpp reads.

#pragma once

#include "jit/isa/opcode_table.h"

namespace blink::jit::data {

struct Range {
  std::uint32_t first, count;
};

struct Tables {
  std::span<const OperandRule> operand_rules;
  std::span<const Argument> arguments;
  std::span<const OpcodeInfo> opcodes;      // by number
  std::span<const NamedValue> set_members;  // set after set, each sorted by value
  std::span<const Range> sets;              // of set_members
  std::span<const NamedValue> enumerants;   // sorted by name
  std::span<const InputName> inputs;
};

extern const Tables tables;

}  // namespace blink::jit::data
