// In which format and type of pixels an image is read without losing anything.

#pragma once

#include <optional>

#include "gl/types.h"

namespace blink::gl {

struct PixelFormat {
  GLenum format = 0, type = 0;
};

// Nothing for an internal format that says too little (GL_RGBA), or is not known here.
std::optional<PixelFormat> content_format(GLenum internal);

}  // namespace blink::gl
