// The arithmetic of BlinkGL, exactly. Interpreter and compiled code must agree bit for bit, so each
// operation is written here once, in terms that the processor's own instructions follow.
//
// A result that is no number is some NaN: its sign and payload are not specified.

#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace blink::jit {

// When either is a NaN the result is b: what minss and maxss do.
inline float minimum(float a, float b) { return a < b ? a : b; }
inline float maximum(float a, float b) { return a > b ? a : b; }
// NaN becomes the low end.
inline float clamp_number(float x, float low, float high) { return minimum(maximum(x, low), high); }
inline float mod(float a, float b) { return a - b * std::floor(a / b); }
inline float fract(float x) { return x - std::floor(x); }
inline float mix(float a, float b, float t) { return a + t * (b - a); }

// To the nearest integer, halves to the even one. What does not fit, and NaN, is the least integer:
// what cvtss2si says.
inline std::int32_t to_integer(float x) {
  constexpr float two_31 = 2147483648.0f;
  if (!(x >= -two_31 && x < two_31)) return std::numeric_limits<std::int32_t>::min();
  return static_cast<std::int32_t>(std::nearbyint(x));
}

}  // namespace blink::jit
