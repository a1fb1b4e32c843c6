#include "server/screen/window_choice.h"

#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "common/text.h"

namespace blink::server {
namespace {

constexpr std::size_t listed_max = 8;   // windows, in what a failure says
constexpr std::size_t quoted_max = 60;  // bytes of somebody's text there
constexpr std::size_t numbers_max = 3;  // session, array, object

// Of "2:0:3"; nothing, where it is a text.
std::vector<std::uint32_t> numbers_of(std::string_view text) {
  std::vector<std::uint32_t> numbers;
  const char *at = text.data(), *const end = at + text.size();
  while (numbers.size() < numbers_max) {
    std::uint32_t number = 0;
    const auto [after, error] = std::from_chars(at, end, number);
    if (error != std::errc()) return {};
    numbers.push_back(number);
    if (after == end) return numbers;
    if (*after != ':') return {};
    at = after + 1;
  }
  return {};
}

bool has_numbers(const WindowView& window, std::span<const std::uint32_t> numbers) {
  if (numbers.empty() || numbers.back() != window.object.object) return false;
  if (numbers.size() > 1 && numbers.front() != window.session) return false;
  return numbers.size() < numbers_max || numbers[1] == window.object.array;
}

template <typename IsMeant>
std::vector<std::size_t> find(std::span<const WindowView> windows, IsMeant is_meant) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < windows.size(); ++i)
    if (is_meant(windows[i])) found.push_back(i);
  return found;
}

std::string quoted(std::string_view text) { return "'" + printable(text, quoted_max) + "'"; }

std::string list(std::span<const WindowView> windows, std::span<const std::size_t> which) {
  std::string text;
  for (std::size_t i = 0; i < which.size(); ++i) {
    if (i == listed_max) return text + " and " + std::to_string(which.size() - i) + " more";
    const WindowView& window = windows[which[i]];
    text += (i == 0 ? "" : ", ") + std::to_string(window.session) + ":" +
            std::to_string(window.object.array) + ":" + std::to_string(window.object.object) + " " +
            quoted(window.title) + " of " + quoted(window.client);
  }
  return text;
}

}  // namespace

Result<std::size_t> choose_window(std::span<const WindowView> windows, std::string_view wanted) {
  const std::vector<std::uint32_t> numbers = numbers_of(wanted);
  auto found = find(windows, [&](const auto& window) { return has_numbers(window, numbers); });
  if (found.empty())
    found = find(windows, [&](const auto& window) { return window.title == wanted; });
  if (found.empty())
    found = find(windows, [&](const auto& window) { return window.client == wanted; });
  if (found.size() == 1) return found[0];
  if (!found.empty())
    return Status::system("several windows are " + quoted(wanted) + ": " + list(windows, found) +
                          "; ask for SESSION:ARRAY:OBJECT");
  const auto all = find(windows, [](const auto&) { return true; });
  return Status::system(
      "there is no window " + quoted(wanted) +
      (all.empty() ? "; there is none at all" : "; there are " + list(windows, all)));
}

}  // namespace blink::server
