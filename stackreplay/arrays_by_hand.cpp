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

void eval_TexImage1D(Replay& r, Record& in) {
  const auto target = in.scalar<GLenum>();
  const auto level = in.scalar<GLint>(), internal = in.scalar<GLint>();
  const auto width = in.scalar<GLsizei>();
  const auto border = in.scalar<GLint>();
  const auto format = in.scalar<GLenum>(), type = in.scalar<GLenum>();
  const auto pixels = r.images.unpack(in, format, type, {width});
  if (in.is_bad()) return;
  r.gl.TexImage1D(target, level, internal, width, border, format, type,
                  pixels.is_good ? pixels.data : nullptr);
}

void eval_TexImage2D(Replay& r, Record& in) {
  const auto target = in.scalar<GLenum>();
  const auto level = in.scalar<GLint>(), internal = in.scalar<GLint>();
  const auto width = in.scalar<GLsizei>(), height = in.scalar<GLsizei>();
  const auto border = in.scalar<GLint>();
  const auto format = in.scalar<GLenum>(), type = in.scalar<GLenum>();
  const auto pixels = r.images.unpack(in, format, type, {width, height});
  if (in.is_bad()) return;
  r.gl.TexImage2D(target, level, internal, width, height, border, format, type,
                  pixels.is_good ? pixels.data : nullptr);
}

void eval_TexImage3D(Replay& r, Record& in) {
  const auto target = in.scalar<GLenum>();
  const auto level = in.scalar<GLint>(), internal = in.scalar<GLint>();
  const auto width = in.scalar<GLsizei>(), height = in.scalar<GLsizei>(),
             depth = in.scalar<GLsizei>();
  const auto border = in.scalar<GLint>();
  const auto format = in.scalar<GLenum>(), type = in.scalar<GLenum>();
  const auto pixels = r.images.unpack(in, format, type, {width, height, depth});
  if (in.is_bad()) return;
  r.gl.TexImage3D(target, level, internal, width, height, depth, border, format, type,
                  pixels.is_good ? pixels.data : nullptr);
}

void eval_TexSubImage1D(Replay& r, Record& in) {
  const auto target = in.scalar<GLenum>();
  const auto level = in.scalar<GLint>(), x = in.scalar<GLint>();
  const auto width = in.scalar<GLsizei>();
  const auto format = in.scalar<GLenum>(), type = in.scalar<GLenum>();
  const auto pixels = r.images.unpack(in, format, type, {width});
  if (in.is_bad()) return;
  // Without pixels nothing is drawn; what else is wrong with it is still an error.
  r.gl.TexSubImage1D(target, level, x, pixels.is_good ? width : 0, format, type,
                     pixels.is_good ? pixels.data : nullptr);
}

void eval_TexSubImage2D(Replay& r, Record& in) {
  const auto target = in.scalar<GLenum>();
  const auto level = in.scalar<GLint>(), x = in.scalar<GLint>(), y = in.scalar<GLint>();
  const auto width = in.scalar<GLsizei>(), height = in.scalar<GLsizei>();
  const auto format = in.scalar<GLenum>(), type = in.scalar<GLenum>();
  const auto pixels = r.images.unpack(in, format, type, {width, height});
  if (in.is_bad()) return;
  r.gl.TexSubImage2D(target, level, x, y, pixels.is_good ? width : 0, pixels.is_good ? height : 0,
                     format, type, pixels.is_good ? pixels.data : nullptr);
}

void eval_TexSubImage3D(Replay& r, Record& in) {
  const auto target = in.scalar<GLenum>();
  const auto level = in.scalar<GLint>(), x = in.scalar<GLint>(), y = in.scalar<GLint>(),
             z = in.scalar<GLint>();
  const auto width = in.scalar<GLsizei>(), height = in.scalar<GLsizei>(),
             depth = in.scalar<GLsizei>();
  const auto format = in.scalar<GLenum>(), type = in.scalar<GLenum>();
  const auto pixels = r.images.unpack(in, format, type, {width, height, depth});
  if (in.is_bad()) return;
  r.gl.TexSubImage3D(target, level, x, y, z, pixels.is_good ? width : 0,
                     pixels.is_good ? height : 0, pixels.is_good ? depth : 0, format, type,
                     pixels.is_good ? pixels.data : nullptr);
}

void eval_ReadPixels(Replay& r, Record& in) {
  const auto x = in.scalar<GLint>(), y = in.scalar<GLint>();
  const auto width = in.scalar<GLsizei>(), height = in.scalar<GLsizei>();
  const auto format = in.scalar<GLenum>(), type = in.scalar<GLenum>();
  const auto offset = in.scalar<std::uint64_t>();
  const auto to_buffer = in.scalar<GLuint>();
  Answer answer = r.answer(in.scalar<GLuint>());
  const vso::guest_span room = in.room();
  if (in.is_bad()) return;
  GLint bound = 0;
  r.gl.GetIntegerv(GL_PIXEL_PACK_BUFFER_BINDING, &bound);
  std::uint64_t written = 0;
  if (bound != 0 || to_buffer != 0) {
    if (bound != 0 && to_buffer != 0)
      r.gl.ReadPixels(x, y, width, height, format, type, reinterpret_cast<void*>(offset));
  } else {
    const auto image = r.images.read_tight(
        format, type, {width, height}, r.scratch(),
        [&](void* to) { r.gl.ReadPixels(x, y, width, height, format, type, to); });
    if (image && image->size() <= room.bytes()) {
      room.copy_in(0, *image);
      written = image->size();
    } else if (!image) {
      // For the driver to say what is wrong with it.
      r.gl.ReadPixels(x, y, std::min(width, 0), std::min(height, 0), format, type, nullptr);
    }
  }
  answer.result(written);
  answer.give_bytes({});
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
