// blink sp opcodes: what there is to write.

#include <algorithm>
#include <cstdio>

#include "cli/sp/commands.h"
#include "cli/sp/file.h"
#include "common/text.h"
#include "jit/text/operand_names.h"
#include "jit/text/operand_reader.h"
#include "jit/text/suggestion.h"

namespace blink::sp {
namespace {

bool has(std::string_view name, std::string_view word) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return word.empty() || !std::ranges::search(name, word, {}, lower, lower).empty();
}

// "0 to 14 or a register"; empty where there is nothing to say.
std::string choice_text(const jit::OperandRule& rule) {
  using Kind = jit::OperandKind;
  switch (rule.kind) {
    case Kind::destination:
    case Kind::target: return "";
    case Kind::enumerant: {
      std::string text;
      for (const jit::NamedValue& member : jit::enum_set(rule.set))
        (text += text.empty() ? "" : ", ") += member.name;
      return text;
    }
    case Kind::bits: return bounds_text(rule);
    case Kind::selector: {
      std::string text;
      for (const jit::InputName& input : jit::input_names())
        (text += text.empty() ? "" : ", ") += input.name;
      return text;
    }
    case Kind::number:
    case Kind::integer: return rule.is_ranged ? bounds_text(rule) : "";
    default: return bounds_text(rule);
  }
}

void print_all_of(const jit::OpcodeInfo& info) {
  std::printf("%s\n  may stand in %s\n", std::string(info.name).c_str(), places_text(info).c_str());
  if (info.is_gl) std::printf("  between Begin and End: %s\n", info.inside ? "yes" : "no");
  std::string_view before;  // of an array all have one name
  const auto rules = jit::operands_of(info);
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const std::string_view name = jit::operand_name(info, i);
    if (name == before) continue;
    before = name;
    const std::string choice = choice_text(rules[i]);
    if (!choice.empty()) std::printf("  %s: %s\n", std::string(name).c_str(), choice.c_str());
  }
}

}  // namespace

int list_opcodes(const Request& request) {
  const std::string word = request.paths.empty() ? "" : request.path();
  jit::Suggestion suggestion(word);
  std::size_t found = 0;
  for (std::uint32_t opcode = 0; opcode < jit::opcode_limit; ++opcode) {
    const jit::OpcodeInfo* info = jit::find_opcode(opcode);
    if (info == nullptr) continue;
    suggestion.offer(info->name);
    if (!has(info->name, word)) continue;
    ++found;
    std::printf("%s: %s\n", std::string(info->name).c_str(), jit::operands_text(*info).c_str());
  }
  jit::Op op{};
  if (const jit::OpcodeInfo* info = jit::find_opcode(word, op)) {
    std::printf("\n");
    print_all_of(*info);
  }
  if (found > 0) return 0;
  const std::string hint = suggestion.text();
  std::fprintf(stderr, "blink: sp opcodes: none has '%s' in its name%s%s\n",
               printable(word).c_str(), hint.empty() ? "" : "; ", hint.c_str());
  return 1;
}

}  // namespace blink::sp
