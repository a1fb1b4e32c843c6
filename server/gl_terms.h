// What the OpenGL of one session may take of the host (`blinkd --help`).

#pragma once

#include <chrono>
#include <cstdint>

#include "common/limits.h"

namespace blink::server {

struct GlTerms {
  std::uint64_t memory_bytes_max = limits::renderer_memory_bytes_max;  // of its driver
  std::chrono::milliseconds time_max{limits::renderer_ms_max};         // for what it has in hand
};

}  // namespace blink::server
