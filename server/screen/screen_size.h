#pragma once

#include <cstdint>

namespace blink::server {

struct ScreenSize {
  std::uint32_t width = 1280;
  std::uint32_t height = 720;
};

}  // namespace blink::server
