#include "gl/image_size.h"

#include "gl/generated/enums.h"

namespace blink::gl {
namespace {

std::uint32_t components_of(GLenum format) {
  switch (format) {
    case GL_RED:
    case GL_GREEN:
    case GL_BLUE:
    case GL_ALPHA:
    case GL_ALPHA_INTEGER_EXT:
    case GL_LUMINANCE:
    case GL_LUMINANCE_INTEGER_EXT:
    case GL_RED_INTEGER:
    case GL_GREEN_INTEGER:
    case GL_BLUE_INTEGER:
    case GL_STENCIL_INDEX:
    case GL_COLOR_INDEX:
    case GL_DEPTH_COMPONENT: return 1;
    case GL_RG:
    case GL_RG_INTEGER:
    case GL_LUMINANCE_ALPHA:
    case GL_LUMINANCE_ALPHA_INTEGER_EXT:
    case GL_DEPTH_STENCIL: return 2;
    case GL_RGB:
    case GL_BGR:
    case GL_RGB_INTEGER:
    case GL_BGR_INTEGER: return 3;
    case GL_RGBA:
    case GL_BGRA:
    case GL_ABGR_EXT:
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

// What is too large for 64 bits is larger than any memory.
std::uint64_t times(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}
std::uint64_t plus(std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

}  // namespace

void note_storage(Unpacking& unpacking, Unpacking& packing, GLenum pname, GLint value) {
  if (value < 0) return;
  const auto number = static_cast<std::uint32_t>(value);
  const bool is_alignment = value == 1 || value == 2 || value == 4 || value == 8;
  switch (pname) {
    case GL_UNPACK_ROW_LENGTH: unpacking.row_length = number; break;
    case GL_UNPACK_IMAGE_HEIGHT: unpacking.image_height = number; break;
    case GL_UNPACK_SKIP_PIXELS: unpacking.skip_pixels = number; break;
    case GL_UNPACK_SKIP_ROWS: unpacking.skip_rows = number; break;
    case GL_UNPACK_SKIP_IMAGES: unpacking.skip_images = number; break;
    case GL_UNPACK_SWAP_BYTES: unpacking.swap_bytes = number != 0; break;
    case GL_UNPACK_LSB_FIRST: unpacking.lsb_first = number != 0; break;
    case GL_UNPACK_ALIGNMENT:
      if (is_alignment) unpacking.alignment = number;
      break;
    case GL_PACK_ROW_LENGTH: packing.row_length = number; break;
    case GL_PACK_IMAGE_HEIGHT: packing.image_height = number; break;
    case GL_PACK_SKIP_PIXELS: packing.skip_pixels = number; break;
    case GL_PACK_SKIP_ROWS: packing.skip_rows = number; break;
    case GL_PACK_SKIP_IMAGES: packing.skip_images = number; break;
    case GL_PACK_SWAP_BYTES: packing.swap_bytes = number != 0; break;
    case GL_PACK_LSB_FIRST: packing.lsb_first = number != 0; break;
    case GL_PACK_ALIGNMENT:
      if (is_alignment) packing.alignment = number;
      break;
    default: break;
  }
}

std::optional<std::uint64_t> image_bytes(const Unpacking& unpacking, GLenum format, GLenum type,
                                         std::uint32_t width, std::uint32_t height,
                                         std::uint32_t depth) {
  const std::uint32_t components = components_of(format);
  const bool is_bitmap = type == GL_BITMAP && components == 1;
  const TypeSize size = is_bitmap ? TypeSize{1, false} : size_of(type);
  if (components == 0 || size.bytes == 0) return std::nullopt;
  if (width == 0 || height == 0 || depth == 0) return 0;
  // A bitmap's rows are of bytes that hold eight pixels each.
  const auto bytes = [&](std::uint64_t count) { return is_bitmap ? (count + 7) / 8 : count; };
  const std::uint64_t pixel = size.is_packed ? size.bytes : size.bytes * components;
  const std::uint64_t pixels = unpacking.row_length != 0 ? unpacking.row_length : width;
  const std::uint64_t align = unpacking.alignment;
  const std::uint64_t row = (bytes(pixels) * pixel + align - 1) / align * align;
  const std::uint64_t rows = unpacking.image_height != 0 ? unpacking.image_height : height;
  const std::uint64_t last_image = std::uint64_t{unpacking.skip_images} + depth - 1;
  const std::uint64_t last_row = std::uint64_t{unpacking.skip_rows} + height - 1;
  const std::uint64_t last_pixel = std::uint64_t{unpacking.skip_pixels} + width;
  return plus(plus(times(times(last_image, rows), row), times(last_row, row)),
              times(bytes(last_pixel), pixel));
}

}  // namespace blink::gl
