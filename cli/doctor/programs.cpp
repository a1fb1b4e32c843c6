#include "cli/doctor/programs.h"

#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace blink::doctor {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_program(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

std::optional<std::string> find_program(std::string_view name) {
  const char* const path = std::getenv("PATH");
  const std::string folders =
      std::string(path ? path : "") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin";
  for (std::string_view rest = folders; !rest.empty();) {
    const std::size_t colon = rest.find(':');
    const std::string_view folder = rest.substr(0, colon);
    rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
    const std::string candidate = std::string(folder) + "/" + std::string(name);
    if (folder.starts_with('/') && is_program(candidate)) return candidate;
  }
  return std::nullopt;
}

Version version_in(std::string_view text) {
  Version version;
  const auto start = std::find_if(text.begin(), text.end(), is_digit);
  const char* const end = text.data() + text.size();
  const char* const first = text.data() + (start - text.begin());
  const auto [dot, error] = std::from_chars(first, end, version.major);
  if (error == std::errc() && dot != end && *dot == '.')
    std::from_chars(dot + 1, end, version.minor);
  return version;
}

Version kernel_version() {
  utsname names{};
  ::uname(&names);
  return version_in(names.release);
}

std::string to_string(const Version& version) {
  return std::to_string(version.major) + "." + std::to_string(version.minor);
}

std::string last_line_with(std::string_view text, std::string_view word) {
  std::string last;
  std::string found;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.empty()) continue;
    last = line;
    if (line.find(word) != std::string_view::npos) found = line;
  }
  return found.empty() ? last : found;
}

}  // namespace blink::doctor
