#include "gl/vertex_size.h"

#include "gl/generated/enums.h"

namespace blink::gl {

std::uint32_t element_bytes(std::uint32_t size, GLenum type) {
  const std::uint32_t components = size == GL_BGRA ? 4 : size;
  if (components < 1 || components > 4) return 0;
  switch (type) {
    case GL_BYTE:
    case GL_UNSIGNED_BYTE: return components;
    case GL_SHORT:
    case GL_UNSIGNED_SHORT:
    case GL_HALF_FLOAT: return components * 2;
    case GL_INT:
    case GL_UNSIGNED_INT:
    case GL_FLOAT:
    case GL_FIXED: return components * 4;
    case GL_DOUBLE: return components * 8;
    case GL_INT_2_10_10_10_REV:
    case GL_UNSIGNED_INT_2_10_10_10_REV:
    case GL_UNSIGNED_INT_10F_11F_11F_REV: return 4;
    default: return 0;
  }
}

}  // namespace blink::gl
