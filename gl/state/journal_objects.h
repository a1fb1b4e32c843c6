// What objects are, as the journal keeps them: enough to make them again.
//
// Pixels and bytes of buffers are kept as the program gave them, in the program's memory; large
// images where they lie in shared memory anyway. What the GPU has drawn or written into an object
// is not here.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "gl/image_size.h"
#include "gl/state/journal_entries.h"
#include "gl/state/zeroed_bytes.h"

namespace blink::gl::state {

// A box of pixels on its way into a texture.
struct PixelBox {
  GLenum target = 0;
  GLint level = 0;
  GLint at[3] = {};
  std::uint32_t size[3] = {1, 1, 1};
  GLenum format = 0, type = 0;
};

class KeptTexture {
 public:
  GLenum target = 0;  // 0: none yet
  Entries entries;

  // glTexImage and the like: the record defines a level, and has no pixels.
  void define(const PixelBox& level, KeptRecord record, std::uint64_t time);
  // glTexStorage: all levels at once.
  void define_all(GLenum target, std::uint32_t levels, const std::uint32_t (&size)[3],
                  KeptRecord record, std::uint64_t time);
  // Pixels as they lie in memory. `hold`: asked for if they may stay there; null: they may not.
  void write(const PixelBox& box, std::span<const std::byte> pixels, const Unpacking& storage,
             std::uint64_t time, const std::function<Hold()>& hold);
  // Compressed pixels, in the words of their command.
  void write_compressed(const PixelBox& box, KeptRecord record, std::uint64_t time);
  // The levels beyond the first were made from it.
  void forget_made_levels();

  // Of what is bound to its target already.
  void tell(RecordSink& sink) const;
  std::size_t bytes() const;

 private:
  struct Part {
    PixelBox box;
    bool swaps_bytes = false;
    ZeroedBytes pixels;
    Hold hold;  // in place of pixels: they are held
    std::span<const std::byte> held;
    KeptRecord record;  // in place of pixels: compressed
    std::uint64_t time = 0;

    std::span<const std::byte> data() const { return hold ? held : pixels.span(); }
  };
  struct Level {
    std::uint32_t size[3] = {1, 1, 1};
    KeptRecord record;  // empty where glTexStorage has made it
    std::uint64_t time = 0;
    std::vector<Part> parts;  // the first covers the level, where the others are of its format
  };
  void add(Level& level, Part part);

  KeptRecord storage_;
  std::uint64_t storage_time_ = 0;
  std::map<std::pair<GLenum, GLint>, Level> levels_;
};

struct KeptBuffer {
  bool is_fixed = false;
  GLenum usage = 0;  // or, if it is fixed, flags
  bool has_content = false;
  ZeroedBytes content;
  struct {
    bool is_mapped = false;
    std::uint64_t offset = 0, length = 0;
    GLbitfield access = 0;
  } mapping;

  void define(std::uint64_t size, std::span<const std::byte> data, GLenum usage, bool is_fixed);
  void write(std::uint64_t offset, std::span<const std::byte> data);
  // Of what is bound to GL_ARRAY_BUFFER already.
  void tell(RecordSink& sink) const;
};

struct KeptShader {
  GLenum type = 0;
  KeptRecord source;
  bool is_compiled = false, is_deleted = false;
};

struct KeptProgram {
  std::vector<GLuint> attached;
  Entries entries;  // before it is linked, and values afterwards
  bool is_linked = false;
  std::uint64_t link_time = 0;
  std::vector<std::pair<GLenum, KeptRecord>> linked;  // types and sources
};

// Which of these an entry of a program's is: before it is linked, or a value of what is linked.
bool is_for_linking(const KeptRecord& record);

}  // namespace blink::gl::state
