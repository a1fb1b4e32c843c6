// Arrays of vertices and what draws from them, as programs call them. The other end is
// stackreplay/arrays_by_hand.cpp.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "client-icd/encode.h"
#include "client-icd/entry_points.h"
#include "gl/generated/enums.h"

namespace blink::icd {

using namespace gl;

namespace {

constexpr std::uint32_t number_of(WireArray array) { return static_cast<std::uint32_t>(array); }

// Whether a draw is certainly no error.
bool is_sure_draw(const Context& c, GLenum mode, GLsizei count) {
  return mode <= GL_TRIANGLE_FAN && count >= 0 && c.shadow.may_draw();
}

// An array in a buffer is the server's to know. One in the program's memory is noted here; there it
// is said that it lies nowhere.
template <typename... Numbers>
void point(Context& c, WireOp op, const void* pointer, Numbers... numbers) {
  constexpr std::uint32_t words = sizeof...(Numbers) + 2;
  WireWords out = c.stream.record(op, words);
  (out.put(numbers), ...);
  out.put(c.arrays.has_array_buffer() ? reinterpret_cast<std::uint64_t>(pointer)
                                      : std::uint64_t{0});
}

}  // namespace

void GL_APIENTRY icd_VertexPointer(GLint size, GLenum type, GLsizei stride, const void* pointer) {
  Context* const c = current_context();
  if (c == nullptr) return;
  c->arrays.point(number_of(WireArray::vertex), size, type, 0, stride, pointer);
  point(*c, WireOp::VertexPointer, pointer, size, type, stride);
}

void GL_APIENTRY icd_ColorPointer(GLint size, GLenum type, GLsizei stride, const void* pointer) {
  Context* const c = current_context();
  if (c == nullptr) return;
  c->arrays.point(number_of(WireArray::color), size, type, 0, stride, pointer);
  point(*c, WireOp::ColorPointer, pointer, size, type, stride);
}

void GL_APIENTRY icd_SecondaryColorPointer(GLint size, GLenum type, GLsizei stride,
                                           const void* pointer) {
  Context* const c = current_context();
  if (c == nullptr) return;
  c->arrays.point(number_of(WireArray::secondary), size, type, 0, stride, pointer);
  point(*c, WireOp::SecondaryColorPointer, pointer, size, type, stride);
}

void GL_APIENTRY icd_TexCoordPointer(GLint size, GLenum type, GLsizei stride, const void* pointer) {
  Context* const c = current_context();
  if (c == nullptr) return;
  c->arrays.point(c->arrays.texture_array(), size, type, 0, stride, pointer);
  point(*c, WireOp::TexCoordPointer, pointer, size, type, stride);
}

void GL_APIENTRY icd_NormalPointer(GLenum type, GLsizei stride, const void* pointer) {
  Context* const c = current_context();
  if (c == nullptr) return;
  c->arrays.point(number_of(WireArray::normal), 3, type, 0, stride, pointer);
  point(*c, WireOp::NormalPointer, pointer, type, stride);
}

void GL_APIENTRY icd_IndexPointer(GLenum type, GLsizei stride, const void* pointer) {
  Context* const c = current_context();
  if (c == nullptr) return;
  c->arrays.point(number_of(WireArray::index), 1, type, 0, stride, pointer);
  point(*c, WireOp::IndexPointer, pointer, type, stride);
}

void GL_APIENTRY icd_FogCoordPointer(GLenum type, GLsizei stride, const void* pointer) {
  Context* const c = current_context();
  if (c == nullptr) return;
  c->arrays.point(number_of(WireArray::fog), 1, type, 0, stride, pointer);
  point(*c, WireOp::FogCoordPointer, pointer, type, stride);
}

void GL_APIENTRY icd_EdgeFlagPointer(GLsizei stride, const void* pointer) {
  Context* const c = current_context();
  if (c == nullptr) return;
  c->arrays.point(number_of(WireArray::edge), 1, GL_UNSIGNED_BYTE, 0, stride, pointer);
  point(*c, WireOp::EdgeFlagPointer, pointer, stride);
}

void GL_APIENTRY icd_VertexAttribPointer(GLuint index, GLint size, GLenum type,
                                         GLboolean normalized, GLsizei stride,
                                         const void* pointer) {
  Context* const c = current_context();
  if (c == nullptr) return;
  if (index < wire_attributes)
    c->arrays.point(index, size, type, normalized != 0 ? 1 : 0, stride, pointer);
  point(*c, WireOp::VertexAttribPointer, pointer, index, size, type, GLuint{normalized}, stride);
}

void GL_APIENTRY icd_VertexAttribIPointer(GLuint index, GLint size, GLenum type, GLsizei stride,
                                          const void* pointer) {
  Context* const c = current_context();
  if (c == nullptr) return;
  if (index < wire_attributes) c->arrays.point(index, size, type, 2, stride, pointer);
  point(*c, WireOp::VertexAttribIPointer, pointer, index, size, type, stride);
}

void GL_APIENTRY icd_VertexAttribLPointer(GLuint index, GLint size, GLenum type, GLsizei stride,
                                          const void* pointer) {
  Context* const c = current_context();
  if (c == nullptr) return;
  if (index < wire_attributes) c->arrays.point(index, size, type, 0, stride, pointer);
  point(*c, WireOp::VertexAttribLPointer, pointer, index, size, type, stride);
}

// --------------------------------------------------------------------------------------------
// draws

void GL_APIENTRY icd_DrawArrays(GLenum mode, GLint first, GLsizei count) {
  Context* const c = current_context();
  if (c == nullptr) return;
  c->send_written();
  if (c->arrays.reads_memory()) c->arrays.send(*c, first, count);
  const bool is_sure = is_sure_draw(*c, mode, count) && first >= 0;
  WireWords out = c->stream.record(WireOp::DrawArrays, 3, is_sure);
  out.put(mode);
  out.put(first);
  out.put(count);
}

void GL_APIENTRY icd_DrawArraysInstanced(GLenum mode, GLint first, GLsizei count,
                                         GLsizei instances) {
  Context* const c = current_context();
  if (c == nullptr) return;
  c->send_written();
  if (c->arrays.reads_memory()) c->arrays.send(*c, first, count, instances);
  WireWords out = c->stream.record(WireOp::DrawArraysInstanced, 4);
  out.put(mode);
  out.put(first);
  out.put(count);
  out.put(instances);
}

void GL_APIENTRY icd_DrawArraysInstancedBaseInstance(GLenum mode, GLint first, GLsizei count,
                                                     GLsizei instances, GLuint base) {
  Context* const c = current_context();
  if (c == nullptr) return;
  c->send_written();
  if (c->arrays.reads_memory()) c->arrays.send(*c, first, count, instances, base);
  WireWords out = c->stream.record(WireOp::DrawArraysInstancedBaseInstance, 5);
  out.put(mode);
  out.put(first);
  out.put(count);
  out.put(instances);
  out.put(base);
}

void GL_APIENTRY icd_MultiDrawArrays(GLenum mode, const GLint* first, const GLsizei* count,
                                     GLsizei draws) {
  Context* const c = current_context();
  if (c == nullptr) return;
  c->send_written();
  if (c->arrays.reads_memory()) {
    std::int64_t least = INT32_MAX, end = 0;
    for (GLsizei i = 0; i < draws; ++i) {
      if (count[i] <= 0) continue;
      least = std::min<std::int64_t>(least, first[i]);
      end = std::max(end, std::int64_t{first[i]} + count[i]);
    }
    c->arrays.send(*c, least, end - least);
  }
  const Payload firsts = c->stream.payload_of_draw(first, draws, sizeof *first);
  const Payload counts = c->stream.payload_of_draw(count, draws, sizeof *count);
  WireWords out = c->stream.record(WireOp::MultiDrawArrays, 2 + firsts.words() + counts.words());
  out.put(mode);
  out.put(draws);
  out.put(firsts);
  out.put(counts);
}

namespace {

template <typename T>
void extend(const void* indices, std::int64_t count, std::optional<GLuint> restart,
            std::int64_t& least, std::int64_t& most) {
  const T* const all = static_cast<const T*>(indices);
  for (std::int64_t i = 0; i < count; ++i) {
    if (restart && all[i] == *restart) continue;
    least = std::min<std::int64_t>(least, all[i]);
    most = std::max<std::int64_t>(most, all[i]);
  }
}

}  // namespace

void GL_APIENTRY icd_GetBufferSubData(GLenum target, GLintptr offset, GLsizeiptr size, void* data);

namespace {

struct Elements {
  GLenum mode = 0;
  GLsizei count = 0;
  GLenum type = 0;
  const void* indices = nullptr;
  GLsizei instances = 1;
  GLint base_vertex = 0;
  GLuint base_instance = 0;
};

// 0: there is no such type.
std::size_t index_bytes(GLenum type) {
  switch (type) {
    case GL_UNSIGNED_BYTE: return 1;
    case GL_UNSIGNED_SHORT: return 2;
    case GL_UNSIGNED_INT: return 4;
    default: return 0;
  }
}

void send_draw(Context& c, const Elements& its, bool is_in_buffer) {
  const Payload indices =
      is_in_buffer ? Payload::null()
                   : c.stream.payload_of_draw(its.indices, its.count, index_bytes(its.type));
  if (!is_sure_draw(c, its.mode, its.count) || its.instances != 1 || index_bytes(its.type) == 0)
    c.stream.set_unsure(true);
  WireWords out = c.stream.record(StreamOp::draw_elements, 8 + indices.words());
  out.put(its.mode);
  out.put(its.count);
  out.put(its.type);
  out.put(its.instances);
  out.put(its.base_vertex);
  out.put(its.base_instance);
  out.put(is_in_buffer ? reinterpret_cast<std::uint64_t>(its.indices) : std::uint64_t{0});
  out.put(indices);
}

// Empty: they are not all there.
std::vector<std::byte> indices_in_buffer(GLintptr offset, std::size_t bytes) {
  using GetBufferParameteriv = void (*)(GLenum, GLenum, GLint*);
  GLint size = 0;
  reinterpret_cast<GetBufferParameteriv>(entry_point("glGetBufferParameteriv"))(
      GL_ELEMENT_ARRAY_BUFFER, GL_BUFFER_SIZE, &size);
  if (offset < 0 || offset > size || std::cmp_greater(bytes, size - offset)) return {};
  std::vector<std::byte> read(bytes);
  icd_GetBufferSubData(GL_ELEMENT_ARRAY_BUFFER, offset, static_cast<GLsizeiptr>(bytes),
                       read.data());
  return read;
}

void draw(Context& c, const Elements& its) {
  c.send_written();
  const bool is_in_buffer = c.arrays.bound(GL_ELEMENT_ARRAY_BUFFER) != 0;
  const std::size_t each = index_bytes(its.type);
  if (c.arrays.reads_memory() && its.count > 0 && each != 0 &&
      (is_in_buffer || its.indices != nullptr)) {
    const void* indices = its.indices;
    std::vector<std::byte> read;
    if (is_in_buffer) {  // they say how much is read here
      read = indices_in_buffer(reinterpret_cast<GLintptr>(its.indices),
                               static_cast<std::size_t>(its.count) * each);
      if (read.empty()) return send_draw(c, its, true);
      indices = read.data();
    }
    const auto restart = c.arrays.restart(each);
    std::int64_t least = INT64_MAX, most = -1;
    if (each == 1) extend<GLubyte>(indices, its.count, restart, least, most);
    if (each == 2) extend<GLushort>(indices, its.count, restart, least, most);
    if (each == 4) extend<GLuint>(indices, its.count, restart, least, most);
    if (most >= 0)
      c.arrays.send(c, least + its.base_vertex, most - least + 1, its.instances, its.base_instance);
  }
  send_draw(c, its, is_in_buffer);
}

}  // namespace

void GL_APIENTRY icd_DrawElements(GLenum mode, GLsizei count, GLenum type, const void* indices) {
  if (Context* const c = current_context()) draw(*c, {mode, count, type, indices});
}

void GL_APIENTRY icd_DrawElementsBaseVertex(GLenum mode, GLsizei count, GLenum type,
                                            const void* indices, GLint base_vertex) {
  if (Context* const c = current_context()) draw(*c, {mode, count, type, indices, 1, base_vertex});
}

void GL_APIENTRY icd_DrawElementsInstanced(GLenum mode, GLsizei count, GLenum type,
                                           const void* indices, GLsizei instances) {
  if (Context* const c = current_context()) draw(*c, {mode, count, type, indices, instances});
}

void GL_APIENTRY icd_DrawElementsInstancedBaseInstance(GLenum mode, GLsizei count, GLenum type,
                                                       const void* indices, GLsizei instances,
                                                       GLuint base_instance) {
  if (Context* const c = current_context())
    draw(*c, {mode, count, type, indices, instances, 0, base_instance});
}

void GL_APIENTRY icd_DrawElementsInstancedBaseVertex(GLenum mode, GLsizei count, GLenum type,
                                                     const void* indices, GLsizei instances,
                                                     GLint base_vertex) {
  if (Context* const c = current_context())
    draw(*c, {mode, count, type, indices, instances, base_vertex});
}

void GL_APIENTRY icd_DrawElementsInstancedBaseVertexBaseInstance(GLenum mode, GLsizei count,
                                                                 GLenum type, const void* indices,
                                                                 GLsizei instances,
                                                                 GLint base_vertex,
                                                                 GLuint base_instance) {
  if (Context* const c = current_context())
    draw(*c, {mode, count, type, indices, instances, base_vertex, base_instance});
}

// The range is a hint, which nobody needs to believe.
void GL_APIENTRY icd_DrawRangeElements(GLenum mode, GLuint, GLuint, GLsizei count, GLenum type,
                                       const void* indices) {
  if (Context* const c = current_context()) draw(*c, {mode, count, type, indices});
}

void GL_APIENTRY icd_DrawRangeElementsBaseVertex(GLenum mode, GLuint, GLuint, GLsizei count,
                                                 GLenum type, const void* indices,
                                                 GLint base_vertex) {
  if (Context* const c = current_context()) draw(*c, {mode, count, type, indices, 1, base_vertex});
}

void GL_APIENTRY icd_MultiDrawElementsBaseVertex(GLenum mode, const GLsizei* count, GLenum type,
                                                 const void* const* indices, GLsizei draws,
                                                 const GLint* base_vertex) {
  Context* const c = current_context();
  if (c == nullptr) return;
  if (draws < 0) return c->raise(GL_INVALID_VALUE);
  for (GLsizei i = 0; i < draws; ++i)
    draw(*c, {mode, count[i], type, indices[i], 1, base_vertex != nullptr ? base_vertex[i] : 0});
}

void GL_APIENTRY icd_MultiDrawElements(GLenum mode, const GLsizei* count, GLenum type,
                                       const void* const* indices, GLsizei draws) {
  icd_MultiDrawElementsBaseVertex(mode, count, type, indices, draws, nullptr);
}

namespace {

// What the draws are of, in the buffer that is bound for it or here.
template <typename... Numbers>
void draw_indirect(Context& c, WireOp op, const void* where, std::int64_t draws, GLsizei stride,
                   std::int64_t each, Numbers... numbers) {
  c.send_written();
  const std::int64_t step = stride > 0 ? stride : each;
  const bool is_in_buffer = c.arrays.bound(GL_DRAW_INDIRECT_BUFFER) != 0;
  const Payload data = is_in_buffer || where == nullptr || draws <= 0
                           ? Payload::null()
                           : c.stream.payload_of_draw(where, (draws - 1) * step + each, 1);
  WireWords out = c.stream.record(
      op, static_cast<std::uint32_t>(((sizeof(Numbers) / 4) + ... + 2)) + data.words());
  (out.put(numbers), ...);
  out.put(is_in_buffer ? reinterpret_cast<std::uint64_t>(where) : std::uint64_t{0});
  out.put(data);
}

constexpr std::int64_t arrays_bytes = 16, elements_bytes = 20;  // OpenGL 4.6, section 10.4

}  // namespace

void GL_APIENTRY icd_DrawArraysIndirect(GLenum mode, const void* where) {
  if (Context* const c = current_context())
    draw_indirect(*c, WireOp::DrawArraysIndirect, where, 1, 0, arrays_bytes, mode);
}

void GL_APIENTRY icd_DrawElementsIndirect(GLenum mode, GLenum type, const void* where) {
  if (Context* const c = current_context())
    draw_indirect(*c, WireOp::DrawElementsIndirect, where, 1, 0, elements_bytes, mode, type);
}

void GL_APIENTRY icd_MultiDrawArraysIndirect(GLenum mode, const void* where, GLsizei draws,
                                             GLsizei stride) {
  if (Context* const c = current_context())
    draw_indirect(*c, WireOp::MultiDrawArraysIndirect, where, draws, stride, arrays_bytes, mode,
                  draws, stride);
}

void GL_APIENTRY icd_MultiDrawElementsIndirect(GLenum mode, GLenum type, const void* where,
                                               GLsizei draws, GLsizei stride) {
  if (Context* const c = current_context())
    draw_indirect(*c, WireOp::MultiDrawElementsIndirect, where, draws, stride, elements_bytes, mode,
                  type, draws, stride);
}

void GL_APIENTRY icd_MultiDrawArraysIndirectCount(GLenum mode, const void* where, GLintptr count_at,
                                                  GLsizei most, GLsizei stride) {
  if (Context* const c = current_context())
    draw_indirect(*c, WireOp::MultiDrawArraysIndirectCount, where, 0, stride, arrays_bytes, mode,
                  count_at, most, stride);
}

void GL_APIENTRY icd_MultiDrawElementsIndirectCount(GLenum mode, GLenum type, const void* where,
                                                    GLintptr count_at, GLsizei most,
                                                    GLsizei stride) {
  if (Context* const c = current_context())
    draw_indirect(*c, WireOp::MultiDrawElementsIndirectCount, where, 0, stride, elements_bytes,
                  mode, type, count_at, most, stride);
}

}  // namespace blink::icd
