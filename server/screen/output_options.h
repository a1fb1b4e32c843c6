#pragma once

#include <cstdint>
#include <vector>

namespace blink::server {

struct OutputOptions {
  // `automatic`: a window where there is a desktop that lets us in, else headless. `none`: nothing
  // is drawn, though everything else is done (output_null.h).
  enum class Kind : std::uint8_t { headless, window, automatic, none };
  Kind kind = Kind::headless;
  // Of a window.
  bool is_fullscreen = false;
  bool is_on_all_monitors = false;
  std::vector<std::uint32_t> monitors = {};  // counted from 1; none: the desktop's main one

  bool is_for_several() const { return is_on_all_monitors || monitors.size() > 1; }
};

}  // namespace blink::server
