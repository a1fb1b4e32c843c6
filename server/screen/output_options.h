#pragma once

#include <cstdint>

namespace blink::server {

struct OutputOptions {
  // `automatic`: a window where there is a desktop that lets us in, else headless. `none`: nothing
  // is drawn, though everything else is done (output_null.h).
  enum class Kind : std::uint8_t { headless, window, automatic, none };
  Kind kind = Kind::headless;
  // Of a window.
  bool is_fullscreen = false;
  std::uint32_t monitor = 0;  // counted from 1; 0: the desktop's main one
};

}  // namespace blink::server
