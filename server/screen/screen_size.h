#pragma once

#include <cstdint>

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

  bool operator==(const ScreenMode&) const = default;
};

}  // namespace blink::server
