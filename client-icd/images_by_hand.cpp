// Images and the memory of buffers, as programs call them. The other end is
// stackreplay/arrays_by_hand.cpp.

#include <algorithm>
#include <cstring>

#include "client-icd/encode.h"
#include "client-icd/entry_points.h"
#include "gl/generated/enums.h"
#include "gl/image_size.h"

namespace blink::icd {

using namespace gl;

// -------------------------------------------------------------------------------------------
// images

void GL_APIENTRY icd_PixelStorei(GLenum pname, GLint param) {
  Context* const c = current_context();
  if (c == nullptr) return;
  note_storage(c->unpacking, c->packing, pname, param);
  WireWords out = c->stream.record(WireOp::PixelStorei, 2);
  out.put(pname);
  out.put(param);
}

void GL_APIENTRY icd_PixelStoref(GLenum pname, GLfloat param) {
  icd_PixelStorei(pname, static_cast<GLint>(param + (param < 0 ? -0.5f : 0.5f)));
}

ImageSource image_source(Context& context, const void* pixels, GLenum format, GLenum type,
                         GLsizei width, GLsizei height, GLsizei depth) {
  if (context.arrays.bound(GL_PIXEL_UNPACK_BUFFER) != 0) return ImageSource(pixels);
  if (pixels == nullptr || width < 0 || height < 0 || depth < 0) return {};
  const auto bytes =
      image_bytes(context.unpacking, format, type, static_cast<std::uint32_t>(width),
                  static_cast<std::uint32_t>(height), static_cast<std::uint32_t>(depth));
  if (!bytes || *bytes > payload_bytes_max) return {};
  return ImageSource(context.stream.payload(pixels, static_cast<std::int64_t>(*bytes), 1));
}

namespace {

// The end of a record that asks for an image, and what comes back.
class ImageRequest {
 public:
  static constexpr std::uint32_t words = 2 + 1 + 1 + 3;

  ImageRequest(Context& context, void* to, GLenum format, GLenum type, GLsizei width,
               GLsizei height, GLsizei depth)
      : context_(context),
        to_(to),
        format_(format),
        type_(type),
        width_(static_cast<std::uint32_t>(std::max(width, 0))),
        height_(static_cast<std::uint32_t>(std::max(height, 0))),
        depth_(static_cast<std::uint32_t>(std::max(depth, 0))),
        is_to_buffer_(context.arrays.bound(GL_PIXEL_PACK_BUFFER) != 0) {
    Unpacking tight;
    tight.alignment = 1;
    bytes_ = image_bytes(tight, format, type, width_, height_, depth_).value_or(0);
    row_bytes_ = image_bytes(tight, format, type, width_, 1, 1).value_or(0);
    room_ = context.stream.room(is_to_buffer_ ? 1 : std::max<std::uint64_t>(bytes_, 1));
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
  void finish() const {
    if (is_to_buffer_) return (void)context_.stream.flush();
    if (context_.stream.ask().result<std::uint64_t>() != bytes_ || bytes_ == 0) return;
    const std::byte* from = room_.content.data();
    for (std::uint32_t image = 0; image < depth_; ++image)
      for (std::uint32_t row = 0; row < height_; ++row, from += row_bytes_)
        std::memcpy(static_cast<std::byte*>(to_) + end_of(image, row) - row_bytes_, from,
                    row_bytes_);
  }

 private:
  // Of a row, as the program stores its pixels: the bytes until then.
  std::uint64_t end_of(std::uint32_t image, std::uint32_t row) const {
    Unpacking until = context_.packing;
    if (until.image_height == 0) until.image_height = height_;
    until.skip_images += image;
    until.skip_rows += row;
    return image_bytes(until, format_, type_, width_, 1, 1).value_or(0);
  }

  Context& context_;
  void* const to_;
  const GLenum format_, type_;
  const std::uint32_t width_, height_, depth_;
  const bool is_to_buffer_;
  std::uint64_t bytes_ = 0, row_bytes_ = 0;
  StreamWriter::Room room_;
};

}  // namespace

void GL_APIENTRY icd_ReadPixels(GLint x, GLint y, GLsizei width, GLsizei height, GLenum format,
                                GLenum type, void* pixels) {
  Context* const c = current_context();
  if (c == nullptr) return;
  const ImageRequest request(*c, pixels, format, type, width, height, 1);
  if (!request.has_room()) return;
  WireWords out = c->stream.record(WireOp::ReadPixels, 6 + ImageRequest::words);
  out.put(x);
  out.put(y);
  out.put(width);
  out.put(height);
  out.put(format);
  out.put(type);
  request.put(out);
  request.finish();
}

void GL_APIENTRY icd_GetTexImage(GLenum target, GLint level, GLenum format, GLenum type,
                                 void* pixels) {
  Context* const c = current_context();
  if (c == nullptr) return;
  GLint size[3] = {};
  const GLenum sides[] = {GL_TEXTURE_WIDTH, GL_TEXTURE_HEIGHT, GL_TEXTURE_DEPTH};
  using GetTexLevelParameteriv = void (*)(GLenum, GLint, GLenum, GLint*);
  for (int i = 0; i < 3; ++i)
    reinterpret_cast<GetTexLevelParameteriv>(entry_point("glGetTexLevelParameteriv"))(
        target, level, sides[i], size + i);
  const ImageRequest request(*c, pixels, format, type, size[0], size[1], size[2]);
  if (!request.has_room()) return;
  WireWords out = c->stream.record(WireOp::GetTexImage, 4 + ImageRequest::words);
  out.put(target);
  out.put(level);
  out.put(format);
  out.put(type);
  request.put(out);
  request.finish();
}

// ------------------------------------------------------------------------- memory of buffers

void GL_APIENTRY icd_GetBufferSubData(GLenum target, GLintptr offset, GLsizeiptr size, void* data) {
  Context* const c = current_context();
  if (c == nullptr || size < 0) return;
  const auto room = c->stream.room(std::max<std::uint64_t>(static_cast<std::uint64_t>(size), 1));
  if (room.object == 0) return;
  WireWords out = c->stream.record(WireOp::GetBufferSubData, 1 + 4 + 1 + 3);
  out.put(target);
  out.put(offset);
  out.put(size);
  out.put(StreamWriter::answer_place());
  out.put(room.object);
  out.put(0u);
  out.put(static_cast<std::uint32_t>(std::min<std::uint64_t>(room.content.size(), UINT32_MAX)));
  if (c->stream.ask().result<std::uint64_t>() == 0) return;
  std::memcpy(data, room.content.data(), static_cast<std::size_t>(size));
}

namespace {

template <typename Command, typename... Arguments>
void call(const char* name, Arguments... arguments) {
  reinterpret_cast<Command>(entry_point(name))(arguments...);
}

void send_part(GLenum target, const Buffers::Mapping& mapping, GLintptr offset, GLsizeiptr size) {
  using BufferSubData = void (*)(GLenum, GLintptr, GLsizeiptr, const void*);
  call<BufferSubData>("glBufferSubData", target, mapping.offset + offset, size,
                      static_cast<const void*>(mapping.memory.data() + offset));
}

}  // namespace

void* GL_APIENTRY icd_MapBufferRange(GLenum target, GLintptr offset, GLsizeiptr length,
                                     GLbitfield access) {
  Context* const c = current_context();
  if (c == nullptr || length <= 0 || offset < 0) return nullptr;
  const GLuint buffer = c->arrays.bound(target);
  if (buffer == 0 || c->buffers.mappings.contains(buffer)) return nullptr;
  // What is written into memory at any time cannot be noticed yet.
  if ((access & GL_MAP_PERSISTENT_BIT) != 0) return nullptr;
  Buffers::Mapping& mapping = c->buffers.mappings[buffer];
  mapping.offset = offset;
  mapping.access = access;
  mapping.memory.resize(static_cast<std::size_t>(length));
  constexpr GLbitfield new_content = GL_MAP_INVALIDATE_RANGE_BIT | GL_MAP_INVALIDATE_BUFFER_BIT;
  if ((access & new_content) == 0 && (access & GL_MAP_FLUSH_EXPLICIT_BIT) == 0)
    icd_GetBufferSubData(target, offset, length, mapping.memory.data());
  return mapping.memory.data();
}

void* GL_APIENTRY icd_MapBuffer(GLenum target, GLenum access) {
  using GetBufferParameteriv = void (*)(GLenum, GLenum, GLint*);
  GLint size = 0;
  call<GetBufferParameteriv>("glGetBufferParameteriv", target, GLenum{GL_BUFFER_SIZE}, &size);
  GLbitfield bits = 0;
  if (access != GL_WRITE_ONLY) bits |= GL_MAP_READ_BIT;
  if (access != GL_READ_ONLY) bits |= GL_MAP_WRITE_BIT;
  return icd_MapBufferRange(target, 0, size, bits);
}

void GL_APIENTRY icd_FlushMappedBufferRange(GLenum target, GLintptr offset, GLsizeiptr length) {
  Context* const c = current_context();
  if (c == nullptr) return;
  const auto found = c->buffers.mappings.find(c->arrays.bound(target));
  if (found == c->buffers.mappings.end() || offset < 0 || length < 0 ||
      static_cast<std::size_t>(offset + length) > found->second.memory.size())
    return;
  send_part(target, found->second, offset, length);
}

GLboolean GL_APIENTRY icd_UnmapBuffer(GLenum target) {
  Context* const c = current_context();
  if (c == nullptr) return 0;
  const auto found = c->buffers.mappings.find(c->arrays.bound(target));
  if (found == c->buffers.mappings.end()) return 0;
  const Buffers::Mapping& mapping = found->second;
  if ((mapping.access & GL_MAP_WRITE_BIT) != 0 && (mapping.access & GL_MAP_FLUSH_EXPLICIT_BIT) == 0)
    send_part(target, mapping, 0, static_cast<GLsizeiptr>(mapping.memory.size()));
  c->buffers.mappings.erase(found);
  return 1;
}

}  // namespace blink::icd
