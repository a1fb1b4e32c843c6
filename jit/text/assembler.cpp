#include "jit/text/assembler.h"

#include <algorithm>
#include <map>
#include <string>

#include "common/limits.h"
#include "common/text.h"
#include "gl/generated/dispatch.h"
#include "jit/isa/opcode_table_data.h"
#include "jit/text/operand_reader.h"
#include "jit/text/suggestion.h"

namespace blink::jit {
namespace {

constexpr std::size_t label_max = 64;               // bytes of its name
constexpr std::size_t labels_suggested_max = 4096;  // among so many a near miss is looked for
constexpr std::size_t quoted_max = 40;

std::string quoted(std::string_view text) { return "'" + printable(text, quoted_max) + "'"; }

// Takes the word at the front off: up to a blank.
Token take_word(Token& rest) {
  rest = trimmed(rest);
  const std::size_t end = std::min(rest.text.find_first_of(" \t\r"), rest.text.size());
  const Token word{rest.text.substr(0, end), rest.column};
  rest = trimmed({rest.text.substr(end), rest.column + static_cast<std::uint32_t>(end)});
  return word;
}

// Takes an operand off: up to a comma, which it takes too. False: there is none left.
bool take_operand(Token& rest, bool& is_after_comma, Token& operand) {
  rest = trimmed(rest);
  if (rest.text.empty() && !is_after_comma) return false;
  const std::size_t comma = rest.text.find(',');
  const std::size_t end = std::min(comma, rest.text.size());
  operand = trimmed({rest.text.substr(0, end), rest.column});
  is_after_comma = comma != std::string_view::npos;
  const std::size_t used = is_after_comma ? end + 1 : end;
  rest = {rest.text.substr(used), rest.column + static_cast<std::uint32_t>(used)};
  return true;
}

Token without_comment(std::string_view line) { return {line.substr(0, line.find('#')), 1}; }

// What those write who know other languages. `is_bits`: of an operand that is.
std::string habit_hint(std::string_view text, bool is_bits = false) {
  for (const char* mark : {"//", "/*", ";"})
    if (text.find(mark) != std::string_view::npos) return "a comment begins with #";
  if (text.find_first_of(" \t") == std::string_view::npos) return "";
  std::string list;
  for (std::size_t at = 0; at < text.size() && list.size() <= quoted_max;) {
    const std::size_t end = std::min(text.find_first_of(" \t", at), text.size());
    (list += list.empty() ? "" : is_bits ? "|" : ", ") += text.substr(at, end - at);
    at = std::min(text.find_first_not_of(" \t", end), text.size());
  }
  if (is_bits) return "| stands between bits: " + printable(list, quoted_max);
  return "commas stand between operands: " + printable(list, quoted_max);
}

// Takes "name:" off. A label is followed by a blank or by nothing.
bool take_label(Token& rest, Token& label) {
  rest = trimmed(rest);
  const std::size_t colon = rest.text.find(':');
  if (colon == std::string_view::npos ||
      rest.text.substr(0, colon).find_first_of(" \t,") != std::string_view::npos)
    return false;
  label = {rest.text.substr(0, colon), rest.column};
  rest =
      trimmed({rest.text.substr(colon + 1), rest.column + static_cast<std::uint32_t>(colon + 1)});
  return true;
}

class Assembler {
 public:
  explicit Assembler(std::string_view source) : source_(source) {}
  Assembly run();

 private:
  struct Label {
    std::uint32_t word;
    std::uint32_t line;
  };
  struct Jump {
    std::uint32_t word;     // its own first
    std::uint32_t operand;  // the word that is to hold the distance
    std::string_view label;
    Place at;
  };

  void take_line(std::string_view line);
  void take_directive(Token name, Token rest);
  void take_procedure(Token rest);
  void take_words(Token rest);
  void take_instruction(Token name, Token rest);
  void fail_opcode(Token name);
  void fail_count(const OpcodeInfo& info, Token name, Token surplus, std::size_t count);
  void define(Token label);
  void resolve(const Jump& jump);
  bool put(OperandWord operand, std::uint32_t head, std::uint32_t index);
  bool put(Word word);
  void fail(Token at, std::string text, std::string hint = "");
  void fail(Place at, std::string text, std::string hint = "");
  Place place(Token at) const {
    return {line_, at.column, static_cast<std::uint32_t>(at.text.size())};
  }
  std::uint32_t here() const { return static_cast<std::uint32_t>(code_.size()); }

  std::string_view source_;
  std::uint32_t line_ = 0;
  bool has_procedure_ = false;
  bool is_over_ = false;  // nothing more is looked at
  bool is_too_long_ = false;
  ProcedureHeader header_;
  std::vector<Word> code_;
  std::map<std::string_view, Label> labels_;
  std::vector<Jump> jumps_;
  Assembly assembly_;
};

Assembly Assembler::run() {
  for (std::size_t at = 0; at < source_.size() && !is_over_;) {
    const std::size_t end = std::min(source_.find('\n', at), source_.size());
    ++line_;
    take_line(source_.substr(at, end - at));
    at = end + 1;
  }
  if (!has_procedure_ && assembly_.errors.empty())
    fail(Place{}, "the text is empty", "its first line says which callback: .procedure redraw");
  // What was not read to its end may have the label further down.
  for (std::size_t i = 0; i < jumps_.size() && !is_over_; ++i)
    resolve(jumps_[i]);
  std::ranges::stable_sort(assembly_.errors, {},
                           [](const Diagnostic& error) { return error.at.line; });
  if (!assembly_.is_good()) return std::move(assembly_);
  auto& words = assembly_.words;
  words = {header_.magic, header_.version, header_.callback, here()};
  words.insert(words.end(), code_.begin(), code_.end());
  return std::move(assembly_);
}

void Assembler::take_line(std::string_view line) {
  Token rest = without_comment(line);
  for (Token label; !is_over_ && take_label(rest, label);)
    define(label);
  const Token name = take_word(rest);
  if (is_over_ || name.text.empty()) return;
  if (name.text[0] == '.') return take_directive(name, rest);
  if (!has_procedure_) {
    fail(name, "an instruction before .procedure",
         "the first line says which callback: .procedure redraw");
    has_procedure_ = true;  // once is enough
  }
  take_instruction(name, rest);
}

void Assembler::take_directive(Token name, Token rest) {
  if (name.text == ".procedure") return take_procedure(rest);
  if (name.text == ".word") return take_words(rest);
  Suggestion suggestion(name.text);
  suggestion.offer(".procedure");
  suggestion.offer(".word");
  fail(name, "there is no directive " + quoted(name.text), suggestion.text());
}

void Assembler::take_procedure(Token rest) {
  if (has_procedure_ || !code_.empty())
    return fail(rest, "a text is one procedure, and which was said already");
  has_procedure_ = true;
  Suggestion suggestion(rest.text);
  for (Word callback = 0; callback < callback_count; ++callback) {
    const std::string_view name = callback_name(static_cast<Callback>(callback));
    if (rest.text == name) {
      header_.callback = callback;
      return;
    }
    suggestion.offer(name);
  }
  fail(rest, "there is no callback " + quoted(rest.text),
       suggestion.text().empty() ? "one of init, update, reshape, redraw, input, show, hide, frame"
                                 : suggestion.text());
}

// Words as they are, for what is no instruction.
void Assembler::take_words(Token rest) {
  const std::uint32_t first = here();
  const Place at = place(rest);
  Token token;
  bool is_after_comma = true;
  while (!is_over_ && take_operand(rest, is_after_comma, token)) {
    OperandWord operand;
    OperandFault fault;
    if (!read_raw(token, operand, fault)) {
      fail(fault.at, fault.text, fault.hint);
    } else if (operand.is_register) {
      fail(token, "a register is no word");
    } else if (!put(operand.word)) {
      return;
    }
  }
  assembly_.places.push_back({first, at});
}

void Assembler::take_instruction(Token name, Token rest) {
  Op op{};
  const OpcodeInfo* info = find_opcode(name.text, op);
  if (info == nullptr) return fail_opcode(name);
  const auto rules = operands_of(*info);
  const bool is_skip = op == Op::skip;  // its operands are what the verifier has left there
  const std::uint32_t first = here();
  if (!put(Word{0}) || !put(Word{0})) return;
  std::uint32_t count = 0;
  bool is_after_comma = false;
  bool is_cut_right = true;  // else how many operands there are is not known
  for (Token token; take_operand(rest, is_after_comma, token); ++count) {
    OperandWord operand;
    OperandFault fault;
    if (is_skip ? count >= operands_max : count >= rules.size())
      return fail_count(*info, name, token, count + 1);
    const bool is_good = is_skip ? read_raw(token, operand, fault)
                                 : read_operand(token, rules[count], operand, fault);
    if (!is_good) {
      const bool is_bits = !is_skip && rules[count].kind == OperandKind::bits;
      const std::string habit = habit_hint(fault.at.text, is_bits);
      is_cut_right &= habit.empty();
      fail(fault.at, fault.text, habit.empty() ? fault.hint : habit);
    }
    if (!put(operand, first, count)) return;
  }
  if (!is_skip && count < rules.size()) {
    if (is_cut_right) fail_count(*info, name, {}, count);
    return;
  }
  code_[first] = make_head(op, count);
  // All of the line up to the last operand.
  const std::uint32_t end = rest.column + static_cast<std::uint32_t>(rest.text.size());
  assembly_.places.push_back({first, {line_, name.column, end - name.column}});
}

// Puts an operand of the instruction that begins at word `head`.
bool Assembler::put(OperandWord operand, std::uint32_t head, std::uint32_t index) {
  if (operand.is_register) code_[head + 1] |= Word{1} << index;
  if (!operand.label.text.empty())
    jumps_.push_back({head, here(), operand.label.text, place(operand.label)});
  return put(operand.word);
}

bool Assembler::put(Word word) {
  if (here() == limits::procedure_words_max) {
    if (!is_too_long_)
      fail(Place{line_, 1, 1}, "the procedure is longer than " +
                                   std::to_string(limits::procedure_words_max) + " words");
    is_over_ = is_too_long_ = true;
    return false;
  }
  code_.push_back(word);
  return true;
}

void Assembler::fail_opcode(Token name) {
  std::string_view bare = name.text;
  if (bare.starts_with("gl")) bare.remove_prefix(2);
  if (const std::string habit = habit_hint(name.text); !habit.empty())
    return fail(name, "there is no opcode " + quoted(name.text), habit);
  Op op{};
  if (find_opcode(bare, op) != nullptr)
    return fail(name, "there is no opcode " + quoted(name.text),
                "without gl: " + std::string(bare));
  for (const char* command : gl::command_names)
    if (bare == command + 2)
      return fail(name, quoted(name.text) + " is a command of GL, but not of BlinkGL");
  Suggestion suggestion(name.text);
  for (const OpcodeInfo& known : data::tables.opcodes)
    if (!known.name.empty()) suggestion.offer(known.name);
  fail(name, "there is no opcode " + quoted(name.text), suggestion.text());
}

void Assembler::fail_count(const OpcodeInfo& info, Token name, Token surplus, std::size_t count) {
  const std::size_t takes = info.name == "skip" ? operands_max : info.operand_count;
  std::string text = std::string(info.name) + " takes " + std::to_string(takes) +
                     (takes == 1 ? " operand" : " operands");
  if (surplus.text.empty()) text += ", not " + std::to_string(count);
  const auto rules = operands_of(info);
  const bool is_after_bits =
      !surplus.text.empty() && !rules.empty() && rules.back().kind == OperandKind::bits;
  const std::string habit = habit_hint(surplus.text);
  fail(surplus.text.empty() ? name : surplus,
       surplus.text.empty() ? text : text + ", and this is one more",
       habit.empty()
           ? "expected: " + operands_text(info) + (is_after_bits ? ", with | between them" : "")
           : habit);
}

void Assembler::define(Token label) {
  Word ignored = 0;
  if (!is_name(label.text) || label.text.size() > label_max)
    return fail(label, quoted(label.text) + " cannot name a label",
                "a letter or _, then letters, digits, _ and points, 64 at most");
  if (read_register(label.text, ignored))
    return fail(label, "a label may not be called like a register");
  const auto [at, is_new] = labels_.emplace(label.text, Label{here(), line_});
  if (!is_new)
    fail(label, "the label " + quoted(label.text) + " is there already",
         "it is defined in line " + std::to_string(at->second.line));
}

void Assembler::resolve(const Jump& jump) {
  const auto found = labels_.find(jump.label);
  if (found == labels_.end()) {
    Suggestion suggestion(jump.label);
    std::size_t offered = 0;
    for (const auto& [name, label] : labels_) {
      if (++offered > labels_suggested_max) break;
      suggestion.offer(name);
    }
    return fail(jump.at, "there is no label " + quoted(jump.label), suggestion.text());
  }
  const Label& label = found->second;
  if (label.word <= jump.word)
    return fail(jump.at,
                "jumps back to " + quoted(jump.label) + " in line " + std::to_string(label.line),
                "jumps go forward only: every procedure ends");
  code_[jump.operand] = label.word - jump.word;
}

void Assembler::fail(Token at, std::string text, std::string hint) {
  fail(place(at), std::move(text), std::move(hint));
}

void Assembler::fail(Place at, std::string text, std::string hint) {
  if (assembly_.errors.size() >= assembler_errors_max) {
    assembly_.has_more_errors = is_over_ = true;
    return;
  }
  assembly_.errors.push_back({Diagnostic::Kind::error, at, std::move(text), std::move(hint)});
}

}  // namespace

Assembly assemble(std::string_view source) { return Assembler(source).run(); }

Place Assembly::place_of(std::uint32_t word) const {
  const auto after = std::ranges::upper_bound(places, word, {}, &InstructionPlace::word);
  return after == places.begin() ? Place{} : std::prev(after)->at;
}

Place operand_place(std::string_view line, const Place& instruction, std::uint32_t index) {
  Token rest = without_comment(line);
  if (instruction.column == 0 || instruction.column > rest.text.size()) return instruction;
  rest = {rest.text.substr(instruction.column - 1), instruction.column};
  take_word(rest);
  Token operand;
  bool is_after_comma = false;
  for (std::uint32_t i = 0; take_operand(rest, is_after_comma, operand); ++i)
    if (i == index)
      return {instruction.line, operand.column, static_cast<std::uint32_t>(operand.text.size())};
  return instruction;
}

}  // namespace blink::jit
