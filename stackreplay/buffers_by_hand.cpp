// The memory of buffers, replayed. The other end is client-icd/buffers_by_hand.cpp.
//
// A buffer that the program has mapped is mapped here too. Where, is the driver's to know: other
// commands, of other contexts as well, end a mapping, so it is asked each time.

#include <algorithm>
#include <cstring>

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
  struct Mapping {
    GLbitfield access = 0;
    std::span<std::byte> memory;  // empty: it is not mapped

    bool is_for(GLbitfield what) const { return (access & what) != 0 && !memory.empty(); }
    bool contains(std::uint64_t begin, std::uint64_t bytes) const {
      return begin <= memory.size() && bytes <= memory.size() - begin;
    }
  };
  Mapping mapping() const {
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
    if (at == nullptr || length <= 0) return {};
    return {static_cast<GLbitfield>(access),
            {static_cast<std::byte*>(at), static_cast<std::size_t>(length)}};
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
    const auto mapping = buffer.mapping();
    if (mapping.is_for(GL_MAP_WRITE_BIT) &&
        mapping.contains(static_cast<std::uint64_t>(offset), bytes))
      std::copy_n(data, bytes, mapping.memory.begin() + offset);
  }
  buffer.flush(offset, length);
}

void unmap(Replay& r, Record& in, Find find) {
  const auto which = in.scalar<GLuint>();
  const std::span<const std::byte> data = in.lent_whole();
  if (in.is_bad()) return;
  const Buffer buffer = find(r, which);
  if (!data.empty()) {
    const auto mapping = buffer.mapping();
    if (mapping.is_for(GL_MAP_WRITE_BIT))
      std::copy_n(data.begin(), std::min(mapping.memory.size(), data.size()),
                  mapping.memory.begin());
  }
  buffer.unmap();
}

// A buffer by its name, in any context: those of OpenGL ES and old ones cannot name it.
class BoundForAWhile {
 public:
  BoundForAWhile(Replay& r, GLuint client) : r_(r), name_(r.name(NameKind::buffer, client)) {
    if (name_ == 0) return;
    r.gl.GetIntegerv(GL_COPY_WRITE_BUFFER_BINDING, &before_);
    r.gl.BindBuffer(GL_COPY_WRITE_BUFFER, name_);
  }
  ~BoundForAWhile() {
    if (name_ != 0) r_.gl.BindBuffer(GL_COPY_WRITE_BUFFER, static_cast<GLuint>(before_));
  }
  BoundForAWhile(const BoundForAWhile&) = delete;

  // As far as it stays mapped.
  Buffer::Mapping mapping() const {
    const auto its = name_ == 0 ? Buffer::Mapping() : Buffer::bound(r_, target).mapping();
    return its.is_for(GL_MAP_PERSISTENT_BIT) ? its : Buffer::Mapping();
  }
  // Of one that is mapped to be written alone, whose memory is not read.
  bool read(std::uint64_t begin, vso::guest_span to) const {
    GLint before = 0;
    GLuint copy = 0;
    GLint64 offset = 0;
    r_.gl.GetBufferParameteri64v(target, GL_BUFFER_MAP_OFFSET, &offset);
    offset += static_cast<GLint64>(begin);
    const auto bytes = static_cast<GLsizeiptr>(to.bytes());
    r_.gl.GetIntegerv(GL_COPY_READ_BUFFER_BINDING, &before);
    r_.gl.GenBuffers(1, &copy);
    r_.gl.BindBuffer(GL_COPY_READ_BUFFER, copy);
    r_.gl.BufferData(GL_COPY_READ_BUFFER, bytes, nullptr, GL_STREAM_READ);
    r_.gl.CopyBufferSubData(target, GL_COPY_READ_BUFFER, offset, 0, bytes);
    const void* const at = r_.gl.MapBufferRange(GL_COPY_READ_BUFFER, 0, bytes, GL_MAP_READ_BIT);
    if (at != nullptr) {
      to.copy_in(0, {static_cast<const std::byte*>(at), static_cast<std::size_t>(bytes)});
      r_.gl.UnmapBuffer(GL_COPY_READ_BUFFER);
    }
    r_.gl.BindBuffer(GL_COPY_READ_BUFFER, static_cast<GLuint>(before));
    r_.gl.DeleteBuffers(1, &copy);
    return at != nullptr;
  }

 private:
  static constexpr GLenum target = GL_COPY_WRITE_BUFFER;

  Replay& r_;
  const GLuint name_;
  GLint before_ = 0;
};

}  // namespace

void write_mapped(Replay& r, Record& in) {
  const auto which = in.scalar<GLuint>(), count = in.scalar<GLuint>();
  const GLuint* const runs = in.array<GLuint>(std::uint64_t{count} * 2);
  const std::span<const std::byte> data = in.lent_whole();
  if (in.is_bad()) return;
  const BoundForAWhile buffer(r, which);
  const auto mapping = buffer.mapping();
  const bool is_written = mapping.is_for(GL_MAP_WRITE_BIT);
  std::uint64_t taken = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t begin = std::uint64_t{runs[2 * i]} * 4, bytes = runs[2 * i + 1];
    if (bytes > data.size() - taken) return in.refuse("has fewer bytes than its runs");
    if (is_written && mapping.contains(begin, bytes))
      std::memcpy(mapping.memory.data() + begin, data.data() + taken, bytes);
    taken += bytes;
  }
  if (is_written) r.gl.MemoryBarrier(GL_CLIENT_MAPPED_BUFFER_BARRIER_BIT);
}

void read_mapped(Replay& r, Record& in) {
  const auto which = in.scalar<GLuint>();
  const auto begin = in.scalar<std::uint64_t>();
  Answer answer = r.answer(in.scalar<GLuint>());
  const vso::guest_span room = in.room();
  if (in.is_bad()) return;
  const BoundForAWhile buffer(r, which);
  const auto mapping = buffer.mapping();
  bool is_there = room.bytes() > 0 && mapping.contains(begin, room.bytes());
  if (is_there && mapping.is_for(GL_MAP_READ_BIT))
    room.copy_in(0, mapping.memory.subspan(begin, static_cast<std::size_t>(room.bytes())));
  else if (is_there)
    is_there = buffer.read(begin, room);
  answer.result(std::uint64_t{is_there});
  answer.give_bytes({});
}

void eval_GetBufferSubData(Replay& r, Record& in) { read(r, in, Buffer::bound); }
void eval_GetNamedBufferSubData(Replay& r, Record& in) { read(r, in, Buffer::named); }
void eval_MapBufferRange(Replay& r, Record& in) { map(r, in, Buffer::bound); }
void eval_MapNamedBufferRange(Replay& r, Record& in) { map(r, in, Buffer::named); }
void eval_FlushMappedBufferRange(Replay& r, Record& in) { flush(r, in, Buffer::bound); }
void eval_FlushMappedNamedBufferRange(Replay& r, Record& in) { flush(r, in, Buffer::named); }
void eval_UnmapBuffer(Replay& r, Record& in) { unmap(r, in, Buffer::bound); }
void eval_UnmapNamedBuffer(Replay& r, Record& in) { unmap(r, in, Buffer::named); }

}  // namespace blink::stackreplay
