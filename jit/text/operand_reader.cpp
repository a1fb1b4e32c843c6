#include "jit/text/operand_reader.h"

#include <algorithm>
#include <bit>

#include "common/text.h"
#include "jit/generated/names.h"
#include "jit/isa/opcode_table_data.h"
#include "jit/text/number.h"
#include "jit/text/operand_names.h"
#include "jit/text/suggestion.h"

namespace blink::jit {
namespace {

constexpr std::size_t names_listed_max = 12;
constexpr std::size_t quoted_max = 40;

std::string quoted(std::string_view text) { return "'" + printable(text, quoted_max) + "'"; }

bool fail(OperandFault& fault, Token at, std::string text, std::string hint = "") {
  fault = {at, std::move(text), std::move(hint)};
  return false;
}

constexpr char registers_text[] = "registers are r0 to r31";

constexpr std::string_view a_float = "a float", a_word = "32 bits";

bool fail_number(OperandFault& fault, Token at, NumberFault why, std::string_view of) {
  switch (why) {
    case NumberFault::too_large:
      return fail(fault, at, (quoted(at.text) + " is too large for ") += of,
                  of == a_float ? "the largest is 3.4028235e+38; there is also inf" : "");
    case NumberFault::too_small:
      return fail(fault, at, (quoted(at.text) + " is too small for ") += of,
                  "write 0 if that will do");
    case NumberFault::not_whole:
      return fail(fault, at, quoted(at.text) + " is no whole number, and must be one here");
    default: return fail(fault, at, quoted(at.text) + " is no number");
  }
}

// Like "r32", or "R2".
bool looks_like_register(std::string_view text) {
  return text.size() > 1 && (text[0] == 'r' || text[0] == 'R') &&
         std::ranges::all_of(text.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

bool fail_enumerant(OperandFault& fault, Token token, std::string hint) {
  if (looks_like_register(token.text))
    return fail(fault, token, "there is no register " + quoted(token.text), registers_text);
  return fail(fault, token, "there is no enumerant " + quoted(token.text), std::move(hint));
}

// A name of the registry where a number may stand, as GL's own calls have it:
// TexParameteri TEXTURE_2D, TEXTURE_MIN_FILTER, LINEAR
bool read_enumerant(Token token, Word& value, OperandFault& fault) {
  if (const std::uint32_t* found = find_enumerant(token.text)) {
    value = *found;
    return true;
  }
  Suggestion suggestion(token.text);
  for (const NamedValue& known : data::tables.enumerants)
    suggestion.offer(known.name);
  return fail_enumerant(fault, token, suggestion.text());
}

// The enumerants of a set, by name; any other by name too, for the verifier to object to.
bool read_member(Token token, std::uint16_t set, Word& value, OperandFault& fault) {
  if (const std::uint32_t* found = find_enumerant(token.text)) {
    value = *found;
    return true;
  }
  Suggestion suggestion(token.text);
  const auto members = enum_set(set);
  for (const NamedValue& known : members)
    suggestion.offer(known.name);
  std::string hint = suggestion.text();
  if (hint.empty() && members.size() <= names_listed_max) {
    for (const NamedValue& known : members)
      (hint += hint.empty() ? "one of " : ", ") += known.name;
  }
  return fail_enumerant(fault, token, std::move(hint));
}

bool read_number(Token token, OperandWord& out, OperandFault& fault) {
  if (is_name(token.text) && token.text != "inf" && token.text != "nan") {
    Word value = 0;
    if (!read_enumerant(token, value, fault)) return false;
    const auto number = static_cast<float>(value);
    if (static_cast<double>(number) != value)
      return fail(fault, token, quoted(token.text) + " is not exact as a float");
    out.word = std::bit_cast<Word>(number);
    return true;
  }
  const NumberFault why = read_float(token.text, out.word);
  return why == NumberFault::none || fail_number(fault, token, why, a_float);
}

bool read_whole(Token token, OperandWord& out, OperandFault& fault) {
  if (is_name(token.text)) return read_enumerant(token, out.word, fault);
  const NumberFault why = read_integer(token.text, out.word);
  return why == NumberFault::none || fail_number(fault, token, why, a_word);
}

// A|B|0x4
bool read_bits(Token token, const OperandRule& rule, OperandWord& out, OperandFault& fault) {
  out.word = 0;
  for (std::size_t begin = 0; begin <= token.text.size();) {
    const std::size_t end = std::min(token.text.find('|', begin), token.text.size());
    const Token part = trimmed(
        {token.text.substr(begin, end - begin), token.column + static_cast<std::uint32_t>(begin)});
    Word value = 0;
    if (part.text.empty()) return fail(fault, part, "a name is missing beside the |");
    if (is_name(part.text)) {
      if (!read_member(part, rule.set, value, fault)) return false;
    } else if (const NumberFault why = read_integer(part.text, value); why != NumberFault::none) {
      return fail_number(fault, part, why, a_word);
    }
    out.word |= value;
    begin = end + 1;
  }
  return true;
}

bool read_selector(Token token, OperandWord& out, OperandFault& fault) {
  if (!is_name(token.text)) {
    const NumberFault why = read_integer(token.text, out.word);
    return why == NumberFault::none || fail_number(fault, token, why, a_word);
  }
  const auto inputs = input_names();
  const auto found = std::ranges::find(inputs, token.text, &InputName::name);
  Suggestion suggestion(token.text);
  for (const InputName& known : inputs)
    suggestion.offer(known.name);
  if (found == inputs.end())
    return fail(fault, token, "there is no input " + quoted(token.text), suggestion.text());
  out.word = static_cast<Word>(found - inputs.begin());
  return true;
}

bool may_be_register(OperandKind kind) {
  return kind != OperandKind::enumerant && kind != OperandKind::bits &&
         kind != OperandKind::target && kind != OperandKind::selector;
}

std::string_view kind_text(const OperandRule& rule) {
  constexpr std::string_view kinds[] = {"register", "number", "integer", "boolean", "enumerant",
                                        "bits",     "name",   "slot",    "label",   "input"};
  if (rule.kind == OperandKind::name || rule.kind == OperandKind::slot)
    return name_kind_names[rule.set];
  return kinds[static_cast<std::size_t>(rule.kind)];
}

}  // namespace

bool read_operand(Token token, const OperandRule& rule, OperandWord& out, OperandFault& fault) {
  if (token.text.empty()) return fail(fault, token, "an operand is missing here");
  if (token.text[0] == '!') {
    Token rest = trimmed({token.text.substr(1), token.column + 1});
    return read_raw(rest, out, fault);
  }
  if (read_register(token.text, out.word)) {
    out.is_register = true;
    if (may_be_register(rule.kind)) return true;
    return fail(fault, token, "a register may not stand here: the verifier must know this operand",
                "expected: " + std::string(kind_text(rule)));
  }
  switch (rule.kind) {
    case OperandKind::destination:
      return fail(fault, token, quoted(token.text) + " is no register, and what is written must be",
                  registers_text);
    case OperandKind::number: return read_number(token, out, fault);
    case OperandKind::enumerant:
      if (is_name(token.text)) return read_member(token, rule.set, out.word, fault);
      return read_whole(token, out, fault);
    case OperandKind::bits: return read_bits(token, rule, out, fault);
    case OperandKind::selector: return read_selector(token, out, fault);
    case OperandKind::target:
      if (is_name(token.text)) {
        out.label = token;
        return true;
      }
      return read_whole(token, out, fault);
    case OperandKind::name:
    case OperandKind::slot:
      if (read_whole(token, out, fault)) return true;
      if (fault.hint.empty())
        fault.hint = "expected: " + std::string(kind_text(rule)) + ", a number from 1 to " +
                     std::to_string(names_max - 1);
      return false;
    default: return read_whole(token, out, fault);
  }
}

bool read_raw(Token token, OperandWord& out, OperandFault& fault) {
  if (token.text.empty()) return fail(fault, token, "a word is missing here");
  if (read_register(token.text, out.word)) {
    out.is_register = true;
    return true;
  }
  const NumberFault why = read_integer(token.text, out.word);
  return why == NumberFault::none || fail_number(fault, token, why, a_word);
}

bool read_register(std::string_view text, Word& number) {
  if (text.size() < 2 || text.size() > 3 || text[0] != 'r') return false;
  if (text[1] == '0' && text.size() == 3) return false;
  Word value = 0;
  for (const char c : text.substr(1)) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<Word>(c - '0');
  }
  if (value >= register_count) return false;
  number = value;
  return true;
}

bool is_name(std::string_view text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !text.empty() && is_letter(text[0]) && std::ranges::all_of(text, [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '.';
  });
}

std::string operands_text(const OpcodeInfo& info) {
  const auto rules = operands_of(info);
  std::string text;
  for (std::size_t i = 0; i < rules.size();) {
    const std::string_view kind = kind_text(rules[i]);
    std::string names;
    std::size_t count = 0;
    while (i < rules.size() && kind_text(rules[i]) == kind) {
      const std::string_view name = operand_name(info, i);
      std::size_t length = 1;  // of an array
      while (i + length < rules.size() && operand_name(info, i + length) == name)
        ++length;
      (names += names.empty() ? "" : ", ") += name;
      if (length > 1) names += '[' + std::to_string(length) + ']';
      count += length;
      i += length;
    }
    (text += text.empty() ? "" : "; ") += kind;
    if (count > 1 && kind != "bits") text += 's';
    text += ' ' + names;
  }
  return text.empty() ? "none" : text;
}

Token trimmed(Token token) {
  const std::size_t begin = token.text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {token.text.substr(0, 0), token.column};
  const std::size_t end = token.text.find_last_not_of(" \t\r");
  return {token.text.substr(begin, end - begin + 1),
          token.column + static_cast<std::uint32_t>(begin)};
}

}  // namespace blink::jit
