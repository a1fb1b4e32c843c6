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

namespace {

// What goes behind the numbers of a command that takes an image: where it lies in the buffer that
// is bound for unpacking, or the pixels themselves.
struct Source {
  std::uint64_t offset = 0;
  Payload pixels = Payload::null();

  std::uint32_t words() const { return 2 + pixels.words(); }
  void put(WireWords& out) const {
    out.put(offset);
    out.put(pixels);
  }
};

Source source_of(Context& c, const void* pixels, GLenum format, GLenum type, GLsizei width,
                 GLsizei height = 1, GLsizei depth = 1) {
  Source source;
  if (c.arrays.bound(GL_PIXEL_UNPACK_BUFFER) != 0) {
    source.offset = reinterpret_cast<std::uint64_t>(pixels);
    return source;
  }
  if (pixels == nullptr || width < 0 || height < 0 || depth < 0) return source;
  const auto bytes =
      image_bytes(c.unpacking, format, type, static_cast<std::uint32_t>(width),
                  static_cast<std::uint32_t>(height), static_cast<std::uint32_t>(depth));
  source.pixels = c.stream.payload(pixels, static_cast<std::int64_t>(bytes.value_or(0)), 1);
  return source;
}

}  // namespace

void GL_APIENTRY icd_TexImage1D(GLenum target, GLint level, GLint internal, GLsizei width,
                                GLint border, GLenum format, GLenum type, const void* pixels) {
  Context* const c = current_context();
  if (c == nullptr) return;
  const Source source = source_of(*c, pixels, format, type, width);
  WireWords out = c->stream.record(WireOp::TexImage1D, 7 + source.words());
  out.put(target);
  out.put(level);
  out.put(internal);
  out.put(width);
  out.put(border);
  out.put(format);
  out.put(type);
  source.put(out);
}

void GL_APIENTRY icd_TexImage2D(GLenum target, GLint level, GLint internal, GLsizei width,
                                GLsizei height, GLint border, GLenum format, GLenum type,
                                const void* pixels) {
  Context* const c = current_context();
  if (c == nullptr) return;
  const Source source = source_of(*c, pixels, format, type, width, height);
  WireWords out = c->stream.record(WireOp::TexImage2D, 8 + source.words());
  out.put(target);
  out.put(level);
  out.put(internal);
  out.put(width);
  out.put(height);
  out.put(border);
  out.put(format);
  out.put(type);
  source.put(out);
}

void GL_APIENTRY icd_TexImage3D(GLenum target, GLint level, GLint internal, GLsizei width,
                                GLsizei height, GLsizei depth, GLint border, GLenum format,
                                GLenum type, const void* pixels) {
  Context* const c = current_context();
  if (c == nullptr) return;
  const Source source = source_of(*c, pixels, format, type, width, height, depth);
  WireWords out = c->stream.record(WireOp::TexImage3D, 9 + source.words());
  out.put(target);
  out.put(level);
  out.put(internal);
  out.put(width);
  out.put(height);
  out.put(depth);
  out.put(border);
  out.put(format);
  out.put(type);
  source.put(out);
}

void GL_APIENTRY icd_TexSubImage1D(GLenum target, GLint level, GLint x, GLsizei width,
                                   GLenum format, GLenum type, const void* pixels) {
  Context* const c = current_context();
  if (c == nullptr) return;
  const Source source = source_of(*c, pixels, format, type, width);
  WireWords out = c->stream.record(WireOp::TexSubImage1D, 6 + source.words());
  out.put(target);
  out.put(level);
  out.put(x);
  out.put(width);
  out.put(format);
  out.put(type);
  source.put(out);
}

void GL_APIENTRY icd_TexSubImage2D(GLenum target, GLint level, GLint x, GLint y, GLsizei width,
                                   GLsizei height, GLenum format, GLenum type, const void* pixels) {
  Context* const c = current_context();
  if (c == nullptr) return;
  const Source source = source_of(*c, pixels, format, type, width, height);
  WireWords out = c->stream.record(WireOp::TexSubImage2D, 8 + source.words());
  out.put(target);
  out.put(level);
  out.put(x);
  out.put(y);
  out.put(width);
  out.put(height);
  out.put(format);
  out.put(type);
  source.put(out);
}

void GL_APIENTRY icd_TexSubImage3D(GLenum target, GLint level, GLint x, GLint y, GLint z,
                                   GLsizei width, GLsizei height, GLsizei depth, GLenum format,
                                   GLenum type, const void* pixels) {
  Context* const c = current_context();
  if (c == nullptr) return;
  const Source source = source_of(*c, pixels, format, type, width, height, depth);
  WireWords out = c->stream.record(WireOp::TexSubImage3D, 10 + source.words());
  out.put(target);
  out.put(level);
  out.put(x);
  out.put(y);
  out.put(z);
  out.put(width);
  out.put(height);
  out.put(depth);
  out.put(format);
  out.put(type);
  source.put(out);
}

void GL_APIENTRY icd_ReadPixels(GLint x, GLint y, GLsizei width, GLsizei height, GLenum format,
                                GLenum type, void* pixels) {
  Context* const c = current_context();
  if (c == nullptr) return;
  const bool is_to_buffer = c->arrays.bound(GL_PIXEL_PACK_BUFFER) != 0;
  Unpacking tight;
  tight.alignment = 1;
  const auto bytes_of = [&](GLsizei rows) {
    return image_bytes(tight, format, type, static_cast<std::uint32_t>(std::max(width, 0)),
                       static_cast<std::uint32_t>(std::max(rows, 0)), 1)
        .value_or(0);
  };
  const std::uint64_t bytes = bytes_of(height);
  const auto room = c->stream.room(is_to_buffer ? 1 : std::max<std::uint64_t>(bytes, 1));
  if (room.object == 0) return;
  WireWords out = c->stream.record(WireOp::ReadPixels, 6 + 2 + 1 + 1 + 3);
  out.put(x);
  out.put(y);
  out.put(width);
  out.put(height);
  out.put(format);
  out.put(type);
  out.put(is_to_buffer ? reinterpret_cast<std::uint64_t>(pixels) : std::uint64_t{0});
  out.put(GLuint{is_to_buffer});
  out.put(StreamWriter::answer_place());
  out.put(room.object);
  out.put(0u);
  out.put(static_cast<std::uint32_t>(std::min<std::uint64_t>(room.content.size(), UINT32_MAX)));
  if (is_to_buffer) return (void)c->stream.flush();
  if (c->stream.ask().result<std::uint64_t>() != bytes || bytes == 0) return;
  // Row by row, as the program stores its pixels.
  const std::uint64_t row = bytes_of(1);
  const Unpacking& packing = c->packing;
  Unpacking one = packing;
  one.skip_rows = one.skip_images = 0;
  const auto place_of = [&](GLsizei at) {  // of the end of that row
    Unpacking until = packing;
    until.skip_images = 0;
    until.skip_rows = packing.skip_rows + static_cast<std::uint32_t>(at);
    return image_bytes(until, format, type, static_cast<std::uint32_t>(width), 1, 1).value_or(0);
  };
  for (GLsizei at = 0; at < height; ++at)
    std::memcpy(static_cast<std::byte*>(pixels) + place_of(at) - row,
                room.content.data() + static_cast<std::uint64_t>(at) * row, row);
}

// ------------------------------------------------------------------------------------------
// buffers

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
