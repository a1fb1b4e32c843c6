// Arrays of vertices, draws from them, images, and what is read from buffers: replayed. The other
// end is client-icd/arrays_by_hand.cpp and client-icd/images_by_hand.cpp.

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
  if (!in.is_bad()) r.draws.run(first, count, [&] { r.gl.DrawArrays(mode, first, count); });
}

void eval_DrawArraysInstanced(Replay& r, Record& in) {
  const auto mode = in.scalar<GLenum>();
  const auto first = in.scalar<GLint>();
  const auto count = in.scalar<GLsizei>();
  const auto instances = in.scalar<GLsizei>();
  if (in.is_bad()) return;
  r.draws.run(first, count, [&] { r.gl.DrawArraysInstanced(mode, first, count, instances); });
}

void eval_DrawArraysInstancedBaseInstance(Replay& r, Record& in) {
  const auto mode = in.scalar<GLenum>();
  const auto first = in.scalar<GLint>();
  const auto count = in.scalar<GLsizei>();
  const auto instances = in.scalar<GLsizei>();
  const auto base = in.scalar<GLuint>();
  if (in.is_bad()) return;
  r.draws.run(first, count,
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
  r.draws.run(least, end - least, [&] { r.gl.MultiDrawArrays(mode, first, count, draws); });
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
    GLint bound = 0;
    replay_.gl.GetIntegerv(GL_PIXEL_PACK_BUFFER_BINDING, &bound);
    std::uint64_t written = 0;
    if (is_to_buffer_ != (bound != 0)) {
      // What the client takes for a place in a buffer is no address, nor the other way round.
    } else if (is_to_buffer_) {
      read(reinterpret_cast<void*>(offset_));
    } else if (const auto image =
                   replay_.images.read_tight(format, type, size, replay_.scratch(), read)) {
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

 private:
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

void eval_GetTexImage(Replay& r, Record& in) {
  const auto target = in.scalar<GLenum>();
  const auto level = in.scalar<GLint>();
  const auto format = in.scalar<GLenum>(), type = in.scalar<GLenum>();
  ImageAnswer answer(r, in);
  if (in.is_bad()) return;
  ImageSize size{0, 0, 0};
  r.gl.GetTexLevelParameteriv(target, level, GL_TEXTURE_WIDTH, &size.width);
  r.gl.GetTexLevelParameteriv(target, level, GL_TEXTURE_HEIGHT, &size.height);
  r.gl.GetTexLevelParameteriv(target, level, GL_TEXTURE_DEPTH, &size.depth);
  answer.give(
      format, type, size, [&](void* to) { r.gl.GetTexImage(target, level, format, type, to); },
      [] {});
}

// ------------------------------------------------------------------------------------------
// buffers

void eval_GetBufferSubData(Replay& r, Record& in) {
  const auto target = in.scalar<GLenum>();
  const auto offset = in.scalar<GLintptr>(), size = in.scalar<GLsizeiptr>();
  Answer answer = r.answer(in.scalar<GLuint>());
  const vso::guest_span room = in.room();
  if (in.is_bad()) return;
  if (size < 0 || static_cast<std::uint64_t>(size) > room.bytes())
    return in.refuse("there is no room for what it reads");
  std::byte* const memory = r.scratch().take(static_cast<std::size_t>(size));
  std::fill_n(memory, size, std::byte{0});
  r.gl.GetBufferSubData(target, offset, size, memory);
  room.copy_in(0, {memory, static_cast<std::size_t>(size)});
  answer.result(std::uint64_t{1});
  answer.give_bytes({});
}

}  // namespace blink::stackreplay
