#include "server/screen/image_size.h"

#include "gl/generated/enums.h"

namespace blink::server {
namespace {

using namespace gl;

std::uint32_t components_of(GLenum format) {
  switch (format) {
    case GL_RED:
    case GL_GREEN:
    case GL_BLUE:
    case GL_ALPHA:
    case GL_LUMINANCE:
    case GL_RED_INTEGER:
    case GL_GREEN_INTEGER:
    case GL_BLUE_INTEGER:
    case GL_STENCIL_INDEX:
    case GL_DEPTH_COMPONENT: return 1;
    case GL_RG:
    case GL_RG_INTEGER:
    case GL_LUMINANCE_ALPHA:
    case GL_DEPTH_STENCIL: return 2;
    case GL_RGB:
    case GL_BGR:
    case GL_RGB_INTEGER:
    case GL_BGR_INTEGER: return 3;
    case GL_RGBA:
    case GL_BGRA:
    case GL_RGBA_INTEGER:
    case GL_BGRA_INTEGER: return 4;
    default: return 0;
  }
}

// Of one component, or of a whole pixel where a type packs it.
struct TypeSize {
  std::uint32_t bytes = 0;
  bool is_packed = false;
};

TypeSize size_of(GLenum type) {
  switch (type) {
    case GL_BYTE:
    case GL_UNSIGNED_BYTE: return {1, false};
    case GL_SHORT:
    case GL_UNSIGNED_SHORT:
    case GL_HALF_FLOAT: return {2, false};
    case GL_INT:
    case GL_UNSIGNED_INT:
    case GL_FLOAT: return {4, false};
    case GL_UNSIGNED_BYTE_3_3_2:
    case GL_UNSIGNED_BYTE_2_3_3_REV: return {1, true};
    case GL_UNSIGNED_SHORT_5_6_5:
    case GL_UNSIGNED_SHORT_5_6_5_REV:
    case GL_UNSIGNED_SHORT_4_4_4_4:
    case GL_UNSIGNED_SHORT_4_4_4_4_REV:
    case GL_UNSIGNED_SHORT_5_5_5_1:
    case GL_UNSIGNED_SHORT_1_5_5_5_REV: return {2, true};
    case GL_UNSIGNED_INT_8_8_8_8:
    case GL_UNSIGNED_INT_8_8_8_8_REV:
    case GL_UNSIGNED_INT_10_10_10_2:
    case GL_UNSIGNED_INT_2_10_10_10_REV:
    case GL_UNSIGNED_INT_10F_11F_11F_REV:
    case GL_UNSIGNED_INT_5_9_9_9_REV:
    case GL_UNSIGNED_INT_24_8: return {4, true};
    case GL_FLOAT_32_UNSIGNED_INT_24_8_REV: return {8, true};
    default: return {};
  }
}

}  // namespace

std::optional<std::uint64_t> image_bytes(const Unpacking& unpacking, GLenum format, GLenum type,
                                         std::uint32_t width, std::uint32_t height,
                                         std::uint32_t depth) {
  const std::uint32_t components = components_of(format);
  const TypeSize size = size_of(type);
  if (components == 0 || size.bytes == 0) return std::nullopt;
  if (width == 0 || height == 0 || depth == 0) return 0;
  // Every factor is below 2^15: no product comes near 2^64.
  const std::uint64_t pixel = size.is_packed ? size.bytes : size.bytes * components;
  const std::uint64_t pixels = unpacking.row_length != 0 ? unpacking.row_length : width;
  const std::uint64_t align = unpacking.alignment;
  const std::uint64_t row = (pixels * pixel + align - 1) / align * align;
  const std::uint64_t rows = unpacking.image_height != 0 ? unpacking.image_height : height;
  const std::uint64_t last_image = unpacking.skip_images + depth - 1;
  const std::uint64_t last_row = unpacking.skip_rows + height - 1;
  const std::uint64_t last_pixel = unpacking.skip_pixels + width;
  return last_image * rows * row + last_row * row + last_pixel * pixel;
}

}  // namespace blink::server
