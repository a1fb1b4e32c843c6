// PNG, by libpng.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/status.h"

namespace blink::server {

// Encodes rows of red, green, blue, unused bytes, top row first.
Result<std::vector<std::byte>> encode_png(std::span<const std::byte> rgbx, std::uint32_t width,
                                          std::uint32_t height);

}  // namespace blink::server
