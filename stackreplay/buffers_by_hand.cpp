// The memory of buffers, replayed. The other end is client-icd/buffers_by_hand.cpp.
//
// A buffer that the program has mapped is mapped here too. Where, is the driver's to know: other
// commands, of other contexts as well, end a mapping, so it is asked each time.

#include <algorithm>

#include "common/limits.h"
#include "gl/generated/enums.h"
#include "stackreplay/answer.h"
#include "stackreplay/replay.h"
#include "stackreplay/thunks.h"

namespace blink::stackreplay {

using namespace gl;

namespace {

// A buffer that is bound, or by its name: the same commands of two kinds.
class Buffer {
 public:
  static Buffer bound(Replay& r, GLenum target) { return {r, target, true}; }
  static Buffer named(Replay& r, GLuint client) {
    return {r, r.name(NameKind::buffer, client), false};
  }

  void read(GLintptr offset, GLsizeiptr size, void* to) const {
    if (is_bound_) return gl_.GetBufferSubData(which_, offset, size, to);
    gl_.GetNamedBufferSubData(which_, offset, size, to);
  }
  void* map(GLintptr offset, GLsizeiptr length, GLbitfield access) const {
    return is_bound_ ? gl_.MapBufferRange(which_, offset, length, access)
                     : gl_.MapNamedBufferRange(which_, offset, length, access);
  }
  void flush(GLintptr offset, GLsizeiptr length) const {
    if (is_bound_) return gl_.FlushMappedBufferRange(which_, offset, length);
    gl_.FlushMappedNamedBufferRange(which_, offset, length);
  }
  GLboolean unmap() const {
    return is_bound_ ? gl_.UnmapBuffer(which_) : gl_.UnmapNamedBuffer(which_);
  }
  // Where it is mapped to be written, as far as it is.
  std::span<std::byte> written_memory() const {
    void* at = nullptr;
    GLint access = 0;
    GLint64 length = 0;
    if (is_bound_) {
      gl_.GetBufferPointerv(which_, GL_BUFFER_MAP_POINTER, &at);
      gl_.GetBufferParameteriv(which_, GL_BUFFER_ACCESS_FLAGS, &access);
      gl_.GetBufferParameteri64v(which_, GL_BUFFER_MAP_LENGTH, &length);
    } else {
      gl_.GetNamedBufferPointerv(which_, GL_BUFFER_MAP_POINTER, &at);
      gl_.GetNamedBufferParameteriv(which_, GL_BUFFER_ACCESS_FLAGS, &access);
      gl_.GetNamedBufferParameteri64v(which_, GL_BUFFER_MAP_LENGTH, &length);
    }
    if (at == nullptr || (access & GL_MAP_WRITE_BIT) == 0 || length <= 0) return {};
    return {static_cast<std::byte*>(at), static_cast<std::size_t>(length)};
  }

 private:
  Buffer(Replay& r, GLuint which, bool is_bound) : gl_(r.gl), which_(which), is_bound_(is_bound) {}

  const Dispatch& gl_;
  const GLuint which_;
  const bool is_bound_;
};

using Find = Buffer (*)(Replay&, GLuint);

void read(Replay& r, Record& in, Find find) {
  const auto which = in.scalar<GLuint>();
  const auto offset = in.scalar<GLintptr>(), size = in.scalar<GLsizeiptr>();
  Answer answer = r.answer(in.scalar<GLuint>());
  const vso::guest_span room = in.room();
  if (in.is_bad()) return;
  if (size >= 0 && static_cast<std::uint64_t>(size) > room.bytes())
    return in.refuse("there is no room for what it reads");
  const auto bytes = static_cast<std::size_t>(std::max<GLsizeiptr>(size, 0));
  std::byte* const memory = r.scratch().take(bytes);
  std::fill_n(memory, bytes, std::byte{0});
  find(r, which).read(offset, size, memory);
  room.copy_in(0, {memory, bytes});
  answer.result(std::uint64_t{1});
  answer.give_bytes({});
}

void map(Replay& r, Record& in, Find find) {
  const auto which = in.scalar<GLuint>();
  const auto offset = in.scalar<GLintptr>(), length = in.scalar<GLsizeiptr>();
  const auto access = in.scalar<GLbitfield>();
  Answer answer = r.answer(in.scalar<GLuint>());
  const bool needs_content = map_needs_content(access);
  const vso::guest_span room = needs_content ? in.room() : vso::guest_span();
  if (in.is_bad()) return;
  const Buffer buffer = find(r, which);
  void* at = buffer.map(offset, length, access);
  if (at != nullptr && needs_content) {
    // The driver has found that so much is there.
    if (static_cast<std::uint64_t>(length) > room.bytes())
      return in.refuse("there is no room for what it maps");
    if ((access & GL_MAP_READ_BIT) != 0) {
      room.copy_in(0, {static_cast<const std::byte*>(at), static_cast<std::size_t>(length)});
    } else {  // memory that is mapped for writing alone is not read
      buffer.unmap();
      std::byte* const memory = r.scratch().take(static_cast<std::size_t>(length));
      std::fill_n(memory, length, std::byte{0});
      buffer.read(offset, length, memory);
      room.copy_in(0, {memory, static_cast<std::size_t>(length)});
      at = buffer.map(offset, length, access);
    }
  }
  answer.result(std::uint64_t{at != nullptr});
  answer.give_bytes({});
}

void flush(Replay& r, Record& in, Find find) {
  const auto which = in.scalar<GLuint>();
  const auto offset = in.scalar<GLintptr>(), length = in.scalar<GLsizeiptr>();
  const auto bytes = static_cast<std::uint64_t>(std::max<GLsizeiptr>(length, 0));
  const std::byte* const data = in.lent(bytes, Null::allowed);
  if (in.is_bad()) return;
  const Buffer buffer = find(r, which);
  if (data != nullptr && offset >= 0) {
    const auto memory = buffer.written_memory();
    const auto begin = static_cast<std::uint64_t>(offset);
    if (begin <= memory.size() && bytes <= memory.size() - begin)
      std::copy_n(data, bytes, memory.begin() + offset);
  }
  buffer.flush(offset, length);
}

void unmap(Replay& r, Record& in, Find find) {
  const auto which = in.scalar<GLuint>();
  const std::span<const std::byte> data = in.lent_whole();
  if (in.is_bad()) return;
  const Buffer buffer = find(r, which);
  if (!data.empty()) {
    const auto memory = buffer.written_memory();
    std::copy_n(data.begin(), std::min(memory.size(), data.size()), memory.begin());
  }
  buffer.unmap();
}

}  // namespace

void eval_GetBufferSubData(Replay& r, Record& in) { read(r, in, Buffer::bound); }
void eval_GetNamedBufferSubData(Replay& r, Record& in) { read(r, in, Buffer::named); }
void eval_MapBufferRange(Replay& r, Record& in) { map(r, in, Buffer::bound); }
void eval_MapNamedBufferRange(Replay& r, Record& in) { map(r, in, Buffer::named); }
void eval_FlushMappedBufferRange(Replay& r, Record& in) { flush(r, in, Buffer::bound); }
void eval_FlushMappedNamedBufferRange(Replay& r, Record& in) { flush(r, in, Buffer::named); }
void eval_UnmapBuffer(Replay& r, Record& in) { unmap(r, in, Buffer::bound); }
void eval_UnmapNamedBuffer(Replay& r, Record& in) { unmap(r, in, Buffer::named); }

}  // namespace blink::stackreplay
