// Draws: that a draw reads vertices and indices which are there.
//
// An array lies in a buffer, and then the driver keeps within it; or in the program's memory, and
// then it comes with the draw. An array that is enabled and neither would be read from nowhere: so
// before a draw the driver is asked which arrays it would read, after anything that may have
// changed that.
//
// Threads: the session's own, with the context current.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "gl/generated/dispatch.h"
#include "gl/wire.h"
#include "stackreplay/record.h"

namespace blink::stackreplay {

class Draws {
 public:
  // `has_fixed`: with the arrays of the fixed function.
  Draws(const gl::Dispatch& dispatch, bool has_fixed) : gl_(dispatch), has_fixed_(has_fixed) {}

  void arrays_changed() { is_known_ = false; }
  // By glEnable, which some drivers take for arrays too (EXT_vertex_array).
  void capability_changed(gl::GLenum capability);
  // Vertices of the next draw. The memory stays as it is until then.
  void supply(Record& in);
  // How often: an array may have an element for each of so many instances (glVertexAttribDivisor).
  struct Instances {
    std::int64_t count = 1, base = 0;
  };
  static constexpr Instances any_instances{INT32_MAX, 0};
  // Runs a draw of so many vertices, unless it would read from nowhere. `first` and `count` are the
  // vertices that it reads of what was supplied.
  template <typename Draw>
  void run(std::int64_t first, std::int64_t count, Instances instances, Draw&& draw) {
    if (may_draw(first, count, instances)) draw();
    forget_supply();
  }
  void draw_elements(Record& in);

 private:
  struct Supplied {
    gl::GLint size = 0;
    gl::GLenum type = 0;
    std::uint32_t flags = 0;
    std::int64_t first = 0, count = 0;
    std::uint32_t stride = 0;
    const std::byte* data = nullptr;
  };

  bool reads_memory();
  const std::byte* indices_in_buffer(std::uint64_t offset, std::uint64_t bytes);
  void look();
  void look_at_fixed();
  bool may_draw(std::int64_t first, std::int64_t count, Instances instances);
  void tell_driver(std::uint32_t array);
  void forget_supply() { supplied_ = 0; }

  const gl::Dispatch& gl_;
  const bool has_fixed_;
  bool is_known_ = false;
  std::uint64_t needed_ = 0;  // arrays that are enabled and in no buffer
  std::array<std::uint32_t, gl::wire_arrays> divisors_{};  // of those; 0: one for each vertex
  std::uint64_t supplied_ = 0;
  std::array<Supplied, gl::wire_arrays> arrays_;
  std::vector<std::byte> indices_;
};

}  // namespace blink::stackreplay
