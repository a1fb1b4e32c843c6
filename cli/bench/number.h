// Numbers as text, the same in every locale: a comma for a decimal point would break SVG and JSON.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace blink::bench {

// Exactly `decimals` digits after the point; "-" for what is not a finite number.
std::string fixed_text(double value, int decimals);

// Four significant digits for people: 0.0312, 7.125, 64.20, 12,345; very small ones as 1.25e-07.
std::string value_text(double value);

// As short as it can be said, for a tick or a target: 0.001, 25, 1,500, 20 k, 3 M.
std::string short_text(double value);

// A power of two as people name it: 4096 is "4 KiB".
std::string bytes_text(double bytes);

}  // namespace blink::bench
