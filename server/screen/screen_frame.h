// ScreenFrame: one drawing of the screen, as pixels, for who shows it elsewhere.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "server/screen/screen_size.h"

namespace blink::server {

struct ScreenFrame {
  std::uint64_t number = 0;  // a later one has a higher
  ScreenSize size;
  // Red, green, blue and one without a meaning; the lowest row first, as GL has it.
  std::shared_ptr<const std::vector<std::byte>> rgbx;

  std::size_t row_bytes() const { return std::size_t{size.width} * 4; }
  // Where the pixel begins; y counts from the top.
  const std::byte* at(std::uint32_t x, std::uint32_t y) const {
    return rgbx->data() + (size.height - 1 - y) * row_bytes() + std::size_t{x} * 4;
  }
};

// Called on the thread that draws: it must take the frame and be gone.
using FrameTaker = std::function<void(ScreenFrame frame)>;

}  // namespace blink::server
