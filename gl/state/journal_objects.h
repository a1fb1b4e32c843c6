// What objects are, as the journal keeps them: enough to make them again.
//
// Pixels and bytes of buffers are kept as the program gave them, in the program's memory; large
// images where they lie in shared memory anyway. Of what the GPU has drawn or written it is
// known that it has; it is here when it was read back (GroupJournal::drawn).

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "gl/image_size.h"
#include "gl/state/journal_entries.h"
#include "gl/state/zeroed_bytes.h"
#include "gl/wire.h"

namespace blink::gl::state {

// A box of pixels on its way into a texture.
struct PixelBox {
  GLenum target = 0;
  GLint level = 0;
  GLint at[3] = {};
  std::uint32_t size[3] = {1, 1, 1};
  GLenum format = 0, type = 0;
};

// Whether a dimension of a texture is how many layers it has.
bool is_array(GLenum target, unsigned dimension);

class KeptTexture {
 public:
  GLenum target = 0;  // 0: none yet
  Entries entries;

  // glTexImage and the like: the record defines a level, and has no pixels.
  void define(const PixelBox& level, KeptRecord record, std::uint64_t time);
  // glTexStorage: all levels at once.
  void define_all(GLenum target, std::uint32_t levels, const std::uint32_t (&size)[3],
                  KeptRecord record, std::uint64_t time);
  // It shows an image of EGL's, of which nobody says how large it is.
  void show(KeptRecord record, std::uint64_t time);
  bool shows_image() const;
  // Pixels as they lie in memory. `hold`: asked for if they may stay there; null: they may not.
  void write(const PixelBox& box, std::span<const std::byte> pixels, const Unpacking& storage,
             std::uint64_t time, const std::function<Hold()>& hold);
  // Compressed pixels, in the words of their command.
  void write_compressed(const PixelBox& box, KeptRecord record, std::uint64_t time);
  // The levels beyond the first were made from it, and can be made again until it changes: true if
  // there are such, and they are the GPU's alone from now on.
  void make_levels(std::uint64_t time);
  bool keep_made_levels();

  // Commands have drawn into a level: of a cube into one face, or with target 0 into all.
  void draw(GLenum target, GLint level, std::uint64_t time);
  void draw_all(std::uint64_t time);
  // What was drawn until then, and not since.
  void add_drawn(GLuint name, std::uint64_t until, std::vector<WireContent>& to) const;
  void take_back(const WireContent& content, std::span<const std::byte> pixels);

  // Of what is bound to its target already.
  void tell(RecordSink& sink, GLuint name) const;
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
    std::uint64_t drawn = 0;  // when it was, and has not been read back since; 0: not at all
    std::uint64_t made = 0;   // from the first, which is as it was; likewise
    std::vector<Part> parts;  // the first covers the level, where the others are of its format
  };
  void add(Level& level, Part part);
  std::optional<WireContent> content_of(GLuint name, GLenum target, GLint level) const;

  KeptRecord storage_;
  std::uint64_t storage_time_ = 0;
  std::map<std::pair<GLenum, GLint>, Level> levels_;
};

struct KeptRenderbuffer {
  Entries entries;
  std::uint64_t drawn = 0;  // when it was, and has not been read back since; 0: not at all
  WireContent content;      // of the pixels
  ZeroedBytes pixels;

  // It has other memory, by a command that is in its entries.
  void define();
  void add_drawn(GLuint name, std::uint64_t until, std::vector<WireContent>& to) const;
  void take_back(const WireContent& its, std::span<const std::byte> bytes);
  // Of what is bound already.
  void tell(RecordSink& sink) const;
};

// Where a window's frames are drawn.
struct KeptSurface {
  std::uint32_t window = 0;  // which shows them; 0: none yet
  bool is_drawn = false;     // and has not been read back since
  bool is_begun = false;     // something was drawn since the last frame was shown
  struct Image {
    WireContent content;
    ZeroedBytes pixels;
  };
  Image colour, depth;

  void add_drawn(GLuint name, std::uint32_t width, std::uint32_t height,
                 std::vector<WireContent>& to) const;
  void take_back(const WireContent& its, std::span<const std::byte> bytes);
  void tell(RecordSink& sink, GLuint name) const;
};

struct KeptBuffer {
  std::uint64_t written = 0;  // when by the GPU, and has not been read back since; 0: not at all
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
  void take_back(const WireContent& its, std::span<const std::byte> bytes);
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
