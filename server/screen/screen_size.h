#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "server/screen/rect.h"

namespace blink::server {

struct ScreenSize {
  std::uint32_t width = 1280;
  std::uint32_t height = 720;

  bool operator==(const ScreenSize&) const = default;
};

// What an output says of the screen.
struct ScreenMode {
  ScreenSize size;
  float scale = 1;          // pixels of the screen for one of a plain desktop
  float refresh_rate = 60;  // frames a second
  // The parts of the screen that are seen, the main one first; none: all of it is one.
  std::vector<Rect> monitors = {};
  // Of each of them, where the host has names, or of the one that all of it is.
  std::vector<std::string> names = {};
  // Where the screen's upper left corner lies among all that the host has, in the screen's pixels:
  // what is in front of the user stays there when a monitor comes or goes.
  float left = 0, top = 0;

  bool operator==(const ScreenMode&) const = default;
};

}  // namespace blink::server
