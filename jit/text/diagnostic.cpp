#include "jit/text/diagnostic.h"

#include <algorithm>

namespace blink::jit {
namespace {

constexpr std::size_t excerpt_max = 96;   // columns of the line that are shown
constexpr std::size_t excerpt_lead = 40;  // of these, before the marked place in a long line

struct Colours {
  const char *bold = "", *kind = "", *caret = "", *off = "";
};

Colours colours_of(Diagnostic::Kind kind, bool has_colours) {
  if (!has_colours) return {};
  constexpr const char* kinds[] = {"\033[1;31m", "\033[1;35m", "\033[1;36m"};
  return {"\033[1m", kinds[static_cast<std::size_t>(kind)], "\033[1;32m", "\033[0m"};
}

// The source may hold anything; a terminal obeys some of it.
std::string harmless(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c == '\t') c = ' ';
    if (c < 0x20 || c > 0x7E) c = '?';
  }
  return out;
}

// The line and the mark below it.
std::string excerpt(std::string_view line, const Place& at, const Colours& colours) {
  std::size_t begin = 0;
  const std::size_t column = at.column > 0 ? at.column - 1 : 0;
  if (line.size() > excerpt_max && column > excerpt_lead) begin = column - excerpt_lead;
  std::string shown = harmless(line.substr(std::min(begin, line.size()), excerpt_max));
  if (begin + excerpt_max < line.size()) shown += "...";
  const std::string lead = begin > 0 ? "..." : "";
  const std::size_t marked =
      std::clamp<std::size_t>(at.length, 1, std::max<std::size_t>(1, begin + excerpt_max - column));
  const std::string number = std::to_string(at.line);
  std::string out = " " + number + " | " + lead + shown + '\n';
  out +=
      std::string(number.size() + 1, ' ') + " | " + std::string(lead.size() + column - begin, ' ');
  return out + colours.caret + '^' + std::string(marked - 1, '~') + colours.off + '\n';
}

}  // namespace

SourceText::SourceText(std::string name, std::string_view text)
    : name_(std::move(name)), text_(text) {
  for (std::size_t at = 0; at < text.size();) {
    begins_.push_back(at);
    const std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) break;
    at = end + 1;
  }
}

std::string_view SourceText::line(std::uint32_t number) const {
  if (number == 0 || number > begins_.size()) return {};
  const std::size_t begin = begins_[number - 1];
  std::string_view line = text_.substr(begin, text_.find('\n', begin) - begin);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string render(const Diagnostic& diagnostic, const SourceText& source, bool has_colours) {
  constexpr const char* kinds[] = {"error: ", "warning: ", "note: "};
  const Colours colours = colours_of(diagnostic.kind, has_colours);
  const Place& at = diagnostic.at;
  std::string out = colours.bold + source.name() + ':';
  if (at.line != 0) out += std::to_string(at.line) + ':' + std::to_string(at.column) + ':';
  ((out += ' ') += colours.kind) += kinds[static_cast<std::size_t>(diagnostic.kind)];
  (((out += colours.off) += colours.bold) += diagnostic.text) += colours.off;
  out += '\n';
  if (at.line != 0) out += excerpt(source.line(at.line), at, colours);
  if (!diagnostic.hint.empty()) (out += "   " + diagnostic.hint) += '\n';
  return out;
}

}  // namespace blink::jit
