// Text that comes from somebody else, made safe to print.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace blink {

// Printable ASCII and valid UTF-8 stay; control characters, quotes, backslashes and stray bytes
// become \n, \", \\ or \xHH. Longer than `bytes_max` is cut, with "..." at the end.
std::string printable(std::string_view text, std::size_t bytes_max = 512);

// The text of a fixed field that need not end with a NUL.
std::string_view fixed_field(const char* field, std::size_t size);

}  // namespace blink
