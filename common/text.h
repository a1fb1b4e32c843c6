// Text that comes from somebody else, made safe to print.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace blink {

// Printable ASCII and valid UTF-8 stay; control characters, quotes, backslashes and stray bytes
// become \n, \", \\ or \xHH. Longer than `bytes_max` is cut, with "..." at the end.
std::string printable(std::string_view text, std::size_t bytes_max = 512);

// Takes the first character off a text that is not empty. What printable() would escape because it
// is not a character to be shown, a control or a stray byte, is U+FFFD.
char32_t take_character(std::string_view& text);

// As much of a text as fits into so many bytes without a part of a character at its end.
std::string_view first_bytes(std::string_view text, std::size_t count);

// The width of a UTF-8 text whose characters are one column each, and as much of it as fits.
std::size_t columns(std::string_view text);
std::string_view first_columns(std::string_view text, std::size_t count);

// The text of a fixed field that need not end with a NUL.
std::string_view fixed_field(const char* field, std::size_t size);

}  // namespace blink
