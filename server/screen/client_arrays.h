// ClientArrays: which vertex arrays of a session are set up, and whether a draw stays within their
// buffers. Knows no GL: the driver is told by ClientGl, of what this allows.

#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "gl/types.h"

namespace blink::server {

// Of generic attributes 0 to 15, then of the fixed function's arrays.
inline constexpr std::uint32_t generic_arrays = 16;
enum class FixedArray : std::uint8_t { vertex, normal, color, secondary, fog, edge, texture0 };
inline constexpr std::uint32_t array_count = generic_arrays + 6 + 8;

struct VertexArrayState {
  struct Array {
    bool is_enabled = false;
    std::uint32_t buffer = 0;  // the client's number; 0: was never set
    std::uint32_t stride = 0, element_bytes = 0, divisor = 0;
    std::uint64_t offset = 0;
  };
  std::array<Array, array_count> arrays;
  std::uint32_t elements = 0;  // the buffer of indices
};

struct ClientBuffer {
  std::uint64_t bytes = 0;
  std::uint64_t shown_bytes = 0;  // so many at least: up to there textures show a part of it
  // What it holds, where only the client's own data went in; it tells how far indices reach.
  std::optional<std::vector<std::byte>> content;
  // From then on its content is never known: it may go on being written after it was filled.
  bool is_written_by_shaders = false;

  void forget_content() {
    content.reset();
    is_written_by_shaders = true;
  }
};

struct DrawRange {
  std::uint64_t first = 0, count = 0;  // of vertices
  std::uint64_t instances = 1, base_instance = 0;
  // Drivers take arrays with a divisor as if they had none in ArrayElement and in display lists,
  // or not: both must be within.
  bool may_ignore_divisors = false;

  bool is_empty() const { return count == 0 || instances == 0; }
};

class ClientArrays {
 public:
  std::map<std::uint32_t, ClientBuffer> buffers;  // by the client's number
  VertexArrayState& now() { return states_[current_]; }
  std::uint32_t current() const { return current_; }
  void select(std::uint32_t vertex_array) { current_ = vertex_array; }
  void forget(std::uint32_t vertex_array) { states_.erase(vertex_array); }
  void forget_buffer(std::uint32_t buffer);

  bool allows(const DrawRange& range);  // which is not empty
  // The vertices that these indices name; nothing where that cannot be told, or lies outside.
  std::optional<DrawRange> range_of(std::uint32_t count, gl::GLenum type, std::uint64_t offset,
                                    std::int32_t base_vertex);

 private:
  std::uint32_t current_ = 0;
  std::map<std::uint32_t, VertexArrayState> states_;
};

}  // namespace blink::server
