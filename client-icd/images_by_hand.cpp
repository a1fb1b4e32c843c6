// Images, as programs call them. The other end is
// stackreplay/arrays_by_hand.cpp.

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "client-icd/encode.h"
#include "client-icd/entry_points.h"
#include "gl/generated/enums.h"
#include "gl/image_size.h"
#include "gl/state/by_hand.h"

namespace blink::icd {

using namespace gl;

// -------------------------------------------------------------------------------------------
// images

void GL_APIENTRY icd_PixelStorei(GLenum pname, GLint param) {
  Context* const c = current_context();
  if (c == nullptr) return;
  note_storage(c->unpacking, c->packing, pname, param);
  const bool is_sure = gl::state::track_PixelStorei(c->shadow, pname, param);
  WireWords out = c->stream.record(WireOp::PixelStorei, 2, is_sure);
  out.put(pname);
  out.put(param);
}

void GL_APIENTRY icd_PixelStoref(GLenum pname, GLfloat param) {
  icd_PixelStorei(pname, static_cast<GLint>(param + (param < 0 ? -0.5f : 0.5f)));
}

namespace {

// Whether there is memory everywhere.
bool is_memory(const void* data, std::size_t bytes) {
  static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(data) / page * page;
  const std::uintptr_t end = reinterpret_cast<std::uintptr_t>(data) + bytes;
  std::vector<unsigned char> pages((end - begin + page - 1) / page);
  return ::mincore(reinterpret_cast<void*>(begin), end - begin, pages.data()) == 0 ||
         errno != ENOMEM;
}

}  // namespace

ImageSource image_source(Context& context, const void* pixels, GLenum format, GLenum type,
                         GLsizei width, GLsizei height, GLsizei depth) {
  if (context.arrays.bound(GL_PIXEL_UNPACK_BUFFER) != 0) {
    context.send_written();
    return ImageSource(pixels);
  }
  if (pixels == nullptr || width < 0 || height < 0 || depth < 0) return {};
  const auto bytes =
      image_bytes(context.unpacking, format, type, static_cast<std::uint32_t>(width),
                  static_cast<std::uint32_t>(height), static_cast<std::uint32_t>(depth));
  if (!bytes || *bytes > payload_bytes_max) return {};
  return ImageSource(context.stream.payload(pixels, static_cast<std::int64_t>(*bytes), 1));
}

ImageSource byte_source(Context& context, const void* data, GLsizei bytes) {
  if (context.arrays.bound(GL_PIXEL_UNPACK_BUFFER) != 0) {
    context.send_written();
    return ImageSource(data);
  }
  if (bytes > 0 && !is_memory(data, static_cast<std::size_t>(bytes))) return {};
  return ImageSource(context.stream.payload(data, bytes, 1));
}

namespace {

// The end of a record that asks for an image, and what comes back.
class ImageRequest {
 public:
  static constexpr std::uint32_t words = 2 + 1 + 1 + 3;

  // `faces_max`: of a cube there come as many images; only the server knows that it is one.
  ImageRequest(Context& context, void* to, GLenum format, GLenum type, GLsizei width,
               GLsizei height, GLsizei depth, std::uint32_t faces_max = 1)
      : context_(context),
        to_(to),
        format_(format),
        type_(type),
        width_(static_cast<std::uint32_t>(std::max(width, 0))),
        height_(static_cast<std::uint32_t>(std::max(height, 0))),
        depth_(static_cast<std::uint32_t>(std::max(depth, 0))),
        faces_max_(faces_max),
        is_to_buffer_(context.arrays.bound(GL_PIXEL_PACK_BUFFER) != 0) {
    Unpacking tight;
    tight.alignment = 1;
    bytes_ = image_bytes(tight, format, type, width_, height_, depth_).value_or(0);
    row_bytes_ = image_bytes(tight, format, type, width_, 1, 1).value_or(0);
    room_ = context.stream.room(is_to_buffer_ ? 1 : std::max<std::uint64_t>(bytes_ * faces_max, 1));
  }

  // Of so many bytes, which the driver has said.
  ImageRequest(Context& context, void* to, std::uint64_t bytes, std::uint32_t faces_max = 1)
      : ImageRequest(context, to, GL_RED, GL_UNSIGNED_BYTE, static_cast<GLsizei>(bytes), 1, 1,
                     faces_max) {
    is_plain_ = true;
  }

  bool has_room() const { return room_.object != 0; }
  void put(WireWords& out) const {
    out.put(is_to_buffer_ ? reinterpret_cast<std::uint64_t>(to_) : std::uint64_t{0});
    out.put(GLuint{is_to_buffer_});
    out.put(StreamWriter::answer_place());
    out.put(room_.object);
    out.put(0u);
    out.put(static_cast<std::uint32_t>(
        std::min<std::uint64_t>(room_.content.size(), payload_bytes_max)));
  }
  // Into memory of so many bytes.
  void finish(GLsizei memory) {
    if (is_to_buffer_) return (void)context_.stream.flush();
    const auto given = context_.stream.ask().result<std::uint64_t>();
    if (given == 0 || bytes_ == 0) return;
    if (given == bytes_ * faces_max_) {
      depth_ *= faces_max_;
      bytes_ = given;
    }
    if (given != bytes_) return;
    // OpenGL 4.6, section 8.11.4: what does not fit is not written at all.
    if (memory < 0 || end_of(depth_ - 1, height_ - 1) > static_cast<std::uint64_t>(memory))
      return context_.raise(GL_INVALID_OPERATION);
    const std::byte* from = room_.content.data();
    if (is_plain_) return (void)std::memcpy(to_, from, bytes_);
    for (std::uint32_t image = 0; image < depth_; ++image)
      for (std::uint32_t row = 0; row < height_; ++row, from += row_bytes_)
        std::memcpy(static_cast<std::byte*>(to_) + end_of(image, row) - row_bytes_, from,
                    row_bytes_);
  }

 private:
  // Of a row, as the program stores its pixels: the bytes until then.
  std::uint64_t end_of(std::uint32_t image, std::uint32_t row) const {
    if (is_plain_) return bytes_;
    Unpacking until = context_.packing;
    if (until.image_height == 0) until.image_height = height_;
    until.skip_images += image;
    until.skip_rows += row;
    return image_bytes(until, format_, type_, width_, 1, 1).value_or(0);
  }

  Context& context_;
  void* const to_;
  const GLenum format_, type_;
  const std::uint32_t width_, height_;
  std::uint32_t depth_;
  const std::uint32_t faces_max_;
  const bool is_to_buffer_;
  bool is_plain_ = false;
  std::uint64_t bytes_ = 0, row_bytes_ = 0;
  StreamWriter::Room room_;
};

}  // namespace

namespace {

struct Size {
  GLint width = 0, height = 0, depth = 0;
};

// glGetTexLevelParameteriv or glGetTextureLevelParameteriv.
GLint level_parameter(const char* command, GLuint which, GLint level, GLenum what) {
  using Ask = void (*)(GLuint, GLint, GLenum, GLint*);
  GLint value = 0;
  reinterpret_cast<Ask>(entry_point(command))(which, level, what, &value);
  return value;
}

constexpr const char* bound_level = "glGetTexLevelParameteriv";
constexpr const char* named_level = "glGetTextureLevelParameteriv";

Size level_size(const char* command, GLuint which, GLint level) {
  return {level_parameter(command, which, level, GL_TEXTURE_WIDTH),
          level_parameter(command, which, level, GL_TEXTURE_HEIGHT),
          level_parameter(command, which, level, GL_TEXTURE_DEPTH)};
}

// As many images as there may be: a cube's sides are as long as one another.
std::uint32_t faces_max(const Size& size) {
  return size.depth == 1 && size.width == size.height ? 6 : 1;
}

// The record of a command that gives an image back: its numbers, then what all have.
template <typename... Numbers>
void ask_image(Context& c, WireOp op, ImageRequest request, GLsizei bytes, Numbers... numbers) {
  if (!request.has_room()) return c.raise(GL_OUT_OF_MEMORY);
  WireWords out = c.stream.record(op, sizeof...(Numbers) + ImageRequest::words);
  (out.put(numbers), ...);
  request.put(out);
  request.finish(bytes);
}

constexpr GLsizei any_size = INT32_MAX;

}  // namespace

void GL_APIENTRY icd_ReadnPixels(GLint x, GLint y, GLsizei width, GLsizei height, GLenum format,
                                 GLenum type, GLsizei bytes, void* pixels) {
  Context* const c = current_context();
  if (c == nullptr) return;
  ask_image(*c, WireOp::ReadPixels, ImageRequest(*c, pixels, format, type, width, height, 1), bytes,
            x, y, width, height, format, type);
}

void GL_APIENTRY icd_ReadPixels(GLint x, GLint y, GLsizei width, GLsizei height, GLenum format,
                                GLenum type, void* pixels) {
  icd_ReadnPixels(x, y, width, height, format, type, any_size, pixels);
}

void GL_APIENTRY icd_GetnTexImage(GLenum target, GLint level, GLenum format, GLenum type,
                                  GLsizei bytes, void* pixels) {
  Context* const c = current_context();
  if (c == nullptr) return;
  const Size size = level_size(bound_level, target, level);
  ask_image(*c, WireOp::GetTexImage,
            ImageRequest(*c, pixels, format, type, size.width, size.height, size.depth), bytes,
            target, level, format, type);
}

void GL_APIENTRY icd_GetTexImage(GLenum target, GLint level, GLenum format, GLenum type,
                                 void* pixels) {
  icd_GetnTexImage(target, level, format, type, any_size, pixels);
}

void GL_APIENTRY icd_GetTextureImage(GLuint texture, GLint level, GLenum format, GLenum type,
                                     GLsizei bytes, void* pixels) {
  Context* const c = current_context();
  if (c == nullptr) return;
  const Size size = level_size(named_level, texture, level);
  ask_image(
      *c, WireOp::GetTextureImage,
      ImageRequest(*c, pixels, format, type, size.width, size.height, size.depth, faces_max(size)),
      bytes, texture, level, format, type);
}

void GL_APIENTRY icd_GetTextureSubImage(GLuint texture, GLint level, GLint x, GLint y, GLint z,
                                        GLsizei width, GLsizei height, GLsizei depth, GLenum format,
                                        GLenum type, GLsizei bytes, void* pixels) {
  Context* const c = current_context();
  if (c == nullptr) return;
  ask_image(*c, WireOp::GetTextureSubImage,
            ImageRequest(*c, pixels, format, type, width, height, depth), bytes, texture, level, x,
            y, z, width, height, depth, format, type);
}

void GL_APIENTRY icd_GetnCompressedTexImage(GLenum target, GLint level, GLsizei bytes,
                                            void* pixels) {
  Context* const c = current_context();
  if (c == nullptr) return;
  const GLint size = level_parameter(bound_level, target, level, GL_TEXTURE_COMPRESSED_IMAGE_SIZE);
  ask_image(*c, WireOp::GetCompressedTexImage,
            ImageRequest(*c, pixels, static_cast<std::uint64_t>(std::max(size, 0))), bytes, target,
            level);
}

void GL_APIENTRY icd_GetCompressedTexImage(GLenum target, GLint level, void* pixels) {
  icd_GetnCompressedTexImage(target, level, any_size, pixels);
}

void GL_APIENTRY icd_GetCompressedTextureImage(GLuint texture, GLint level, GLsizei bytes,
                                               void* pixels) {
  Context* const c = current_context();
  if (c == nullptr) return;
  const GLint size = level_parameter(named_level, texture, level, GL_TEXTURE_COMPRESSED_IMAGE_SIZE);
  ask_image(*c, WireOp::GetCompressedTextureImage,
            ImageRequest(*c, pixels, static_cast<std::uint64_t>(std::max(size, 0)),
                         faces_max(level_size(named_level, texture, level))),
            bytes, texture, level);
}

}  // namespace blink::icd
