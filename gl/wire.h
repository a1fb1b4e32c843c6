// The wire: how commands of OpenGL lie in a GL stream (docs/formats/glwire.md). Both ends include
// this; the numbers of OpenGL's own commands are in gl/generated/wire_ops.h.

#pragma once

#include <cstddef>
#include <cstdint>

#include "gl/generated/wire_ops.h"

namespace blink::gl {

// A record begins with one word: what it is about, and how many words of 32 bits it has with it.
inline constexpr std::uint32_t wire_header(std::uint16_t op, std::uint32_t words) {
  return op | words << 16;
}
inline constexpr std::uint16_t wire_op(std::uint32_t header) {
  return static_cast<std::uint16_t>(header);
}
inline constexpr std::uint32_t wire_words(std::uint32_t header) { return header >> 16; }
inline constexpr std::uint32_t record_words_max = 0xFFFF;

// Then its numbers, in the order of the command's parameters: one word each, two for those of 64
// bits. Then, where there is an answer, its place: bytes from the beginning of the stream's
// content. Then its arrays, a word each that says how many bytes, followed by these, padded to
// whole words; or by the id of a bulk object and the place in it.
inline constexpr std::uint32_t payload_null = 0xFFFF'FFFF;
inline constexpr std::uint32_t payload_in_bulk = 0x8000'0000;  // or-ed to the bytes
inline constexpr std::uint32_t payload_bytes_max = 0x7FFF'FFFE;
inline constexpr std::uint32_t payload_inline_bytes_max = 32'768;

// An answer: what the command returned, in 8 bytes; then each array that it wrote, 8 bytes that say
// how many, followed by these, padded to 8.
inline constexpr std::uint32_t answer_bytes_max = 256 * 1024;

// What a name stands for. Names of the first kinds are shared by contexts that share objects, the
// others belong to one context. Programs and shaders have their names from one space.
enum class NameKind : std::uint8_t {
  buffer,
  texture,
  renderbuffer,
  sampler,
  program,
  shader,
  display_list,
  assembly,  // a program of ARB_vertex_program or ARB_fragment_program
  framebuffer,
  query,
  vertex_array,
  transform_feedback,
  program_pipeline,
};
inline constexpr std::size_t name_kinds = 13;
constexpr bool is_shared(NameKind kind) { return kind < NameKind::framebuffer; }
constexpr std::size_t name_space(NameKind kind) {
  return static_cast<std::size_t>(kind == NameKind::shader ? NameKind::program : kind);
}

// What a stream says beside OpenGL's commands.
enum class StreamOp : std::uint16_t {
  surface = 1,       // id, width, height: there is a surface, or it has another size now
  drop_surface = 2,  // id
  make_current = 3,  // id, or 0: where the commands that follow draw
  swap = 4,          // id, object id of a window: what was drawn is what the window's procedures
                     // see as the picture of its name
  array_data = 5,  // WireArray, size, type, 1 normalized + 2 integer, first, count, stride, bytes:
                   // vertices of the next draw, from the program's memory
  draw_elements = 6,  // mode, count, type, instances, base vertex, base instance, offset (64 bits),
                      // indices or null: from the buffer that is bound
  error = 7,          // an error of OpenGL's that the client has found
  get_state = 8,      // values of the context's state, many at once: WireValue of each
  rebuilt = 9,        // what came until here was no program's: nobody asked for its errors
  skip = 10,          // nothing: what lies between a ring's last record and its end
  write_mapped = 11,  // buffer, how many runs, for each where it begins in words and its bytes, the
                      // bytes: what was written into a buffer that stays mapped
  read_mapped = 12,   // buffer, where in the mapping (64 bits), answer, room: what is there now
  read_content = 13,  // WireContent, room: what the GPU has there. In the room, 8 bytes of which
                      // the first 4 say 1 where it is there, and then it
  write_content = 14,      // WireContent, bytes: what the GPU has to have there
  make_current_both = 15,  // id, id: as make_current, and what is read from without a framebuffer
  create_image = 16,  // id, an EGL target, a name, level, layer, answer: there is an image of EGL's
  destroy_image = 17,  // id
};

// What has bytes in the GPU's memory: one level of a texture, tightly packed; a surface, which has
// colour and depth; a buffer, whose bytes are the first two numbers of its size.
enum class WireContentOf : std::uint32_t { texture, renderbuffer, colour, depth, buffer };
struct WireContent {
  WireContentOf of = WireContentOf::texture;
  std::uint32_t name = 0;    // as the client has it
  std::uint32_t target = 0;  // of a texture; of a cube's, the face's
  std::uint32_t level = 0;
  std::uint32_t size[3] = {1, 1, 1};
  std::uint32_t format = 0, type = 0;

  std::uint64_t buffer_bytes() const { return size[0] | std::uint64_t{size[1]} << 32; }
  bool operator==(const WireContent&) const = default;
};
inline constexpr std::uint32_t wire_content_words = 9, wire_content_head_bytes = 8;
static_assert(sizeof(WireContent) == wire_content_words * 4);

// What get_state asks for. The answer has for each a word, 1 if there is such a value and 0 if that
// is an error, which nobody else hears of; and so many components, of 4 or 8 bytes each.
enum class WireComponents : std::uint16_t { number, real, long_real };
struct WireValue {
  std::uint32_t name;  // as glGet takes it
  WireComponents type;
  std::uint16_t count;
};
inline constexpr std::uint32_t wire_value_components_max = 16, wire_values_max = 2048;
constexpr std::size_t component_bytes(WireComponents type) {
  return type == WireComponents::long_real ? 8 : 4;
}

// Which array: a generic attribute, or one of the fixed function's, texture coordinates last.
inline constexpr std::uint32_t wire_attributes = 32;
enum class WireArray : std::uint8_t {
  vertex = wire_attributes,
  normal,
  color,
  secondary,
  index,
  edge,
  fog,
  texture0,
};
inline constexpr std::uint32_t wire_texture_units = 8;
inline constexpr std::uint32_t wire_arrays =
    static_cast<std::uint32_t>(WireArray::texture0) + wire_texture_units;
static_assert(wire_arrays <= 64);  // a bit each

// glMapBufferRange: whether the program must see what the buffer has: it may read it, or leave some
// of it as it is. What stays mapped is read when it has been.
constexpr bool map_needs_content(std::uint32_t access) {
  constexpr std::uint32_t read = 1, invalidate = 4 | 8, flush_explicit = 16, persistent = 64;
  if ((access & persistent) != 0) return false;
  return (access & read) != 0 || (access & (invalidate | flush_explicit)) == 0;
}

}  // namespace blink::gl
