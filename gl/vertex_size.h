// How many bytes the element of an array of vertices has.

#pragma once

#include <cstdint>

#include "gl/types.h"

namespace blink::gl {

// Of so many components, or GL_BGRA, of a type; 0 where there is no such element.
std::uint32_t element_bytes(std::uint32_t size, GLenum type);

}  // namespace blink::gl
