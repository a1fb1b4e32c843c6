// Arrays: the arrays of vertices as the program has set them up, as far as they lie in its own
// memory: there they are read when it draws.
//
// What lies in a buffer is the server's business; here it is only known that it does.
//
// Threads: those of the context.

#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>

#include "gl/types.h"
#include "gl/wire.h"

namespace blink::icd {

struct Context;

class Arrays {
 public:
  struct Array {
    bool is_enabled = false;
    bool is_in_buffer = false;
    gl::GLint size = 4;
    gl::GLenum type = 0x1406;  // GL_FLOAT
    std::uint32_t flags = 0;   // 1 normalized, 2 integer
    gl::GLsizei stride = 0;
    gl::GLuint divisor = 0;  // not 0: an element for so many instances
    const void* pointer = nullptr;
  };

  // What the commands of those names do.
  void enable(gl::GLuint attribute, bool is_enabled);
  void enable_fixed(gl::GLenum array, bool is_enabled);
  void select_unit(gl::GLenum texture);
  void bind_buffer(gl::GLenum target, gl::GLuint buffer);
  void forget_buffers(gl::GLsizei count, const gl::GLuint* buffers);
  void select(gl::GLuint vertex_array) { current_ = vertex_array; }
  void forget(gl::GLsizei count, const gl::GLuint* vertex_arrays);
  // What glPushClientAttrib has kept of it.
  void take_back(const Arrays& then);

  // Array number as gl::WireArray has it; the texture unit's is that of the unit selected.
  void point(std::uint32_t array, gl::GLint size, gl::GLenum type, std::uint32_t flags,
             gl::GLsizei stride, const void* pointer);
  std::uint32_t texture_array() const {
    return static_cast<std::uint32_t>(gl::WireArray::texture0) + unit_;
  }
  bool has_array_buffer() const { return bound(0x8892) != 0; }  // GL_ARRAY_BUFFER
  gl::GLuint bound(gl::GLenum target) const;
  // Whether a draw reads the program's memory.
  bool reads_memory() const { return now().memory != 0; }
  // The index that starts a primitive anew, and so is no vertex, where there is one.
  std::optional<gl::GLuint> restart(std::size_t index_bytes) const;
  void set_restart_index(gl::GLuint index) { restart_index_ = index; }
  void set_divisor(gl::GLuint attribute, gl::GLuint divisor) {
    if (attribute < gl::wire_attributes) now().arrays[attribute].divisor = divisor;
  }
  // Sends those vertices of what it reads there, and what it reads for so many instances.
  void send(Context& context, std::int64_t first, std::int64_t count, std::int64_t instances = 1,
            gl::GLuint base_instance = 0) const;

 private:
  struct State {
    std::array<Array, gl::wire_arrays> arrays;
    std::uint64_t memory = 0;  // a bit for each that is enabled and in no buffer
    gl::GLuint elements = 0;   // buffer of indices
  };
  State& now() { return states_[current_]; }
  const State& now() const { return const_cast<Arrays*>(this)->states_[current_]; }
  void look_at(std::uint32_t array);

  std::map<gl::GLuint, State> states_;  // by vertex array object
  gl::GLuint current_ = 0;
  std::uint32_t unit_ = 0;
  bool restarts_ = false, restarts_at_last_ = false;
  gl::GLuint restart_index_ = 0;
  std::map<gl::GLenum, gl::GLuint> bound_;  // buffers, but for that of indices
};

}  // namespace blink::icd
