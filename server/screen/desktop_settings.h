#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "common/limits.h"
#include "server/screen/returning_windows.h"

namespace blink::server {

struct DesktopSettings {
  std::string keys = "us";  // layout of the keyboard (keyboard.h)
  // What a redraw may take before it is drawn beside the screen.
  std::chrono::milliseconds redraw_time_max = limits::redraw_time_max;
  std::vector<WindowMemory> returning;  // from below
};

}  // namespace blink::server
