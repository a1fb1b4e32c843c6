#include "server/screen/shader_source.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "common/limits.h"

namespace blink::server {
namespace {

bool is_newline(char c) { return c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f'; }

// GLSL 4.60, 3.1: lines end with \n, \r, or both in either order. What was continued by a backslash
// is one line, and that comes first of all; then a comment is a blank.
std::string joined_lines(std::string_view source) {
  std::string text;
  text.reserve(source.size());
  for (std::size_t i = 0; i < source.size(); ++i) {
    const bool is_continued = source[i] == '\\' && i + 1 < source.size();
    const std::size_t end = is_continued ? i + 1 : i;
    if (!is_newline(source[end])) {
      text += source[i];
      continue;
    }
    const bool is_pair =
        end + 1 < source.size() && is_newline(source[end + 1]) && source[end + 1] != source[end];
    i = end + (is_pair ? 1 : 0);
    if (!is_continued) text += '\n';
  }
  return text;
}

std::string without_comments(std::string_view text) {
  std::string left;
  left.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "//") {
      i = std::min(text.find('\n', i), text.size());
      left += '\n';
    } else if (text.substr(i, 2) == "/*") {
      const std::size_t end = text.find("*/", i + 2);
      i = end == text.npos ? text.size() : end + 1;
      left += ' ';
    } else {
      left += text[i];
    }
  }
  return left;
}

// A name, a number, or a single character.
using Token = std::string_view;

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i + 1;
    const bool is_number =
        is_digit(text[i]) || (text[i] == '.' && end < text.size() && is_digit(text[end]));
    const auto is_inside = [&](std::size_t at) {
      const char c = text[at], before = text[at - 1];
      return is_letter(c) || is_digit(c) ||
             (is_number &&
              (c == '.' || ((c == '+' || c == '-') && !text.substr(i).starts_with("0x") &&
                            (before == 'e' || before == 'E'))));
    };
    if (is_number || is_letter(text[i]))
      while (end < text.size() && is_inside(end))
        ++end;
    if (!is_blank(text[i]) && text[i] != '\n') tokens.push_back(text.substr(i, end - i));
    i = end;
  }
  return tokens;
}

std::optional<double> number_of(Token token) {
  if (!is_digit(token[0]) && token[0] != '.') return std::nullopt;
  std::string text(token);
  while (text.back() == 'u' || text.back() == 'U')
    text.pop_back();
  const bool is_hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  const bool is_whole = text.find_first_not_of("0123456789") == text.npos;
  if (!is_hexadecimal && is_whole && text.size() > 1 && text[0] == '0') {
    double value = 0;
    for (const char c : text)
      value = value * 8 + (c - '0');
    return value;
  }
  return std::strtod(text.c_str(), nullptr);
}

bool is_integer(Token token) {
  return token.starts_with("0x") || token.starts_with("0X") ||
         token.find_first_not_of("0123456789uU") == token.npos;
}

using Tokens = std::vector<Token>;
struct Macro {
  std::vector<Tokens> bodies;  // of each time that it is defined
  std::size_t bytes = 0;       // of the longest
  std::size_t from = 0;        // where in the code it is first defined
};
using Macros = std::map<Token, Macro>;
using Numbers = std::map<Token, double>;

// The value of a constant expression of numbers, + - * / % << >>, parentheses, and int, uint and
// float of such; nothing for any other.
class Constant {
 public:
  Constant(std::span<const Token> tokens, const Numbers& known) : tokens_(tokens), known_(known) {}
  std::optional<double> value() {
    const auto is = sum(0);
    if (is_too_deep_) return HUGE_VAL;  // nobody writes that
    return at_ == tokens_.size() ? is : std::nullopt;
  }

 private:
  static constexpr int depth_max = 64;
  bool take(std::string_view token) {
    if (at_ == tokens_.size() || tokens_[at_] != token) return false;
    ++at_;
    return true;
  }
  bool take_two(std::string_view token) {  // << and >> are two tokens
    if (at_ + 1 >= tokens_.size() || tokens_[at_] != token || tokens_[at_ + 1] != token)
      return false;
    at_ += 2;
    return true;
  }
  std::optional<double> sum(int depth) {
    auto left = terms(depth);
    while (left) {
      const bool is_left = take_two("<"), is_right = !is_left && take_two(">");
      if (!is_left && !is_right) break;
      const auto right = terms(depth);
      if (!right) return std::nullopt;
      left = *left * std::exp2(is_left ? *right : -*right);
    }
    return left;
  }
  std::optional<double> terms(int depth) {
    auto left = product(depth);
    while (left) {
      const bool is_plus = take("+"), is_minus = !is_plus && take("-");
      if (!is_plus && !is_minus) break;
      const auto right = product(depth);
      if (!right) return std::nullopt;
      left = is_plus ? *left + *right : *left - *right;
    }
    return left;
  }
  std::optional<double> product(int depth) {
    auto left = single(depth);
    while (left) {
      const bool is_times = take("*"), is_over = !is_times && take("/");
      const bool is_rest = !is_times && !is_over && take("%");
      if (!is_times && !is_over && !is_rest) break;
      const auto right = single(depth);
      if (!right) return std::nullopt;
      left = is_times ? *left * *right : is_over ? *left / *right : std::fmod(*left, *right);
    }
    return left;
  }
  std::optional<double> single(int depth) {
    is_too_deep_ |= depth > depth_max;
    if (is_too_deep_ || at_ == tokens_.size()) return std::nullopt;
    if (take("+")) return single(depth + 1);
    if (take("-")) {
      const auto is = single(depth + 1);
      return is ? std::optional(-*is) : is;
    }
    if (take("int") || take("uint") || take("float") || tokens_[at_] == "(") {
      if (!take("(")) return std::nullopt;
      const auto is = sum(depth + 1);
      return take(")") ? is : std::nullopt;
    }
    const Token token = tokens_[at_++];
    if (const auto number = number_of(token)) return number;
    const auto known = known_.find(token);
    return known != known_.end() ? std::optional(known->second) : std::nullopt;
  }

  std::span<const Token> tokens_;
  const Numbers& known_;
  std::size_t at_ = 0;
  bool is_too_deep_ = false;
};

std::string named(const char* what, Token name) { return what + std::string(name.substr(0, 64)); }

class Shader {
 public:
  explicit Shader(std::string_view source) : text_(without_comments(joined_lines(source))) {}
  std::string objection();
  double weight();

 private:
  std::string read_directive(std::string_view line, const Tokens& tokens);
  void note_open(const Tokens& tokens);
  std::string read_lines();
  std::string check_macros() const;
  void write_out();
  void note_constants();
  std::string check_arrays();
  std::size_t end_of(std::size_t open) const;
  void find_functions();
  void find_matrices();
  double weight_of(Token function);
  double weight_of_call(Token name);
  double weight_outside();

  const std::string text_;  // that all tokens lie in
  Tokens code_;
  Tokens in_directives_;  // of those that may name macros
  Macros macros_;
  Numbers constants_;
  double longest_array_ = 1;
  std::set<Token> matrices_;  // names of such
  // How many braces and parentheses are open, and were where each #if that is open began.
  using Open = std::pair<int, int>;
  Open open_;
  std::vector<Open> branches_;
  // Each #if and #else holds whole statements, and opens nothing that it does not close.
  bool has_whole_branches_ = true;
  bool has_plain_macros_ = true;  // each stands for one thing wherever it is named
  struct Function {
    std::vector<std::span<const Token>> bodies;  // of those that have the name
    double weight = -1;                          // not known yet
  };
  std::map<Token, Function> functions_;
};

// Macros count whichever branch of an #if they stand in, and after #undef.
std::string Shader::read_directive(std::string_view line, const Tokens& tokens) {
  if (tokens.size() < 2) return "";
  if (tokens[1] == "undef") {
    has_plain_macros_ = false;
    return "";
  }
  if (tokens[1] != "define") {
    in_directives_.insert(in_directives_.end(), tokens.begin() + 2, tokens.end());
    return "";
  }
  if (tokens.size() < 3) return "";
  const Token name = tokens[2];
  const std::string_view after =
      line.substr(static_cast<std::size_t>(name.data() + name.size() - line.data()));
  if (after.starts_with('(')) return named("a shader with a macro that takes arguments: ", name);
  const auto [at, is_new] = macros_.try_emplace(name);
  Macro& macro = at->second;
  if (is_new) macro.from = code_.size();
  // Whether that one holds nobody knows here: it may be there to hide something.
  has_plain_macros_ &= is_new && branches_.empty();
  const Tokens& body = macro.bodies.emplace_back(tokens.begin() + 3, tokens.end());
  macro.bytes = std::max(macro.bytes, after.size());
  if (std::ranges::find(body, "#") == body.end()) return "";
  return named("a shader with a macro that joins names: ", name);
}

void Shader::note_open(const Tokens& tokens) {
  const auto count = [&](Token token) {
    return static_cast<int>(std::ranges::count(tokens, token));
  };
  if (tokens[0] != "#") {
    open_.first += count("{") - count("}");
    open_.second += count("(") - count(")");
    return;
  }
  if (tokens.size() < 2) return;
  const bool is_begin = tokens[1].starts_with("if");
  if (!is_begin && tokens[1] != "elif" && tokens[1] != "else" && tokens[1] != "endif") return;
  constexpr Token ends[] = {";", "{", "}"};
  has_whole_branches_ &= code_.empty() || std::ranges::find(ends, code_.back()) != std::end(ends);
  if (is_begin) return branches_.push_back(open_);
  has_whole_branches_ &= !branches_.empty() && branches_.back() == open_;
  if (tokens[1] == "endif" && !branches_.empty()) branches_.pop_back();
}

std::string Shader::read_lines() {
  const std::string_view text = text_;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const Tokens tokens = tokens_of(line);
    if (!tokens.empty()) note_open(tokens);
    if (tokens.empty() || tokens[0] != "#")
      code_.insert(code_.end(), tokens.begin(), tokens.end());
    else if (auto why = read_directive(line, tokens); !why.empty())
      return why;
    at = end + 1;
  }
  return "";
}

std::string Shader::check_macros() const {
  for (const auto& [name, macro] : macros_)
    for (const Tokens& body : macro.bodies)
      for (const Token token : body)
        if (token != name && macros_.contains(token))
          return named("a shader with a macro that names another one: ", name);
  std::size_t bytes = 0;
  for (const Tokens* tokens : {&code_, &in_directives_})
    for (const Token token : *tokens)
      if (const auto macro = macros_.find(token); macro != macros_.end())
        bytes += macro->second.bytes;
  return bytes <= limits::shader_macro_bytes_max
             ? ""
             : "a shader with macros of more than 256 KiB where they are used";
}

// The code with its macros written out. Which of several bodies holds nobody knows here: it is the
// one of the largest number.
void Shader::write_out() {
  Tokens code;
  const auto number = [&](const Tokens& body) { return Constant(body, {}).value().value_or(0); };
  std::map<Token, const Tokens*> largest;
  for (const auto& [name, macro] : macros_)
    largest[name] = &*std::ranges::max_element(macro.bodies, {}, number);
  for (std::size_t i = 0; i < code_.size(); ++i) {
    const Token token = code_[i];
    const auto macro = largest.find(token);
    has_plain_macros_ &= macro == largest.end() || macros_[token].from <= i;
    if (macro == largest.end())
      code.push_back(token);
    else
      code.insert(code.end(), macro->second->begin(), macro->second->end());
  }
  code_ = std::move(code);
}

// `const int A = 3, B = A * 2;`: of several that have the same name, the largest.
void Shader::note_constants() {
  constexpr Token precisions[] = {"lowp", "mediump", "highp"};
  constexpr Token types[] = {"int", "uint", "float"};
  for (std::size_t i = 0; i < code_.size(); ++i) {
    if (code_[i] != "const") continue;
    ++i;
    while (i < code_.size() && std::ranges::find(precisions, code_[i]) != std::end(precisions))
      ++i;
    if (i >= code_.size() || std::ranges::find(types, code_[i]) == std::end(types)) continue;
    do {
      const std::size_t name = ++i;
      if (i + 1 >= code_.size() || code_[++i] != "=") break;
      const std::size_t first = ++i;
      while (i < code_.size() && code_[i] != "," && code_[i] != ";")
        ++i;
      const auto value = Constant(std::span(code_).subspan(first, i - first), constants_).value();
      if (value) constants_[code_[name]] = std::max(constants_[code_[name]], *value);
    } while (i < code_.size() && code_[i] == ",");
  }
}

// Sizes and places are told apart by nobody here: an honest place is below a size. A struct counts
// as what is in it.
std::string Shader::check_arrays() {
  const std::string too_large = "a shader with an array of more than 4096";
  constexpr double most = limits::shader_array_max;
  std::vector<std::size_t> open;
  std::map<std::size_t, double> elements;  // of all dimensions up to the one that ends there
  std::map<Token, double> structs;
  Token being_defined;
  double type = 1, member = 1, all_members = 0;
  for (std::size_t i = 0; i < code_.size(); ++i) {
    const Token token = code_[i];
    if (token == "struct" && i + 2 < code_.size() && code_[i + 2] == "{") {
      being_defined = code_[i + 1];
      i += 2;
      all_members = 0;
      type = member = 1;
      continue;
    }
    if (const auto known = structs.find(token); known != structs.end() && open.empty())
      type = member = known->second;
    if (open.empty() && (token == ";" || token == ",")) {
      all_members += member;
      member = type;
    }
    if (token == ";" || token == "{" || token == "}" || token == "(") type = member = 1;
    if (token == "}" && !being_defined.empty()) {
      structs[being_defined] = std::max(structs[being_defined], all_members);
      type = member = all_members;
      being_defined = {};
    }
    if (token == "[") open.push_back(i);
    if (open.empty()) continue;
    if (is_integer(token) && number_of(token).value_or(0) > most) return too_large;
    if (token != "]") continue;
    const std::size_t first = open.back();
    open.pop_back();
    const auto inside = std::span(code_).subspan(first + 1, i - first - 1);
    const double length = std::max(1.0, Constant(inside, constants_).value().value_or(1));
    // a[2][3], and float[2] a[3]
    double before = type;
    for (const std::size_t back : {1, 2})
      if (const auto known = elements.find(first - back); known != elements.end()) {
        before = known->second;
        break;
      }
    member = before * length;
    if (!(member <= most)) return too_large;
    elements[i] = member;
    longest_array_ = std::max(longest_array_, member);
  }
  return "";
}

std::string Shader::objection() {
  if (auto why = read_lines(); !why.empty()) return why;
  if (auto why = check_macros(); !why.empty()) return why;
  write_out();
  note_constants();
  return check_arrays();
}

// --------------------------------------------------------------------------------------- weight

std::size_t Shader::end_of(std::size_t open) const {
  const Token opens = code_[open], closes = opens == "(" ? ")" : "}";
  int depth = 0;
  for (std::size_t i = open; i < code_.size(); ++i) {
    depth += code_[i] == opens ? 1 : code_[i] == closes ? -1 : 0;
    if (depth == 0) return i;
  }
  return code_.size();
}

// `type name(parameters) {`; with `;` instead its body may be elsewhere.
void Shader::find_functions() {
  constexpr Token no_names[] = {"if", "switch", "layout"}, no_types[] = {"return", "else", "case"};
  const auto is_none_of = [&](std::size_t at, std::span<const Token> words) {
    return is_letter(code_[at][0]) && std::ranges::find(words, code_[at]) == words.end();
  };
  for (std::size_t i = 2; i < code_.size(); ++i) {
    if (code_[i] != "(" || !is_none_of(i - 1, no_names) ||
        !(code_[i - 2] == "]" || is_none_of(i - 2, no_types)))
      continue;
    const Token name = code_[i - 1];
    const std::size_t next = end_of(i) + 1;
    if (next >= code_.size()) continue;
    if (code_[next] == ";") functions_[name];
    if (code_[next] == "{")
      functions_[name].bodies.push_back(
          std::span(code_).subspan(next + 1, end_of(next) - next - 1));
  }
}

// `mat4 a = b, c;`: each name that stands there, which is too many rather than too few.
void Shader::find_matrices() {
  bool is_declared = false;
  for (const Token token : code_) {
    if (token.starts_with("mat") || token.starts_with("dmat"))
      is_declared = true;
    else if (token == ";" || token == ")" || token == "{" || token == "}")
      is_declared = false;
    else if ((is_declared && is_letter(token[0])) ||
             (token.starts_with("gl_") && token.find("Matrix") != token.npos))
      matrices_.insert(token);
  }
}

double Shader::weight_of(Token name) {
  Function& function = functions_[name];
  if (function.weight >= 0) return function.weight;
  function.weight = HUGE_VAL;  // for who comes back here
  double weight = function.bodies.empty() ? HUGE_VAL : 0;
  for (const auto& body : function.bodies)
    for (std::size_t i = 0; i < body.size(); ++i) {
      const bool is_call = i + 1 < body.size() && body[i + 1] == "(" && is_letter(body[i][0]);
      weight += is_call                       ? weight_of_call(body[i])
                : matrices_.contains(body[i]) ? limits::shader_matrix_weight
                                              : 1;
    }
  return function.weight = weight;
}

double Shader::weight_of_call(Token name) {
  if (functions_.contains(name)) return weight_of(name);
  constexpr Token looks[] = {"texture", "texel", "shadow", "image"};
  constexpr Token makes[] = {"vec",  "ivec",   "uvec", "bvec", "dvec", "float",  "int",   "uint",
                             "bool", "double", "mat",  "dmat", "if",   "switch", "return"};
  const auto begins = [&](Token with) { return name.starts_with(with); };
  if (name == "inverse" || name == "determinant")
    return limits::shader_matrix_weight * limits::shader_matrix_weight;
  if (std::ranges::any_of(looks, begins)) return limits::shader_texture_weight;
  return std::ranges::any_of(makes, begins) ? limits::shader_call_weight
                                            : limits::shader_function_weight;
}

// What variables outside of functions begin with may call some.
double Shader::weight_outside() {
  double weight = 0;
  int depth = 0;
  for (std::size_t i = 1; i + 1 < code_.size(); ++i) {
    depth += code_[i] == "{" ? 1 : code_[i] == "}" ? -1 : 0;
    const bool is_declared = is_letter(code_[i - 1][0]) || code_[i - 1] == "]";
    if (depth == 0 && code_[i + 1] == "(" && is_letter(code_[i][0]) && !is_declared)
      weight += weight_of_call(code_[i]);
  }
  return weight;
}

double Shader::weight() {
  if (!objection().empty() || !has_plain_macros_ || !has_whole_branches_) return HUGE_VAL;
  // Too heavy already: it is looked at no further.
  if (static_cast<double>(code_.size()) > limits::screen_shader_weight_max) return HUGE_VAL;
  constexpr Token endless[] = {"for", "while", "do", "subroutine"};
  if (std::ranges::find_first_of(code_, endless) != code_.end()) return HUGE_VAL;
  find_functions();
  find_matrices();
  // One word may copy or compare all of an array; of a short one that is as good as nothing.
  const double of_word = std::max(1.0, longest_array_ / limits::shader_short_array);
  return (static_cast<double>(code_.size()) + weight_outside() + weight_of("main")) * of_word;
}

}  // namespace

std::string objection_to_shader(std::string_view source) { return Shader(source).objection(); }
double weight_of_shader(std::string_view source) { return Shader(source).weight(); }

}  // namespace blink::server
