#include "cli/sp/settings.h"

#include <bit>

#include "common/text.h"
#include "jit/text/number.h"

namespace blink::sp {
namespace {

const char* fault_text(jit::NumberFault fault) {
  switch (fault) {
    case jit::NumberFault::too_large: return "' is too large for a float";
    case jit::NumberFault::too_small: return "' is too small for a float";
    default: return "' is no number";
  }
}

}  // namespace

Status split_setting(const std::string& text, const char* form, std::string& name, float& value) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos)
    return Status::system("'" + printable(text) + "' is not " + form);
  name = text.substr(0, equals);
  const std::string number = text.substr(equals + 1);
  jit::Word bits = 0;
  const jit::NumberFault fault = jit::read_float(number, bits);
  if (fault != jit::NumberFault::none)
    return Status::system("'" + printable(text) + "': '" + printable(number) + fault_text(fault));
  value = std::bit_cast<float>(bits);
  return {};
}

Status set_number(const std::string& text, std::span<float> numbers, const char* what) {
  std::string name;
  float value = 0;
  BLINK_TRY(split_setting(text, "N=VALUE", name, value));
  jit::Word index = 0;
  if (jit::read_integer(name, index) != jit::NumberFault::none || index >= numbers.size())
    return Status::system((("'" + printable(name) + "' is no ") += what) + ": there are 0 to " +
                          std::to_string(numbers.size() - 1));
  numbers[index] = value;
  return {};
}

}  // namespace blink::sp
