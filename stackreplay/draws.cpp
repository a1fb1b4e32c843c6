#include "stackreplay/draws.h"

#include <algorithm>
#include <bit>
#include <span>
#include <utility>

#include "gl/generated/enums.h"
#include "gl/vertex_size.h"

namespace blink::stackreplay {
namespace {

using namespace gl;

constexpr std::uint64_t bit_of(std::uint32_t array) { return 1ull << array; }
constexpr std::uint32_t number_of(WireArray array) { return static_cast<std::uint32_t>(array); }

constexpr std::uint32_t normalized = 1, integer = 2;  // of array_data

}  // namespace

void Draws::capability_changed(GLenum capability) {
  switch (capability) {
    case GL_VERTEX_ARRAY:
    case GL_NORMAL_ARRAY:
    case GL_COLOR_ARRAY:
    case GL_SECONDARY_COLOR_ARRAY:
    case GL_INDEX_ARRAY:
    case GL_EDGE_FLAG_ARRAY:
    case GL_FOG_COORD_ARRAY:
    case GL_TEXTURE_COORD_ARRAY: arrays_changed(); break;
    default: break;
  }
}

void Draws::supply(Record& in) {
  const auto array = in.scalar<GLuint>();
  Supplied supplied;
  supplied.size = in.scalar<GLint>();
  supplied.type = in.scalar<GLenum>();
  supplied.flags = in.scalar<GLuint>();
  supplied.first = in.scalar<GLint>();
  supplied.count = in.scalar<GLint>();
  supplied.stride = in.scalar<GLuint>();
  const std::uint32_t bytes =
      element_bytes(static_cast<std::uint32_t>(supplied.size), supplied.type);
  if (in.is_bad()) return;
  if (array >= wire_arrays || bytes == 0 || supplied.stride < bytes || supplied.stride > 4096 ||
      supplied.first < 0 || supplied.count < 0)
    return in.refuse("vertices of no such kind");
  supplied.data = reinterpret_cast<const std::byte*>(
      in.lent(static_cast<std::uint64_t>(supplied.count) * supplied.stride));
  if (in.is_bad()) return;
  arrays_[array] = supplied;
  supplied_ |= bit_of(array);
}

// -------------------------------------------------------------------- what the driver would read

void Draws::look() {
  needed_ = 0;
  divisors_ = {};
  is_known_ = true;
  GLint attributes = 0;
  gl_.GetIntegerv(GL_MAX_VERTEX_ATTRIBS, &attributes);
  const auto count = std::min<GLuint>(static_cast<GLuint>(attributes), wire_attributes);
  for (GLuint i = 0; i < count; ++i) {
    GLint is_enabled = 0, buffer = 0, divisor = 0;
    gl_.GetVertexAttribiv(i, GL_VERTEX_ATTRIB_ARRAY_ENABLED, &is_enabled);
    if (is_enabled == 0) continue;
    gl_.GetVertexAttribiv(i, GL_VERTEX_ATTRIB_ARRAY_BUFFER_BINDING, &buffer);
    if (buffer != 0) continue;
    needed_ |= bit_of(i);
    gl_.GetVertexAttribiv(i, GL_VERTEX_ATTRIB_ARRAY_DIVISOR, &divisor);
    divisors_[i] = static_cast<std::uint32_t>(divisor);
  }
  if (has_fixed_) look_at_fixed();
}

void Draws::look_at_fixed() {
  static constexpr struct {
    WireArray array;
    GLenum enabled, binding;
  } fixed[] = {
      {WireArray::vertex, GL_VERTEX_ARRAY, GL_VERTEX_ARRAY_BUFFER_BINDING},
      {WireArray::normal, GL_NORMAL_ARRAY, GL_NORMAL_ARRAY_BUFFER_BINDING},
      {WireArray::color, GL_COLOR_ARRAY, GL_COLOR_ARRAY_BUFFER_BINDING},
      {WireArray::secondary, GL_SECONDARY_COLOR_ARRAY, GL_SECONDARY_COLOR_ARRAY_BUFFER_BINDING},
      {WireArray::index, GL_INDEX_ARRAY, GL_INDEX_ARRAY_BUFFER_BINDING},
      {WireArray::edge, GL_EDGE_FLAG_ARRAY, GL_EDGE_FLAG_ARRAY_BUFFER_BINDING},
      {WireArray::fog, GL_FOG_COORD_ARRAY, GL_FOG_COORD_ARRAY_BUFFER_BINDING},
  };
  const auto look_at = [&](std::uint32_t array, GLenum enabled, GLenum binding) {
    if (gl_.IsEnabled(enabled) == 0) return;
    GLint buffer = 0;
    gl_.GetIntegerv(binding, &buffer);
    if (buffer == 0) needed_ |= bit_of(array);
  };
  for (const auto& each : fixed)
    look_at(number_of(each.array), each.enabled, each.binding);
  GLint unit = 0, units = 0;
  gl_.GetIntegerv(GL_CLIENT_ACTIVE_TEXTURE, &unit);
  gl_.GetIntegerv(GL_MAX_TEXTURE_COORDS, &units);
  for (GLuint i = 0; i < std::min<GLuint>(static_cast<GLuint>(units), wire_texture_units); ++i) {
    gl_.ClientActiveTexture(GL_TEXTURE0 + i);
    look_at(number_of(WireArray::texture0) + i, GL_TEXTURE_COORD_ARRAY,
            GL_TEXTURE_COORD_ARRAY_BUFFER_BINDING);
  }
  gl_.ClientActiveTexture(static_cast<GLenum>(unit));
}

bool Draws::reads_memory() {
  if (!is_known_) look();
  return needed_ != 0;
}

bool Draws::may_draw(std::int64_t first, std::int64_t count, Instances instances) {
  if (!is_known_) look();
  if (needed_ == 0) [[likely]]
    return true;
  // No vertices, or GL's error: the driver reads nothing.
  if (count <= 0 || instances.count <= 0) return true;
  if ((needed_ & ~supplied_) != 0) return false;
  for (std::uint64_t left = needed_; left != 0; left &= left - 1) {
    const auto array = static_cast<std::size_t>(std::countr_zero(left));
    const Supplied& its = arrays_[array];
    std::int64_t begin = first, many = count;
    if (const std::int64_t divisor = divisors_[array]; divisor != 0) {
      begin = instances.base;
      many = (instances.count - 1) / divisor + 1;
    }
    if (begin < its.first || begin + many > its.first + its.count) return false;
  }
  GLint bound = 0;
  gl_.GetIntegerv(GL_ARRAY_BUFFER_BINDING, &bound);
  if (bound != 0) gl_.BindBuffer(GL_ARRAY_BUFFER, 0);
  for (std::uint64_t left = needed_; left != 0; left &= left - 1)
    tell_driver(static_cast<std::uint32_t>(std::countr_zero(left)));
  if (bound != 0) gl_.BindBuffer(GL_ARRAY_BUFFER, static_cast<GLuint>(bound));
  return true;
}

void Draws::tell_driver(std::uint32_t array) {
  const Supplied& its = arrays_[array];
  const auto stride = static_cast<GLsizei>(its.stride);
  // Where the first vertex of all would be. SAFETY: only [first, first + count) is read.
  const void* const data =
      reinterpret_cast<const void*>(reinterpret_cast<std::uintptr_t>(its.data) -
                                    static_cast<std::uintptr_t>(its.first) * its.stride);
  if (array < wire_attributes) {
    if ((its.flags & integer) != 0)
      return gl_.VertexAttribIPointer(array, its.size, its.type, stride, data);
    return gl_.VertexAttribPointer(array, its.size, its.type, (its.flags & normalized) != 0, stride,
                                   data);
  }
  switch (static_cast<WireArray>(array)) {
    case WireArray::vertex: return gl_.VertexPointer(its.size, its.type, stride, data);
    case WireArray::normal: return gl_.NormalPointer(its.type, stride, data);
    case WireArray::color: return gl_.ColorPointer(its.size, its.type, stride, data);
    case WireArray::secondary: return gl_.SecondaryColorPointer(its.size, its.type, stride, data);
    case WireArray::index: return gl_.IndexPointer(its.type, stride, data);
    case WireArray::edge: return gl_.EdgeFlagPointer(stride, data);
    case WireArray::fog: return gl_.FogCoordPointer(its.type, stride, data);
    default: break;
  }
  GLint unit = 0;
  gl_.GetIntegerv(GL_CLIENT_ACTIVE_TEXTURE, &unit);
  gl_.ClientActiveTexture(GL_TEXTURE0 + array - number_of(WireArray::texture0));
  gl_.TexCoordPointer(its.size, its.type, stride, data);
  gl_.ClientActiveTexture(static_cast<GLenum>(unit));
}

// ---------------------------------------------------------------------------------------- indices

namespace {

struct Extent {
  std::int64_t least = 0, most = -1;
};

// An index restarts a primitive only if it is that number, in full.
template <typename T>
Extent extent_of(const T* indices, std::size_t count, std::optional<std::uint32_t> restart) {
  Extent extent{INT64_MAX, -1};
  for (std::size_t i = 0; i < count; ++i) {
    if (restart && indices[i] == *restart) continue;
    extent.least = std::min<std::int64_t>(extent.least, indices[i]);
    extent.most = std::max<std::int64_t>(extent.most, indices[i]);
  }
  if (extent.most < 0) extent.least = 0;
  return extent;
}

}  // namespace

// Null: they are not all there.
const std::byte* Draws::indices_in_buffer(std::uint64_t offset, std::uint64_t bytes) {
  GLint64 size = 0;
  gl_.GetBufferParameteri64v(GL_ELEMENT_ARRAY_BUFFER, GL_BUFFER_SIZE, &size);
  if (std::cmp_greater(offset, size) || std::cmp_greater(bytes, size) ||
      std::cmp_greater(offset + bytes, size))
    return nullptr;
  indices_.resize(static_cast<std::size_t>(bytes));
  gl_.GetBufferSubData(GL_ELEMENT_ARRAY_BUFFER, static_cast<GLintptr>(offset),
                       static_cast<GLsizeiptr>(bytes), indices_.data());
  return indices_.data();
}

void Draws::draw_elements(Record& in) {
  const auto mode = in.scalar<GLenum>();
  const auto count = in.scalar<GLsizei>();
  const auto type = in.scalar<GLenum>();
  const auto instances = in.scalar<GLsizei>();
  const auto base_vertex = in.scalar<GLint>();
  const auto base_instance = in.scalar<GLuint>();
  const auto offset = in.scalar<std::uint64_t>();
  const std::uint64_t each = type == GL_UNSIGNED_BYTE    ? 1
                             : type == GL_UNSIGNED_SHORT ? 2
                             : type == GL_UNSIGNED_INT   ? 4
                                                         : 0;
  const std::byte* const indices =
      reinterpret_cast<const std::byte*>(in.copied(elements(count, each), Null::allowed));
  if (in.is_bad()) return;
  if (each == 0 || count < 0 || instances < 0) {  // for the driver to refuse, before it reads
    forget_supply();
    return gl_.DrawElementsInstanced(mode, count, type, nullptr, instances);
  }
  GLint bound = 0;
  gl_.GetIntegerv(GL_ELEMENT_ARRAY_BUFFER_BINDING, &bound);
  // Either the driver takes them from a buffer, or from here; never a number for an address.
  if ((bound != 0) != (indices == nullptr)) return forget_supply();
  // What is supplied is as much as the indices need: they are looked at, wherever they are.
  const std::byte* read = indices;
  if (indices == nullptr && reads_memory()) read = indices_in_buffer(offset, elements(count, each));
  std::int64_t first = 0, vertices = 0;
  if (read != nullptr) {
    std::optional<std::uint32_t> restart;
    if (gl_.IsEnabled(GL_PRIMITIVE_RESTART_FIXED_INDEX) != 0) {
      restart = static_cast<std::uint32_t>((std::uint64_t{1} << each * 8) - 1);
    } else if (gl_.IsEnabled(GL_PRIMITIVE_RESTART) != 0) {
      GLint index = 0;
      gl_.GetIntegerv(GL_PRIMITIVE_RESTART_INDEX, &index);
      restart = static_cast<std::uint32_t>(index);
    }
    const auto many = static_cast<std::size_t>(elements(count));
    Extent extent;
    if (each == 1) extent = extent_of(reinterpret_cast<const GLubyte*>(read), many, restart);
    if (each == 2) extent = extent_of(reinterpret_cast<const GLushort*>(read), many, restart);
    if (each == 4) extent = extent_of(reinterpret_cast<const GLuint*>(read), many, restart);
    if (count > 0 && extent.most < 0) return forget_supply();  // nothing but restarts
    first = extent.least + base_vertex;
    vertices = extent.most - extent.least + 1;
    if (first < 0) return forget_supply();
  } else {
    first = 0;
    vertices = INT32_MAX;  // whatever the buffer says: nothing that was supplied is enough
  }
  const void* const where = indices != nullptr ? static_cast<const void*>(indices)
                                               : reinterpret_cast<const void*>(offset);
  run(first, vertices, {instances, base_instance}, [&] {
    if (base_instance != 0)
      gl_.DrawElementsInstancedBaseVertexBaseInstance(mode, count, type, where, instances,
                                                      base_vertex, base_instance);
    else if (instances != 1)
      gl_.DrawElementsInstancedBaseVertex(mode, count, type, where, instances, base_vertex);
    else if (base_vertex != 0)
      gl_.DrawElementsBaseVertex(mode, count, type, where, base_vertex);
    else
      gl_.DrawElements(mode, count, type, where);
  });
}

}  // namespace blink::stackreplay
