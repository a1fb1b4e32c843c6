#include "jit/text/diagnostic.h"

#include <algorithm>

#include "common/text.h"

namespace blink::jit {
namespace {

constexpr std::size_t excerpt_max = 96;   // bytes of the line that are shown
constexpr std::size_t excerpt_lead = 40;  // of these, before the marked place in a long line
constexpr std::size_t lines_apart = 64;   // of those whose beginning is noted

struct Colours {
  const char *bold = "", *kind = "", *caret = "", *off = "";
};

Colours colours_of(Diagnostic::Kind kind, bool has_colours) {
  if (!has_colours) return {};
  constexpr const char* kinds[] = {"\033[1;31m", "\033[1;35m", "\033[1;36m"};
  return {"\033[1m", kinds[static_cast<std::size_t>(kind)], "\033[1;32m", "\033[0m"};
}

// The source may hold anything; a terminal obeys some of it. As many characters as there are.
std::string harmless(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view before = text;
    const bool is_shown = take_character(text) != U'\uFFFD';
    if (is_shown)
      out += before.substr(0, before.size() - text.size());
    else
      out += before.front() == '\t' ? ' ' : '?';
  }
  return out;
}

// Of the text as harmless() makes it; each character is one column.
std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (; !text.empty(); ++width)
    take_character(text);
  return width;
}

// The line and the mark below it. What is cut off is counted in bytes: a long line is looked at no
// further than it is shown.
std::string excerpt(std::string_view line, const Place& at, const Colours& colours) {
  std::size_t begin = 0;
  const std::size_t marked = std::min<std::size_t>(at.column > 0 ? at.column - 1 : 0, line.size());
  if (line.size() > excerpt_max && marked > excerpt_lead)
    begin = first_bytes(line, marked - excerpt_lead).size();
  const std::string_view seen = first_bytes(line.substr(begin), excerpt_max);
  std::string shown = harmless(seen);
  if (begin + seen.size() < line.size()) shown += "...";
  const std::string lead = begin > 0 ? "..." : "";
  const std::size_t before = std::min(marked - begin, seen.size());
  const std::size_t length =
      std::max<std::size_t>(1, width_of(seen.substr(before, std::max<std::size_t>(at.length, 1))));
  const std::string number = std::to_string(at.line);
  std::string out = " " + number + " | " + lead + shown + '\n';
  out += std::string(number.size() + 1, ' ') + " | " +
         std::string(lead.size() + width_of(seen.substr(0, before)), ' ');
  return out + colours.caret + '^' + std::string(length - 1, '~') + colours.off + '\n';
}

}  // namespace

SourceText::SourceText(std::string name, std::string_view text)
    : name_(std::move(name)), text_(text) {
  std::size_t lines = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (lines++ % lines_apart == 0) begins_.push_back(at);
    const std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) break;
    at = end + 1;
  }
}

std::string_view SourceText::line(std::uint32_t number) const {
  const std::size_t index = number - std::size_t{1};
  if (number == 0 || index / lines_apart >= begins_.size()) return {};
  std::size_t begin = begins_[index / lines_apart];
  for (std::size_t i = index % lines_apart; i > 0; --i) {
    const std::size_t end = text_.find('\n', begin);
    if (end == std::string_view::npos || end + 1 == text_.size()) return {};
    begin = end + 1;
  }
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
