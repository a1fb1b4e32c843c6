// What a tool has to say of a place in a text, and how people are shown it: the place, the line, a
// mark under what is meant, and what may have been meant instead.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace blink::jit {

// Within a source text. Lines and columns (in bytes) count from 1; line 0 is nowhere.
struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t length = 0;  // bytes that are marked

  bool operator==(const Place&) const = default;
};

struct Diagnostic {
  enum class Kind : std::uint8_t { error, warning, note };
  Kind kind = Kind::error;
  Place at;
  std::string text;
  std::string hint;  // a line of its own below; may be empty
};

// A text and where its lines begin: of some of them, for a text may be nothing but lines.
class SourceText {
 public:
  // The text must stay as long as this.
  SourceText(std::string name, std::string_view text);

  const std::string& name() const { return name_; }
  // Without its end; empty where there is none.
  std::string_view line(std::uint32_t number) const;

 private:
  std::string name_;
  std::string_view text_;
  std::vector<std::size_t> begins_;  // of line 1, and of each so many further down
};

// "file:line:column: error: text", the line, a caret. However long the line, what is shown is
// short.
std::string render(const Diagnostic& diagnostic, const SourceText& source, bool has_colours);

}  // namespace blink::jit
