#include "jit/text/disassembler.h"

#include <algorithm>
#include <bit>
#include <string_view>
#include <vector>

#include "jit/text/number.h"
#include "jit/text/operand_reader.h"

namespace blink::jit {
namespace {

constexpr std::size_t words_in_line = 8;  // of `.word`

std::uint32_t length_at(std::span<const Word> code, std::size_t at) {
  return head_words + operands_in(code[at]);
}

bool is_register(std::span<const Word> code, std::size_t at, std::uint32_t i) {
  return i < operands_max && (code[at + 1] >> i & 1);
}

std::string enumerant_text(std::span<const NamedValue> members, Word word) {
  const auto found = std::ranges::lower_bound(members, word, {}, &NamedValue::value);
  // A few of the registry's names begin with a digit: such a one stays a number.
  const bool has_name = found != members.end() && found->value == word && is_name(found->name);
  return has_name ? std::string(found->name) : hex_text(word);
}

std::string bits_text(std::span<const NamedValue> members, Word word) {
  std::string text;
  for (const NamedValue& member : members) {
    if (!std::has_single_bit(member.value) || (word & member.value) == 0) continue;
    if (!text.empty()) text += '|';
    text += member.name;
    word &= ~member.value;
  }
  if (text.empty()) return word == 0 ? "0" : hex_text(word);
  return word == 0 ? text : text + '|' + hex_text(word);
}

class Disassembler {
 public:
  explicit Disassembler(std::span<const Word> code) : code_(code) {}
  Disassembly run(Callback callback);

 private:
  void find_labels();
  void put_instruction(std::size_t at);
  void put_operand(std::size_t at, std::uint32_t i, const OperandRule& rule);
  void put_target(std::size_t at, Word distance);
  void put_words(std::size_t at);

  std::span<const Word> code_;
  std::size_t end_ = 0;  // of what is well formed
  std::optional<Malformed> problem_;
  std::vector<std::size_t> labels_;  // where jumps lead, sorted
  std::string text_;
};

Disassembly Disassembler::run(Callback callback) {
  find_labels();
  text_ = ".procedure ";
  (text_ += callback_name(callback)) += '\n';
  auto label = labels_.begin();
  for (std::size_t at = 0; at <= end_;) {
    if (label != labels_.end() && *label == at)
      text_ += "L" + std::to_string(++label - labels_.begin()) + ":\n";
    if (at == end_) break;
    put_instruction(at);
    at += length_at(code_, at);
  }
  put_words(end_);
  return {std::move(text_), std::move(problem_)};
}

// A jump that leads to no instruction's beginning keeps its number.
void Disassembler::find_labels() {
  std::vector<bool> begins(code_.size() + 1);
  std::vector<std::size_t> targets;
  for (; end_ < code_.size(); end_ += length_at(code_, end_)) {
    if (auto why = malformed_instruction(code_, end_)) {
      problem_ = {static_cast<std::uint32_t>(end_), std::move(*why)};
      break;
    }
    begins[end_] = true;
    const OpcodeInfo& info = *find_opcode(opcode_of(code_[end_]));
    const auto rules = operands_of(info);
    for (std::uint32_t i = 0; i < rules.size(); ++i)
      if (rules[i].kind == OperandKind::target && !is_register(code_, end_, i) &&
          code_[end_ + head_words + i] != 0)
        targets.push_back(end_ + code_[end_ + head_words + i]);
  }
  begins[end_] = true;
  std::ranges::sort(targets);
  for (const std::size_t target : targets)
    if (target <= end_ && begins[target] && (labels_.empty() || labels_.back() != target))
      labels_.push_back(target);
}

void Disassembler::put_instruction(std::size_t at) {
  const OpcodeInfo& info = *find_opcode(opcode_of(code_[at]));
  const auto rules = operands_of(info);
  (text_ += "  ") += info.name;
  for (std::uint32_t i = 0; i < operands_in(code_[at]); ++i) {
    text_ += i == 0 ? " " : ", ";
    const Word word = code_[at + head_words + i];
    if (i < rules.size())
      put_operand(at, i, rules[i]);
    else  // of skip
      text_ += is_register(code_, at, i) ? "r" + std::to_string(word) : hex_text(word);
  }
  text_ += '\n';
}

void Disassembler::put_operand(std::size_t at, std::uint32_t i, const OperandRule& rule) {
  const Word word = code_[at + head_words + i];
  const bool has_register = is_register(code_, at, i);
  switch (rule.kind) {
    case OperandKind::destination:
    case OperandKind::number:
    case OperandKind::integer:
    case OperandKind::boolean:
    case OperandKind::name:
    case OperandKind::slot:
      if (has_register) {
        text_ += 'r' + std::to_string(word);
        return;
      }
      break;
    default:
      if (has_register) {
        text_ += "!r" + std::to_string(word);
        return;
      }
  }
  if (rule.kind == OperandKind::target)
    put_target(at, word);
  else
    text_ += immediate_text(rule, word);
}

void Disassembler::put_target(std::size_t at, Word distance) {
  const auto label = std::ranges::lower_bound(labels_, at + distance);
  if (distance != 0 && label != labels_.end() && *label == at + distance)
    text_ += "L" + std::to_string(label - labels_.begin() + 1);
  else
    text_ += std::to_string(distance);
}

void Disassembler::put_words(std::size_t at) {
  for (std::size_t i = at; i < code_.size(); ++i) {
    text_ += (i - at) % words_in_line == 0 ? "  .word " : ", ";
    text_ += hex_text(code_[i]);
    if ((i - at) % words_in_line == words_in_line - 1 || i + 1 == code_.size()) text_ += '\n';
  }
}

std::optional<Malformed> malformed_header(std::span<const Word> procedure) {
  if (procedure.size() < header_words)
    return Malformed{static_cast<std::uint32_t>(procedure.size()),
                     "the header is cut short: it has 4 words"};
  if (procedure[0] != procedure_magic) return Malformed{0, "does not begin with BLGL"};
  if (procedure[1] != procedure_version)
    return Malformed{1, "has version " + std::to_string(procedure[1]) +
                            ", and this program reads version " +
                            std::to_string(procedure_version)};
  if (procedure[2] >= callback_count)
    return Malformed{2, "there is no callback " + std::to_string(procedure[2])};
  if (procedure[3] != procedure.size() - header_words)
    return Malformed{3, "says that " + std::to_string(procedure[3]) +
                            " words of code follow, and " +
                            std::to_string(procedure.size() - header_words) + " do"};
  return std::nullopt;
}

}  // namespace

Disassembly disassemble(std::span<const Word> procedure) {
  if (auto problem = malformed_header(procedure)) return {"", std::move(problem)};
  return disassemble(static_cast<Callback>(procedure[2]), procedure.subspan(header_words));
}

Disassembly disassemble(Callback callback, std::span<const Word> code) {
  return Disassembler(code).run(callback);
}

std::string immediate_text(const OperandRule& rule, Word word) {
  const auto inputs = input_names();
  switch (rule.kind) {
    case OperandKind::destination: return '!' + hex_text(word);
    case OperandKind::number: {
      const std::string number = float_text(word);
      return number.empty() ? '!' + hex_text(word) : number;
    }
    case OperandKind::integer: return std::to_string(static_cast<std::int32_t>(word));
    case OperandKind::boolean:
      return word == 0 ? "FALSE" : word == 1 ? "TRUE" : std::to_string(word);
    case OperandKind::enumerant: return enumerant_text(enum_set(rule.set), word);
    case OperandKind::bits: return bits_text(enum_set(rule.set), word);
    case OperandKind::selector:
      return word < inputs.size() ? std::string(inputs[word].name) : std::to_string(word);
    case OperandKind::name:
    case OperandKind::slot:
    case OperandKind::target: return std::to_string(word);
  }
  return "";
}

std::optional<std::string> malformed_instruction(std::span<const Word> code, std::size_t at) {
  if (code.size() - at < head_words) return "the code ends within an instruction's head";
  const Word head = code[at];
  const OpcodeInfo* info = find_opcode(opcode_of(head));
  if (info == nullptr) return "there is no opcode " + hex_text(opcode_of(head));
  const std::uint32_t count = operands_in(head);
  const bool is_skip = opcode_of(head) == static_cast<Word>(Op::skip);
  if (head >> 24 != 0) return "the head's highest 8 bits are not 0";
  if (is_skip ? count > operands_max : count != info->operand_count)
    return std::string(info->name) + " has " + std::to_string(count) + " operands, not " +
           std::to_string(is_skip ? operands_max : info->operand_count);
  if (code.size() - at < head_words + count)
    return "the code ends within the operands of " + std::string(info->name);
  const Word registers = code[at + 1];
  if (std::uint64_t{registers} >> count != 0)
    return std::string(info->name) + " names registers for operands that it does not have";
  for (Word left = registers; left != 0; left &= left - 1) {
    const auto i = static_cast<std::uint32_t>(std::countr_zero(left));
    if (code[at + head_words + i] >= register_count)
      return "operand " + std::to_string(i + 1) + " of " + std::string(info->name) +
             " names register " + std::to_string(code[at + head_words + i]) + ", and there are " +
             std::to_string(register_count);
  }
  return std::nullopt;
}

}  // namespace blink::jit
