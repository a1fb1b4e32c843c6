#include "common/text.h"

#include <algorithm>

namespace blink {
namespace {

// Length of the valid UTF-8 sequence of two to four bytes that starts here, or 0. Overlong forms,
// surrogates, values past U+10FFFF, the C1 controls (which terminals obey) and what turns or breaks
// the rest of a line (U+061C, U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069) are not valid.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  const std::size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                             : lead >= 0xE0 && lead <= 0xEF ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  const unsigned second = byte(1);
  if (lead == 0xC2 && second < 0xA0) return 0;
  if (lead == 0xD8 && second == 0x9C) return 0;
  if (lead == 0xE2) {
    const unsigned third = byte(2);
    if (second == 0x80 && (third == 0x8E || third == 0x8F)) return 0;
    if (second == 0x80 && third >= 0xA8 && third <= 0xAE) return 0;
    if (second == 0x81 && third >= 0xA6 && third <= 0xA9) return 0;
  }
  if (lead == 0xE0 && second < 0xA0) return 0;
  if (lead == 0xED && second > 0x9F) return 0;
  if (lead == 0xF0 && second < 0x90) return 0;
  if (lead == 0xF4 && second > 0x8F) return 0;
  return length;
}

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

}  // namespace

std::string printable(std::string_view text, std::size_t bytes_max) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  while (!text.empty()) {
    if (out.size() >= bytes_max) return out + "...";
    const char c = text.front();
    std::size_t used = 1;
    if (c == '\n') {
      out += "\\n";
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c >= 0x20 && c < 0x7F) {
      out += c;
    } else if (const std::size_t length = utf8_length(text); length != 0) {
      out += text.substr(0, length);
      used = length;
    } else {
      out += "\\x";
      out += digits[(static_cast<unsigned char>(c) >> 4) & 15];
      out += digits[static_cast<unsigned char>(c) & 15];
    }
    text.remove_prefix(used);
  }
  return out;
}

char32_t take_character(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const bool is_ascii = text.front() >= 0x20 && text.front() < 0x7F;
  const std::size_t length = is_ascii ? 1 : utf8_length(text);
  char32_t character = length == 0 ? U'\uFFFD' : is_ascii ? byte(0) : byte(0) & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i)
    character = character << 6 | (byte(i) & 0x3Fu);
  text.remove_prefix(std::max<std::size_t>(length, 1));
  return character;
}

std::string_view first_bytes(std::string_view text, std::size_t count) {
  if (text.size() <= count) return text;
  while (count > 0 && !begins_character(text[count]))
    --count;
  return text.substr(0, count);
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

std::string_view first_columns(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  while (at < text.size() && (!begins_character(text[at]) || count-- > 0))
    ++at;
  return text.substr(0, at);
}

std::string_view fixed_field(const char* field, std::size_t size) {
  const std::string_view all(field, size);
  return all.substr(0, all.find('\0'));
}

}  // namespace blink
