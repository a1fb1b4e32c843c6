#include "cli/bench/number.h"

#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

#include "common/check.h"

namespace blink::bench {
namespace {

std::string convert(double value, std::chars_format format, int precision) {
  std::array<char, 512>
      buffer;  // a double in fixed notation has at most 309 digits before the point
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format, precision);
  CHECK(end.ec == std::errc());
  return std::string(buffer.data(), end.ptr);
}

std::string with_thousands(std::string digits) {
  const std::size_t point = digits.find('.');
  const std::size_t first = digits.starts_with('-') ? 1 : 0;
  std::size_t at = point == std::string::npos ? digits.size() : point;
  while (at > first + 3)
    digits.insert(at -= 3, ",");
  return digits;
}

// 1.50 is 1.5, and 2.00 is 2.
std::string without_trailing_zeroes(std::string digits) {
  if (digits.find('.') == std::string::npos) return digits;
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.ends_with('.')) digits.pop_back();
  return digits;
}

}  // namespace

std::string fixed_text(double value, int decimals) {
  if (!std::isfinite(value)) return "-";
  std::string text = convert(value, std::chars_format::fixed, decimals);
  // Minus zero, and what rounds to it, is zero.
  if (text.starts_with('-') && text.find_first_not_of("-0.") == std::string::npos) text.erase(0, 1);
  return text;
}

std::string value_text(double value) {
  if (!std::isfinite(value)) return "-";
  if (value == 0.0) return "0";
  const double size = std::fabs(value);
  if (size >= 1e15 || size < 1e-5) return convert(value, std::chars_format::scientific, 2);
  if (size >= 999.95) return with_thousands(fixed_text(value, 0));
  const int digits_before = static_cast<int>(std::floor(std::log10(size))) + 1;
  return fixed_text(value, digits_before > 0 ? 4 - digits_before : 3 - digits_before);
}

std::string short_text(double value) {
  if (!std::isfinite(value)) return "-";
  struct Prefix {
    double factor;
    std::string_view text;
  };
  static constexpr Prefix prefixes[] = {{1e12, " T"}, {1e9, " G"}, {1e6, " M"}, {1e3, " k"}};
  const double size = std::fabs(value);
  if (size >= 1e15 || (size < 1e-5 && size > 0.0))
    return convert(value, std::chars_format::scientific, 0);
  if (size >= 1e4)
    for (const Prefix& prefix : prefixes)
      if (size >= prefix.factor)
        return without_trailing_zeroes(fixed_text(value / prefix.factor, 2)) +
               std::string(prefix.text);
  return with_thousands(without_trailing_zeroes(fixed_text(value, 6)));
}

std::string bytes_text(double bytes) {
  static constexpr std::string_view units[] = {" B", " KiB", " MiB", " GiB", " TiB"};
  std::size_t unit = 0;
  while (bytes >= 1024.0 && unit + 1 < std::size(units)) {
    bytes /= 1024.0;
    ++unit;
  }
  return without_trailing_zeroes(fixed_text(bytes, 1)) + std::string(units[unit]);
}

}  // namespace blink::bench
