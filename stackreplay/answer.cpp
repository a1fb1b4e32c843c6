#include "stackreplay/answer.h"

#include <algorithm>

#include "common/check.h"
#include "common/limits.h"
#include "vso/blink_vso.h"

namespace blink::stackreplay {
namespace {

constexpr std::array<int, 2> fills = {0x00, 0xA5};

// A number of 64 bits is a name and nothing.
void translate(std::span<std::byte> written, const Translation& translation) {
  for (std::size_t at = 0; at + sizeof(gl::GLuint) <= written.size(); at += sizeof(gl::GLuint)) {
    gl::GLuint name = 0;
    std::memcpy(&name, written.data() + at, sizeof name);
    name = translation(name);
    std::memcpy(written.data() + at, &name, sizeof name);
  }
}

}  // namespace

Answer::Answer(Record& record, vso::guest_span content, std::uint32_t place, Scratch& scratch)
    : record_(record), scratch_(scratch) {
  const auto part = content.part(place, gl::answer_bytes_max);
  if (part && place >= sizeof(blink_stream_words) && place % 8 == 0)
    place_ = *part;
  else
    record_.refuse("there is no room for the answer");
}

std::byte* const* Answer::add(std::uint64_t bytes) {
  CHECK(outs_ < outs_max);
  Array& array = arrays_[outs_++];
  if (bytes > limits::replayed_array_bytes_max) {
    record_.refuse("asks for too much");
    bytes = 0;
  }
  array.bytes = static_cast<std::size_t>(bytes);
  for (std::byte*& pass : array.passes)
    pass = scratch_.take(array.bytes);
  return &array.current;
}

void Answer::fill(int pass) {
  for (std::size_t i = 0; i < outs_; ++i) {
    Array& array = arrays_[i];
    array.current = array.passes[pass];
    std::memset(array.current, fills[static_cast<std::size_t>(pass)], array.bytes);
  }
}

void Answer::put(std::uint64_t& at, std::span<const std::byte> bytes) const {
  const std::uint64_t room = place_.bytes() - at;
  const std::uint64_t size = room < 8 + bytes.size() ? 0 : bytes.size();
  if (room < 8) return;
  place_.copy_in(at, std::as_bytes(std::span(&size, 1)));
  place_.copy_in(at + 8, bytes.first(static_cast<std::size_t>(size)));
  at += 8 + ((size + 7) & ~std::uint64_t{7});
}

void Answer::send() {
  place_.copy_in(0, std::as_bytes(std::span(&result_, 1)));
  std::uint64_t at = 8;
  for (std::size_t i = 0; i < outs_; ++i) {
    const Array& array = arrays_[i];
    std::size_t written = array.bytes;
    while (written > 0 && array.passes[0][written - 1] != array.passes[1][written - 1])
      --written;
    if (array.translation) translate({array.passes[0], written}, array.translation);
    // Holes keep the zeros of the first pass.
    put(at, {array.passes[0], written});
  }
}

void Answer::give_bytes(std::span<const std::byte> bytes) {
  place_.copy_in(0, std::as_bytes(std::span(&result_, 1)));
  std::uint64_t at = 8;
  put(at, bytes);
}

}  // namespace blink::stackreplay
