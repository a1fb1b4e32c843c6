// The memory of buffers, as programs call for it. The other end is stackreplay/buffers_by_hand.cpp.

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "client-icd/encode.h"
#include "client-icd/entry_points.h"
#include "gl/generated/enums.h"

namespace blink::icd {

using namespace gl;

namespace {

template <typename Command, typename... Arguments>
void call(const char* name, Arguments... arguments) {
  reinterpret_cast<Command>(entry_point(name))(arguments...);
}

// `which` is a target, or a buffer by name.
void read(Context& c, WireOp op, GLuint which, GLintptr offset, GLsizeiptr size, void* data) {
  c.send_written();
  const bool is_range = size >= 0 && offset >= 0;
  const auto bytes = is_range ? static_cast<std::uint64_t>(size) : 0;
  const auto room = c.stream.room(std::max<std::uint64_t>(bytes, 1));
  if (room.object == 0) return c.raise(GL_OUT_OF_MEMORY);
  WireWords out = c.stream.record(op, 1 + 4 + 1 + 3);
  out.put(which);
  out.put(offset);
  out.put(size);
  out.put(StreamWriter::answer_place());
  out.put(room.object);
  out.put(0u);
  out.put(static_cast<std::uint32_t>(std::min<std::uint64_t>(room.content.size(), UINT32_MAX)));
  if (c.stream.ask().result<std::uint64_t>() == 0 || bytes == 0) return;
  std::memcpy(data, room.content.data(), static_cast<std::size_t>(bytes));
}

// Where the program says which part it has written.
constexpr bool is_flushed(GLbitfield access) {
  return (access & (GL_MAP_FLUSH_EXPLICIT_BIT | GL_MAP_COHERENT_BIT)) == GL_MAP_FLUSH_EXPLICIT_BIT;
}

// What a buffer that stays mapped has there.
void read_mapped(Context& c, const Buffers::Lasting& its) {
  const std::lock_guard lock(c.buffers->lasting_mutex());
  constexpr std::size_t part_max = std::size_t{16} << 20;
  std::vector<std::byte> content(its.bytes);
  for (std::size_t at = 0; at < its.bytes;) {
    const std::size_t bytes = std::min(part_max, its.bytes - at);
    const auto room = c.stream.room(bytes);
    if (room.object == 0) return c.raise(GL_OUT_OF_MEMORY);
    WireWords out = c.stream.record(StreamOp::read_mapped, 1 + 2 + 1 + 3);
    out.put(its.buffer);
    out.put(std::uint64_t{at});
    out.put(StreamWriter::answer_place());
    out.put(room.object);
    out.put(0u);
    out.put(static_cast<std::uint32_t>(bytes));
    if (c.stream.ask().result<std::uint64_t>() == 0) return;
    std::memcpy(content.data() + at, room.content.data(), bytes);
    at += bytes;
  }
  its.map->set(content);
}

// The server maps it as well, and says whether it may be.
void* map(Context& c, WireOp op, GLuint which, GLuint buffer, GLintptr offset, GLsizeiptr length,
          GLbitfield access) {
  const bool needs_content = map_needs_content(access);
  StreamWriter::Room room;
  if (needs_content) {
    room = c.stream.room(static_cast<std::uint64_t>(std::max<GLsizeiptr>(length, 1)));
    if (room.object == 0) {
      c.raise(GL_OUT_OF_MEMORY);
      return nullptr;
    }
  }
  WireWords out = c.stream.record(op, 1 + 4 + 1 + 1 + (needs_content ? 3 : 0));
  out.put(which);
  out.put(offset);
  out.put(length);
  out.put(access);
  out.put(StreamWriter::answer_place());
  if (needs_content) {
    out.put(room.object);
    out.put(0u);
    out.put(static_cast<std::uint32_t>(std::min<std::uint64_t>(room.content.size(), UINT32_MAX)));
  }
  const bool is_certain = !needs_content && c.buffers->may_map(buffer, offset, length, access);
  if (!is_certain && c.stream.ask().result<std::uint64_t>() == 0) return nullptr;
  auto mapping = Buffers::make(offset, length, access);
  if (mapping.data == nullptr) return nullptr;
  if (needs_content) std::memcpy(mapping.data, room.content.data(), mapping.bytes);
  if (mapping.lasting) read_mapped(c, {buffer, mapping.bytes, access, mapping.lasting});
  return c.buffers->keep(buffer, std::move(mapping));
}

void* map_all(Context& c, WireOp op, GLuint which, GLuint buffer, const char* ask_size,
              GLenum access) {
  GLbitfield bits = 0;
  switch (access) {
    case GL_READ_ONLY: bits = GL_MAP_READ_BIT; break;
    case GL_WRITE_ONLY: bits = GL_MAP_WRITE_BIT; break;
    case GL_READ_WRITE: bits = GL_MAP_READ_BIT | GL_MAP_WRITE_BIT; break;
    default: c.raise(GL_INVALID_ENUM); return nullptr;
  }
  using GetParameter = void (*)(GLuint, GLenum, GLint*);
  GLint size = -1;
  call<GetParameter>(ask_size, which, GLenum{GL_BUFFER_SIZE}, &size);
  if (size == 0) c.raise(GL_OUT_OF_MEMORY);
  return size > 0 ? map(c, op, which, buffer, 0, size, bits) : nullptr;
}

void flush_part(Context& c, WireOp op, GLuint which, GLuint buffer, GLintptr offset,
                GLsizeiptr length) {
  const std::byte* const from = c.buffers->part(buffer, offset, length);
  const Payload data = from == nullptr ? Payload::null() : c.stream.payload(from, length, 1);
  WireWords out = c.stream.record(op, 1 + 4 + data.words());
  out.put(which);
  out.put(offset);
  out.put(length);
  out.put(data);
}

GLboolean unmap(Context& c, WireOp op, GLuint which, GLuint buffer) {
  c.send_written();
  const Buffers::Mapping mapping = c.buffers->take(buffer);
  constexpr GLbitfield both = GL_MAP_WRITE_BIT | GL_MAP_FLUSH_EXPLICIT_BIT;
  const bool is_written = !mapping.lasting && (mapping.access & both) == GL_MAP_WRITE_BIT;
  const Payload data =
      is_written ? c.stream.payload(mapping.data, static_cast<std::int64_t>(mapping.bytes), 1)
                 : Payload::null();
  WireWords out = c.stream.record(op, 1 + data.words());
  out.put(which);
  out.put(data);
  return mapping.data != nullptr;
}

void give_pointer(Context& c, GLuint buffer, GLenum pname, void** params) {
  if (pname != GL_BUFFER_MAP_POINTER) return c.raise(GL_INVALID_ENUM);
  *params = c.buffers->pointer(buffer);
}

}  // namespace

void Context::tell_written() {
  if (!shadow.takes_at_once()) return;  // between Begin and End nothing is read but vertices
  const std::lock_guard lock(buffers->lasting_mutex());
  for (const Buffers::Lasting& its : buffers->lasting(GL_MAP_WRITE_BIT)) {
    if (is_flushed(its.access)) continue;
    const LastingMap::Changes changes = its.map->take_changes();
    if (changes.runs.empty()) continue;
    if (changes.bytes.size() > payload_bytes_max) {
      raise(GL_OUT_OF_MEMORY);
      continue;
    }
    const Payload runs =
        stream.payload(changes.runs.data(), static_cast<std::int64_t>(changes.runs.size()), 4);
    const Payload bytes = stream.payload_of_draw(
        changes.bytes.data(), static_cast<std::int64_t>(changes.bytes.size()), 1);
    WireWords out = stream.record(StreamOp::write_mapped, 2 + runs.words() + bytes.words());
    out.put(its.buffer);
    out.put(static_cast<std::uint32_t>(changes.runs.size() / 2));
    out.put(runs);
    out.put(bytes);
  }
}

void Context::ask_for_written() {
  for (const Buffers::Lasting& its : buffers->lasting(GL_MAP_READ_BIT))
    read_mapped(*this, its);
}

void GL_APIENTRY icd_GetBufferSubData(GLenum target, GLintptr offset, GLsizeiptr size, void* data) {
  if (Context* const c = current_context())
    read(*c, WireOp::GetBufferSubData, target, offset, size, data);
}

void GL_APIENTRY icd_GetNamedBufferSubData(GLuint buffer, GLintptr offset, GLsizeiptr size,
                                           void* data) {
  if (Context* const c = current_context())
    read(*c, WireOp::GetNamedBufferSubData, buffer, offset, size, data);
}

void* GL_APIENTRY icd_MapBufferRange(GLenum target, GLintptr offset, GLsizeiptr length,
                                     GLbitfield access) {
  Context* const c = current_context();
  if (c == nullptr) return nullptr;
  return map(*c, WireOp::MapBufferRange, target, c->arrays.bound(target), offset, length, access);
}

void* GL_APIENTRY icd_MapNamedBufferRange(GLuint buffer, GLintptr offset, GLsizeiptr length,
                                          GLbitfield access) {
  Context* const c = current_context();
  if (c == nullptr) return nullptr;
  return map(*c, WireOp::MapNamedBufferRange, buffer, buffer, offset, length, access);
}

void* GL_APIENTRY icd_MapBuffer(GLenum target, GLenum access) {
  Context* const c = current_context();
  if (c == nullptr) return nullptr;
  return map_all(*c, WireOp::MapBufferRange, target, c->arrays.bound(target),
                 "glGetBufferParameteriv", access);
}

void* GL_APIENTRY icd_MapNamedBuffer(GLuint buffer, GLenum access) {
  Context* const c = current_context();
  if (c == nullptr) return nullptr;
  return map_all(*c, WireOp::MapNamedBufferRange, buffer, buffer, "glGetNamedBufferParameteriv",
                 access);
}

void GL_APIENTRY icd_FlushMappedBufferRange(GLenum target, GLintptr offset, GLsizeiptr length) {
  if (Context* const c = current_context())
    flush_part(*c, WireOp::FlushMappedBufferRange, target, c->arrays.bound(target), offset, length);
}

void GL_APIENTRY icd_FlushMappedNamedBufferRange(GLuint buffer, GLintptr offset,
                                                 GLsizeiptr length) {
  if (Context* const c = current_context())
    flush_part(*c, WireOp::FlushMappedNamedBufferRange, buffer, buffer, offset, length);
}

GLboolean GL_APIENTRY icd_UnmapBuffer(GLenum target) {
  Context* const c = current_context();
  return c == nullptr ? GLboolean{0}
                      : unmap(*c, WireOp::UnmapBuffer, target, c->arrays.bound(target));
}

GLboolean GL_APIENTRY icd_UnmapNamedBuffer(GLuint buffer) {
  Context* const c = current_context();
  return c == nullptr ? GLboolean{0} : unmap(*c, WireOp::UnmapNamedBuffer, buffer, buffer);
}

void GL_APIENTRY icd_GetBufferPointerv(GLenum target, GLenum pname, void** params) {
  Context* const c = current_context();
  if (c == nullptr) return;
  const GLuint buffer = c->arrays.bound(target);
  if (buffer == 0) return c->raise(GL_INVALID_OPERATION);
  give_pointer(*c, buffer, pname, params);
}

void GL_APIENTRY icd_GetNamedBufferPointerv(GLuint buffer, GLenum pname, void** params) {
  if (Context* const c = current_context()) give_pointer(*c, buffer, pname, params);
}

}  // namespace blink::icd
