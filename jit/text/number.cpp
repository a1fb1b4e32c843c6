#include "jit/text/number.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

namespace blink::jit {
namespace {

constexpr Word usual_nan = 0x7FC00000;
constexpr Word sign_bit = 0x80000000;

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool take_hex(std::string_view& text) { return take_prefix(text, "0x") || take_prefix(text, "0X"); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "1.5" in "1.5e-3".
bool has_value(std::string_view digits, bool is_hex) {
  const auto end = digits.find_first_of(is_hex ? "pP" : "eE");
  return digits.substr(0, end).find_first_not_of("0.") != std::string_view::npos;
}

}  // namespace

NumberFault read_float(std::string_view text, Word& bits) {
  const Word sign = take_prefix(text, "-") ? sign_bit : 0;
  if (sign == 0) take_prefix(text, "+");
  if (text == "inf" || text == "nan") {
    bits = sign | (text == "nan" ? usual_nan : 0x7F800000);
    return NumberFault::none;
  }
  const bool is_hex = take_hex(text);
  // What from_chars takes beyond digits ("infinity", "nan(1)", a second sign) is no number here.
  const bool begins_well =
      !text.empty() && (is_digit(text[0]) || text[0] == '.' || (is_hex && std::isxdigit(text[0])));
  if (!begins_well) return NumberFault::no_number;
  float value = 0;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value,
                                      is_hex ? std::chars_format::hex : std::chars_format::general);
  if (result.ec == std::errc::invalid_argument || result.ptr != end) return NumberFault::no_number;
  if (result.ec == std::errc::result_out_of_range || std::isinf(value)) {
    double wide = 0;  // out of range: on which side?
    std::from_chars(text.data(), end, wide,
                    is_hex ? std::chars_format::hex : std::chars_format::general);
    const std::size_t exponent = text.find_first_of(is_hex ? "pP" : "eE");
    const bool is_small =
        (wide != 0 && std::fabs(wide) < 1) || (wide == 0 && exponent != std::string_view::npos &&
                                               text.substr(exponent + 1).starts_with('-'));
    return is_small ? NumberFault::too_small : NumberFault::too_large;
  }
  if (value == 0 && has_value(text, is_hex)) return NumberFault::too_small;
  bits = sign | std::bit_cast<Word>(value);
  return NumberFault::none;
}

NumberFault read_integer(std::string_view text, Word& word) {
  const std::string_view whole = text;
  const bool is_negative = take_prefix(text, "-");
  if (!is_negative) take_prefix(text, "+");
  const bool is_hex = take_hex(text);
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value, is_hex ? 16 : 10);
  if (result.ec == std::errc::invalid_argument || result.ptr != end) {
    Word ignored = 0;
    return read_float(whole, ignored) == NumberFault::no_number ? NumberFault::no_number
                                                                : NumberFault::not_whole;
  }
  const std::uint64_t limit = is_negative ? 1ull << 31 : std::numeric_limits<Word>::max();
  if (result.ec != std::errc{} || value > limit) return NumberFault::too_large;
  word = static_cast<Word>(is_negative ? -value : value);
  return NumberFault::none;
}

std::string float_text(Word bits) {
  const float value = std::bit_cast<float>(bits);
  if (std::isnan(value)) {
    if ((bits & ~sign_bit) != usual_nan) return "";
    return bits & sign_bit ? "-nan" : "nan";
  }
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::string hex_text(Word word) {
  char text[16];
  return "0x" + std::string(text, std::to_chars(text, text + sizeof text, word, 16).ptr);
}

}  // namespace blink::jit
