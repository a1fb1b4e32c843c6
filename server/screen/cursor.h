#pragma once

#include <cstdint>

namespace blink::server {

// What the pointer looks like: over the edges of windows, which way they move.
enum class Cursor : std::uint8_t {
  arrow,
  sideways,
  upright,
  falling,  // from the upper left to the lower right
  rising,
};

}  // namespace blink::server
