#include "client-icd/checks.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace blink::icd {
namespace {

// What stands behind the word, if it is there.
std::optional<std::string_view> find_check(std::string_view word) {
  const char* const checks = std::getenv("BLINK_GL_CHECK");
  std::string_view rest = checks == nullptr ? "" : checks;
  while (!rest.empty()) {
    const std::string_view each = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), each.size() + 1));
    if (each.substr(0, each.find('=')) == word) return each.substr(word.size());
  }
  return std::nullopt;
}

}  // namespace

bool checks_state() {
  static const bool does = find_check("state").has_value();
  return does;
}

bool rebuilds_from_journal() {
  static const bool does = find_check("journal").has_value();
  return does;
}

unsigned rebuilds_every() {
  static const unsigned every = [] {
    const auto value = find_check(rebuilds_from_journal() ? "journal" : "rebuild");
    if (!value) return 0u;
    const std::string number(value->starts_with('=') ? value->substr(1) : "1");
    return static_cast<unsigned>(std::strtoul(number.c_str(), nullptr, 10));
  }();
  return every;
}

}  // namespace blink::icd
