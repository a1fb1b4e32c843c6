#include "jit/isa/opcode_table.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "jit/isa/opcode_table_data.h"

namespace blink::jit {

using data::tables;

std::string_view callback_name(Callback callback) {
  constexpr std::string_view names[] = {"init",  "update", "reshape", "redraw",
                                        "input", "show",   "hide",    "frame"};
  return names[static_cast<std::size_t>(callback)];
}

const OpcodeInfo* find_opcode(std::uint32_t opcode) {
  if (opcode >= opcode_limit) return nullptr;
  const OpcodeInfo& info = tables.opcodes[opcode];
  return info.name.empty() ? nullptr : &info;
}

const OpcodeInfo* find_opcode(std::string_view name, Op& op) {
  static const auto* const by_name = [] {
    auto* sorted = new std::vector<std::pair<std::string_view, std::uint16_t>>;
    for (std::uint16_t i = 0; i < opcode_limit; ++i)
      if (!tables.opcodes[i].name.empty()) sorted->emplace_back(tables.opcodes[i].name, i);
    std::sort(sorted->begin(), sorted->end());
    return sorted;
  }();
  const auto found =
      std::lower_bound(by_name->begin(), by_name->end(), std::pair(name, std::uint16_t{0}));
  if (found == by_name->end() || found->first != name) return nullptr;
  op = static_cast<Op>(found->second);
  return &tables.opcodes[found->second];
}

std::span<const OperandRule> operands_of(const OpcodeInfo& info) {
  return tables.operand_rules.subspan(info.first_operand, info.operand_count);
}

std::span<const Argument> arguments_of(const OpcodeInfo& info) {
  return tables.arguments.subspan(info.first_argument, info.argument_count);
}

std::span<const NamedValue> enum_set(std::uint16_t set) {
  const data::Range range = tables.sets[set];
  return tables.set_members.subspan(range.first, range.count);
}

std::span<const NamedValue> capabilities() {
  return enum_set(operands_of(info_of(Op::gl_Enable))[0].set);
}

std::size_t capability_index(std::uint32_t capability) {
  const auto all = capabilities();
  const auto at = std::ranges::lower_bound(all, capability, {}, &NamedValue::value);
  return static_cast<std::size_t>(at - all.begin());
}

bool is_in_set(std::uint16_t set, std::uint32_t value) {
  return std::ranges::binary_search(enum_set(set), value, {}, &NamedValue::value);
}

const std::uint32_t* find_enumerant(std::string_view name) {
  const auto found = std::ranges::lower_bound(tables.enumerants, name, {}, &NamedValue::name);
  return found != tables.enumerants.end() && found->name == name ? &found->value : nullptr;
}

std::span<const InputName> input_names() { return tables.inputs; }

}  // namespace blink::jit
