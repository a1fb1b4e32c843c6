// Arrays of vertices, draws from them, and images: replayed. The other end is
// client-icd/arrays_by_hand.cpp and client-icd/images_by_hand.cpp.

#include <algorithm>
#include <vector>

#include "gl/generated/enums.h"
#include "stackreplay/answer.h"
#include "stackreplay/replay.h"
#include "stackreplay/thunks.h"

namespace blink::stackreplay {

using namespace gl;

// --------------------------------------------------------------------------------- where arrays
// lie

namespace {

// An array in the buffer that is bound. Without one its place would be an address here.
template <typename Tell>
void point(Replay& r, Record& in, std::uint64_t offset, Tell&& tell) {
  if (in.is_bad()) return;
  GLint bound = 0;
  r.gl.GetIntegerv(GL_ARRAY_BUFFER_BINDING, &bound);
  // Null takes the array out of its buffer: from then on it comes with the draws.
  if (bound != 0 || offset == 0) tell(reinterpret_cast<const void*>(offset));
  r.draws.arrays_changed();
}

}  // namespace

void eval_VertexPointer(Replay& r, Record& in) {
  const auto size = in.scalar<GLint>();
  const auto type = in.scalar<GLenum>();
  const auto stride = in.scalar<GLsizei>();
  point(r, in, in.scalar<std::uint64_t>(),
        [&](const void* at) { r.gl.VertexPointer(size, type, stride, at); });
}

void eval_ColorPointer(Replay& r, Record& in) {
  const auto size = in.scalar<GLint>();
  const auto type = in.scalar<GLenum>();
  const auto stride = in.scalar<GLsizei>();
  point(r, in, in.scalar<std::uint64_t>(),
        [&](const void* at) { r.gl.ColorPointer(size, type, stride, at); });
}

void eval_SecondaryColorPointer(Replay& r, Record& in) {
  const auto size = in.scalar<GLint>();
  const auto type = in.scalar<GLenum>();
  const auto stride = in.scalar<GLsizei>();
  point(r, in, in.scalar<std::uint64_t>(),
        [&](const void* at) { r.gl.SecondaryColorPointer(size, type, stride, at); });
}

void eval_TexCoordPointer(Replay& r, Record& in) {
  const auto size = in.scalar<GLint>();
  const auto type = in.scalar<GLenum>();
  const auto stride = in.scalar<GLsizei>();
  point(r, in, in.scalar<std::uint64_t>(),
        [&](const void* at) { r.gl.TexCoordPointer(size, type, stride, at); });
}

void eval_NormalPointer(Replay& r, Record& in) {
  const auto type = in.scalar<GLenum>();
  const auto stride = in.scalar<GLsizei>();
  point(r, in, in.scalar<std::uint64_t>(),
        [&](const void* at) { r.gl.NormalPointer(type, stride, at); });
}

void eval_IndexPointer(Replay& r, Record& in) {
  const auto type = in.scalar<GLenum>();
  const auto stride = in.scalar<GLsizei>();
  point(r, in, in.scalar<std::uint64_t>(),
        [&](const void* at) { r.gl.IndexPointer(type, stride, at); });
}

void eval_FogCoordPointer(Replay& r, Record& in) {
  const auto type = in.scalar<GLenum>();
  const auto stride = in.scalar<GLsizei>();
  point(r, in, in.scalar<std::uint64_t>(),
        [&](const void* at) { r.gl.FogCoordPointer(type, stride, at); });
}

void eval_EdgeFlagPointer(Replay& r, Record& in) {
  const auto stride = in.scalar<GLsizei>();
  point(r, in, in.scalar<std::uint64_t>(),
        [&](const void* at) { r.gl.EdgeFlagPointer(stride, at); });
}

void eval_VertexAttribPointer(Replay& r, Record& in) {
  const auto index = in.scalar<GLuint>();
  const auto size = in.scalar<GLint>();
  const auto type = in.scalar<GLenum>();
  const auto is_normalized = in.scalar<GLboolean>();
  const auto stride = in.scalar<GLsizei>();
  point(r, in, in.scalar<std::uint64_t>(), [&](const void* at) {
    r.gl.VertexAttribPointer(index, size, type, is_normalized, stride, at);
  });
}

void eval_VertexAttribIPointer(Replay& r, Record& in) {
  const auto index = in.scalar<GLuint>();
  const auto size = in.scalar<GLint>();
  const auto type = in.scalar<GLenum>();
  const auto stride = in.scalar<GLsizei>();
  point(r, in, in.scalar<std::uint64_t>(),
        [&](const void* at) { r.gl.VertexAttribIPointer(index, size, type, stride, at); });
}

void eval_VertexAttribLPointer(Replay& r, Record& in) {
  const auto index = in.scalar<GLuint>();
  const auto size = in.scalar<GLint>();
  const auto type = in.scalar<GLenum>();
  const auto stride = in.scalar<GLsizei>();
  point(r, in, in.scalar<std::uint64_t>(),
        [&](const void* at) { r.gl.VertexAttribLPointer(index, size, type, stride, at); });
}

// --------------------------------------------------------------------------------------------
// draws

void eval_DrawArrays(Replay& r, Record& in) {
  const auto mode = in.scalar<GLenum>();
  const auto first = in.scalar<GLint>();
  const auto count = in.scalar<GLsizei>();
  if (!in.is_bad()) r.draws.run(first, count, {}, [&] { r.gl.DrawArrays(mode, first, count); });
}

void eval_DrawArraysInstanced(Replay& r, Record& in) {
  const auto mode = in.scalar<GLenum>();
  const auto first = in.scalar<GLint>();
  const auto count = in.scalar<GLsizei>();
  const auto instances = in.scalar<GLsizei>();
  if (in.is_bad()) return;
  r.draws.run(first, count, {instances, 0},
              [&] { r.gl.DrawArraysInstanced(mode, first, count, instances); });
}

void eval_DrawArraysInstancedBaseInstance(Replay& r, Record& in) {
  const auto mode = in.scalar<GLenum>();
  const auto first = in.scalar<GLint>();
  const auto count = in.scalar<GLsizei>();
  const auto instances = in.scalar<GLsizei>();
  const auto base = in.scalar<GLuint>();
  if (in.is_bad()) return;
  r.draws.run(first, count, {instances, base},
              [&] { r.gl.DrawArraysInstancedBaseInstance(mode, first, count, instances, base); });
}

void eval_MultiDrawArrays(Replay& r, Record& in) {
  const auto mode = in.scalar<GLenum>();
  const auto draws = in.scalar<GLsizei>();
  const GLint* const first = in.array<GLint>(elements(draws));
  const GLsizei* const count = in.array<GLsizei>(elements(draws));
  if (in.is_bad()) return;
  std::int64_t least = INT32_MAX, end = 0;
  for (GLsizei i = 0; i < draws; ++i) {
    if (count[i] <= 0) continue;
    least = std::min<std::int64_t>(least, first[i]);
    end = std::max(end, std::int64_t{first[i]} + count[i]);
  }
  r.draws.run(least, end - least, {}, [&] { r.gl.MultiDrawArrays(mode, first, count, draws); });
}

namespace {

// What several draws are of lies in the buffer that is bound for it, or, with the compatibility
// profile, in the program's memory: then it comes along.
struct Indirect {
  const void* at = nullptr;
  bool is_good = false;
};

Indirect indirect(Replay& r, Record& in, std::int64_t draws, std::int64_t stride,
                  std::uint64_t each) {
  const auto offset = in.scalar<std::uint64_t>();
  const std::uint64_t step = stride > 0 ? static_cast<std::uint64_t>(stride) : each;
  const std::uint64_t needed = draws <= 0 ? 0 : static_cast<std::uint64_t>(draws - 1) * step + each;
  const std::byte* const data = in.copied(needed, Null::allowed);
  if (in.is_bad()) return {};
  GLint bound = 0;
  r.gl.GetIntegerv(GL_DRAW_INDIRECT_BUFFER_BINDING, &bound);
  if (stride < 0) {  // the driver would go backwards
    r.raise(GL_INVALID_VALUE);
    return {};
  }
  if (bound != 0 && data == nullptr) return {reinterpret_cast<const void*>(offset), true};
  if (bound == 0 && data != nullptr) return {data, true};
  r.raise(GL_INVALID_OPERATION);
  return {};
}

constexpr std::uint64_t arrays_bytes = 16, elements_bytes = 20;  // OpenGL 4.6, section 10.4

}  // namespace

void eval_DrawArraysIndirect(Replay& r, Record& in) {
  const auto mode = in.scalar<GLenum>();
  const Indirect where = indirect(r, in, 1, 0, arrays_bytes);
  if (!where.is_good) return;
  r.draws.run(0, INT32_MAX, Draws::any_instances, [&] { r.gl.DrawArraysIndirect(mode, where.at); });
}

void eval_DrawElementsIndirect(Replay& r, Record& in) {
  const auto mode = in.scalar<GLenum>(), type = in.scalar<GLenum>();
  const Indirect where = indirect(r, in, 1, 0, elements_bytes);
  if (!where.is_good) return;
  r.draws.run(0, INT32_MAX, Draws::any_instances,
              [&] { r.gl.DrawElementsIndirect(mode, type, where.at); });
}

void eval_MultiDrawArraysIndirect(Replay& r, Record& in) {
  const auto mode = in.scalar<GLenum>();
  const auto draws = in.scalar<GLsizei>(), stride = in.scalar<GLsizei>();
  const Indirect where = indirect(r, in, draws, stride, arrays_bytes);
  if (!where.is_good) return;
  r.draws.run(0, INT32_MAX, Draws::any_instances,
              [&] { r.gl.MultiDrawArraysIndirect(mode, where.at, draws, stride); });
}

void eval_MultiDrawElementsIndirect(Replay& r, Record& in) {
  const auto mode = in.scalar<GLenum>(), type = in.scalar<GLenum>();
  const auto draws = in.scalar<GLsizei>(), stride = in.scalar<GLsizei>();
  const Indirect where = indirect(r, in, draws, stride, elements_bytes);
  if (!where.is_good) return;
  r.draws.run(0, INT32_MAX, Draws::any_instances,
              [&] { r.gl.MultiDrawElementsIndirect(mode, type, where.at, draws, stride); });
}

// How many draws there are lies in a buffer too, so both must.
void eval_MultiDrawArraysIndirectCount(Replay& r, Record& in) {
  const auto mode = in.scalar<GLenum>();
  const auto count_at = in.scalar<GLintptr>();
  const auto most = in.scalar<GLsizei>(), stride = in.scalar<GLsizei>();
  const Indirect where = indirect(r, in, 0, stride, arrays_bytes);
  if (!where.is_good) return;
  r.draws.run(0, INT32_MAX, Draws::any_instances,
              [&] { r.gl.MultiDrawArraysIndirectCount(mode, where.at, count_at, most, stride); });
}

void eval_MultiDrawElementsIndirectCount(Replay& r, Record& in) {
  const auto mode = in.scalar<GLenum>(), type = in.scalar<GLenum>();
  const auto count_at = in.scalar<GLintptr>();
  const auto most = in.scalar<GLsizei>(), stride = in.scalar<GLsizei>();
  const Indirect where = indirect(r, in, 0, stride, elements_bytes);
  if (!where.is_good) return;
  r.draws.run(0, INT32_MAX, Draws::any_instances, [&] {
    r.gl.MultiDrawElementsIndirectCount(mode, type, where.at, count_at, most, stride);
  });
}

// -------------------------------------------------------------------------------------------
// images

void eval_PixelStorei(Replay& r, Record& in) {
  const auto name = in.scalar<GLenum>();
  const auto value = in.scalar<GLint>();
  if (!in.is_bad()) r.images.store(name, value);
}

namespace {

// An image on its way to the client, into a buffer of its own or as the answer.
class ImageAnswer {
 public:
  // Takes the last of a record.
  ImageAnswer(Replay& replay, Record& in)
      : replay_(replay),
        offset_(in.scalar<std::uint64_t>()),
        is_to_buffer_(in.scalar<GLuint>() != 0),
        answer_(replay.answer(in.scalar<GLuint>())),
        room_(in.room()) {}

  // `read` is the command; `refused` runs it so that it reads nothing, for the driver to say why.
  template <typename Read, typename Refused>
  void give(GLenum format, GLenum type, ImageSize size, Read&& read, Refused&& refused) {
    give_by([&] { return replay_.images.read_tight(format, type, size, replay_.scratch(), read); },
            read, refused);
  }
  // The same for an image whose size the driver says.
  template <typename Read, typename Refused>
  void give_bytes(GLint bytes, Read&& read, Refused&& refused) {
    give_by([&] { return replay_.images.read_bytes(bytes, replay_.scratch(), read); }, read,
            refused);
  }

 private:
  template <typename Tight, typename Read, typename Refused>
  void give_by(Tight&& tight, Read&& read, Refused&& refused) {
    GLint bound = 0;
    replay_.gl.GetIntegerv(GL_PIXEL_PACK_BUFFER_BINDING, &bound);
    std::uint64_t written = 0;
    if (is_to_buffer_ != (bound != 0)) {
      // What the client takes for a place in a buffer is no address, nor the other way round.
    } else if (is_to_buffer_) {
      read(reinterpret_cast<void*>(offset_));
    } else if (const auto image = tight()) {
      if (image->size() <= room_.bytes()) {
        room_.copy_in(0, *image);
        written = image->size();
      }
    } else {
      refused();
    }
    answer_.result(written);
    answer_.give_bytes({});
  }

  Replay& replay_;
  const std::uint64_t offset_;
  const bool is_to_buffer_;
  Answer answer_;
  const vso::guest_span room_;
};

}  // namespace

void eval_ReadPixels(Replay& r, Record& in) {
  const auto x = in.scalar<GLint>(), y = in.scalar<GLint>();
  const auto width = in.scalar<GLsizei>(), height = in.scalar<GLsizei>();
  const auto format = in.scalar<GLenum>(), type = in.scalar<GLenum>();
  ImageAnswer answer(r, in);
  if (in.is_bad()) return;
  answer.give(
      format, type, {width, height},
      [&](void* to) { r.gl.ReadPixels(x, y, width, height, format, type, to); },
      [&] {
        r.gl.ReadPixels(x, y, std::min(width, 0), std::min(height, 0), format, type, nullptr);
      });
}

namespace {

// The image of a level. `ask` is glGetTexLevelParameteriv, less what it is about.
template <typename Ask>
ImageSize level_size(Ask&& ask) {
  ImageSize size{0, 0, 0};
  ask(GL_TEXTURE_WIDTH, &size.width);
  ask(GL_TEXTURE_HEIGHT, &size.height);
  ask(GL_TEXTURE_DEPTH, &size.depth);
  return size;
}

constexpr auto nothing = [] {};
constexpr GLsizei any_size = INT32_MAX;  // of the memory: the client has seen to it

}  // namespace

void eval_GetTexImage(Replay& r, Record& in) {
  const auto target = in.scalar<GLenum>();
  const auto level = in.scalar<GLint>();
  const auto format = in.scalar<GLenum>(), type = in.scalar<GLenum>();
  ImageAnswer answer(r, in);
  if (in.is_bad()) return;
  const ImageSize size = level_size(
      [&](GLenum what, GLint* to) { r.gl.GetTexLevelParameteriv(target, level, what, to); });
  answer.give(
      format, type, size, [&](void* to) { r.gl.GetTexImage(target, level, format, type, to); },
      nothing);
}

void eval_GetTextureImage(Replay& r, Record& in) {
  const GLuint texture = r.name(NameKind::texture, in.scalar<GLuint>());
  const auto level = in.scalar<GLint>();
  const auto format = in.scalar<GLenum>(), type = in.scalar<GLenum>();
  ImageAnswer answer(r, in);
  if (in.is_bad()) return;
  ImageSize size = level_size(
      [&](GLenum what, GLint* to) { r.gl.GetTextureLevelParameteriv(texture, level, what, to); });
  if (size.depth == 1 && size.width == size.height && r.is_cube(texture)) size.depth = 6;
  answer.give(
      format, type, size,
      [&](void* to) { r.gl.GetTextureImage(texture, level, format, type, any_size, to); }, nothing);
}

void eval_GetTextureSubImage(Replay& r, Record& in) {
  const GLuint texture = r.name(NameKind::texture, in.scalar<GLuint>());
  const auto level = in.scalar<GLint>();
  const auto x = in.scalar<GLint>(), y = in.scalar<GLint>(), z = in.scalar<GLint>();
  const auto width = in.scalar<GLsizei>(), height = in.scalar<GLsizei>();
  const auto depth = in.scalar<GLsizei>();
  const auto format = in.scalar<GLenum>(), type = in.scalar<GLenum>();
  ImageAnswer answer(r, in);
  if (in.is_bad()) return;
  const auto read = [&](void* to) {
    r.gl.GetTextureSubImage(texture, level, x, y, z, width, height, depth, format, type, any_size,
                            to);
  };
  answer.give(format, type, {width, height, depth}, read, [&] {
    r.gl.GetTextureSubImage(texture, level, x, y, z, std::min(width, 0), std::min(height, 0),
                            std::min(depth, 0), format, type, 0, nullptr);
  });
}

void eval_GetCompressedTexImage(Replay& r, Record& in) {
  const auto target = in.scalar<GLenum>();
  const auto level = in.scalar<GLint>();
  ImageAnswer answer(r, in);
  if (in.is_bad()) return;
  GLint bytes = 0;
  r.gl.GetTexLevelParameteriv(target, level, GL_TEXTURE_COMPRESSED_IMAGE_SIZE, &bytes);
  answer.give_bytes(
      bytes, [&](void* to) { r.gl.GetCompressedTexImage(target, level, to); }, nothing);
}

void eval_GetCompressedTextureImage(Replay& r, Record& in) {
  const GLuint texture = r.name(NameKind::texture, in.scalar<GLuint>());
  const auto level = in.scalar<GLint>();
  ImageAnswer answer(r, in);
  if (in.is_bad()) return;
  GLint bytes = 0;
  r.gl.GetTextureLevelParameteriv(texture, level, GL_TEXTURE_COMPRESSED_IMAGE_SIZE, &bytes);
  if (bytes > 0 && bytes < INT32_MAX / 6 && r.is_cube(texture)) bytes *= 6;
  answer.give_bytes(
      bytes, [&](void* to) { r.gl.GetCompressedTextureImage(texture, level, any_size, to); },
      nothing);
}

}  // namespace blink::stackreplay
