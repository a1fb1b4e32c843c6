// DriverPixels: bulk bytes on their way from a client's memory to a GL driver. Only guest memory
// makes them (vso/guest_memory.h, lend_to_driver) and only a GL call uses them; in between nobody
// looks inside, because the client may be writing there.

#pragma once

#include <cstddef>

namespace blink {

struct DriverPixels {
  const void* address = nullptr;
  std::size_t bytes = 0;
};

}  // namespace blink
