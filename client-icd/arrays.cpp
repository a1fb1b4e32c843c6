#include "client-icd/arrays.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "client-icd/context.h"
#include "gl/generated/enums.h"
#include "gl/vertex_size.h"

namespace blink::icd {
namespace {

using namespace gl;

constexpr std::uint32_t no_array = ~0u;
constexpr GLenum primitive_restart_nv = 0x8558;  // NV_primitive_restart: as if it were an array

std::uint32_t fixed_array(GLenum name) {
  const auto number = [](WireArray array) { return static_cast<std::uint32_t>(array); };
  switch (name) {
    case GL_VERTEX_ARRAY: return number(WireArray::vertex);
    case GL_NORMAL_ARRAY: return number(WireArray::normal);
    case GL_COLOR_ARRAY: return number(WireArray::color);
    case GL_SECONDARY_COLOR_ARRAY: return number(WireArray::secondary);
    case GL_INDEX_ARRAY: return number(WireArray::index);
    case GL_EDGE_FLAG_ARRAY: return number(WireArray::edge);
    case GL_FOG_COORD_ARRAY: return number(WireArray::fog);
    default: return no_array;
  }
}

}  // namespace

void Arrays::look_at(std::uint32_t array) {
  State& state = now();
  const Array& its = state.arrays[array];
  const std::uint64_t bit = 1ull << array;
  if (its.is_enabled && !its.is_in_buffer)
    state.memory |= bit;
  else
    state.memory &= ~bit;
}

void Arrays::enable(GLuint attribute, bool is_enabled) {
  if (attribute >= wire_attributes) return;
  now().arrays[attribute].is_enabled = is_enabled;
  look_at(attribute);
}

void Arrays::enable_fixed(GLenum name, bool is_enabled) {
  if (name == GL_PRIMITIVE_RESTART || name == primitive_restart_nv) restarts_ = is_enabled;
  if (name == GL_PRIMITIVE_RESTART_FIXED_INDEX) restarts_at_last_ = is_enabled;
  const std::uint32_t array = name == GL_TEXTURE_COORD_ARRAY ? texture_array() : fixed_array(name);
  if (array == no_array) return;
  now().arrays[array].is_enabled = is_enabled;
  look_at(array);
}

std::optional<GLuint> Arrays::restart(std::size_t index_bytes) const {
  if (restarts_at_last_) return static_cast<GLuint>((std::uint64_t{1} << index_bytes * 8) - 1);
  return restarts_ ? std::optional(restart_index_) : std::nullopt;
}

void Arrays::select_unit(GLenum texture) {
  if (texture >= GL_TEXTURE0 && texture < GL_TEXTURE0 + wire_texture_units)
    unit_ = texture - GL_TEXTURE0;
}

void Arrays::bind_buffer(GLenum target, GLuint buffer) {
  if (target == GL_ELEMENT_ARRAY_BUFFER)
    now().elements = buffer;
  else
    bound_[target] = buffer;
}

GLuint Arrays::bound(GLenum target) const {
  if (target == GL_ELEMENT_ARRAY_BUFFER) return now().elements;
  const auto found = bound_.find(target);
  return found == bound_.end() ? 0 : found->second;
}

void Arrays::forget_buffers(GLsizei count, const GLuint* buffers) {
  for (GLsizei i = 0; i < count; ++i) {
    for (auto& [target, buffer] : bound_)
      if (buffer == buffers[i]) buffer = 0;
    if (now().elements == buffers[i]) now().elements = 0;
  }
}

void Arrays::forget(GLsizei count, const GLuint* vertex_arrays) {
  for (GLsizei i = 0; i < count; ++i) {
    if (vertex_arrays[i] == 0) continue;
    states_.erase(vertex_arrays[i]);
    if (current_ == vertex_arrays[i]) current_ = 0;
  }
}

void Arrays::take_back(const Arrays& then) {
  current_ = then.current_;
  now() = then.now();
  unit_ = then.unit_;
  bound_[GL_ARRAY_BUFFER] = then.bound(GL_ARRAY_BUFFER);
}

void Arrays::point(std::uint32_t array, GLint size, GLenum type, std::uint32_t flags,
                   GLsizei stride, const void* pointer) {
  Array& its = now().arrays[array];
  its.is_in_buffer = has_array_buffer();
  its.size = size;
  its.type = type;
  its.flags = flags;
  its.stride = stride;
  its.pointer = pointer;
  look_at(array);
}

void Arrays::send(Context& context, std::int64_t first_vertex, std::int64_t vertices,
                  std::int64_t instances, GLuint base_instance) const {
  if (first_vertex < 0 || vertices <= 0 || instances <= 0) return;
  std::vector<std::byte> row;
  for (std::uint64_t left = now().memory; left != 0; left &= left - 1) {
    const auto number = static_cast<std::uint32_t>(std::countr_zero(left));
    const Array& its = now().arrays[number];
    const std::size_t each = element_bytes(static_cast<std::uint32_t>(its.size), its.type);
    if (its.pointer == nullptr || each == 0) continue;
    const bool is_of_instances = its.divisor != 0;
    const std::int64_t first = is_of_instances ? base_instance : first_vertex;
    const std::int64_t count =
        is_of_instances ? (instances - 1) / std::int64_t{its.divisor} + 1 : vertices;
    const auto step = its.stride != 0 ? static_cast<std::size_t>(its.stride) : each;
    const auto* from =
        static_cast<const std::byte*>(its.pointer) + static_cast<std::size_t>(first) * step;
    const void* data = from;
    if (step != each) {  // what lies between is not sent
      row.resize(static_cast<std::size_t>(count) * each);
      for (std::int64_t i = 0; i < count; ++i, from += step)
        std::memcpy(row.data() + static_cast<std::size_t>(i) * each, from, each);
      data = row.data();
    }
    const Payload payload = context.stream.payload_of_draw(data, count, each);
    auto words = context.stream.record(StreamOp::array_data, 7 + payload.words());
    words.put(number);
    words.put(its.size);
    words.put(its.type);
    words.put(its.flags);
    words.put(static_cast<GLint>(first));
    words.put(static_cast<GLint>(count));
    words.put(static_cast<std::uint32_t>(each));
    words.put(payload);
  }
}

}  // namespace blink::icd
