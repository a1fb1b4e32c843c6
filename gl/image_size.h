// How many bytes GL reads for an image, as its unpacking is set: exactly, and without overflow.

#pragma once

#include <cstdint>
#include <optional>

#include "gl/types.h"

namespace blink::gl {

// How pixels lie in memory, as glPixelStorei has it: of unpacking, and of packing.
struct Unpacking {
  std::uint32_t row_length = 0, image_height = 0;  // 0: as the image has
  std::uint32_t skip_pixels = 0, skip_rows = 0, skip_images = 0;
  std::uint32_t alignment = 4;
  bool swap_bytes = false, lsb_first = false;
};

// What glPixelStorei says. Leaves both as they are where that is wrong, or about something else.
void note_storage(Unpacking& unpacking, Unpacking& packing, GLenum pname, GLint value);

// From the first byte at the address given to the last one that is read; nothing for a format or a
// type that is not known here.
std::optional<std::uint64_t> image_bytes(const Unpacking& unpacking, GLenum format, GLenum type,
                                         std::uint32_t width, std::uint32_t height,
                                         std::uint32_t depth);

// One pixel that lies by itself; 0: there is no such kind.
inline std::uint64_t pixel_bytes(GLenum format, GLenum type) {
  return image_bytes({}, format, type, 1, 1, 1).value_or(0);
}

}  // namespace blink::gl
