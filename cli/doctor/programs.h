// Looking for the programs that a host has.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace blink::doctor {

// The path of an executable file of this name in PATH, or in the system's folders: a user's PATH
// often lacks the sbin ones.
std::optional<std::string> find_program(std::string_view name);

// The first two numbers in a text: {6, 13} of "6.13.0-rc1", {3, 17} of "Version: 3.17.1".
struct Version {
  int major = 0;
  int minor = 0;

  auto operator<=>(const Version&) const = default;
};
Version version_in(std::string_view text);
Version kernel_version();
std::string to_string(const Version& version);

// The last line of a text that holds `word`, or else its last line.
std::string last_line_with(std::string_view text, std::string_view word);

}  // namespace blink::doctor
