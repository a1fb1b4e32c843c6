// What options of `blink sp` set: numbers by name.

#pragma once

#include <span>
#include <string>

#include "common/status.h"

namespace blink::sp {

// "NAME=VALUE" in two; `form` is how it is called in the help.
Status split_setting(const std::string& text, const char* form, std::string& name, float& value);
// "3=1.5" among the numbers that there are; `what` one of them is.
Status set_number(const std::string& text, std::span<float> numbers, const char* what);

}  // namespace blink::sp
