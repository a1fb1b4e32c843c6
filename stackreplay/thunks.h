// The functions that replay records, by the record's number; null: it does not travel.

#pragma once

#include <bit>
#include <cstdint>

#include "gl/generated/dispatch.h"
#include "gl/wire.h"
#include "vso/guest_memory.h"

namespace blink::stackreplay {

class Record;
class Replay;

using Thunk = void (*)(Replay& replay, Record& record);
using gl::wire_ops;
extern const Thunk thunks[wire_ops];

// Most of what programs send most often is a few numbers for the driver, and nothing else to see
// to: records that have so many words, and no other length.
struct PlainThunk {
  void (*run)(const gl::Dispatch& gl, vso::guest_words numbers);  // those after the header
  std::uint32_t words;                                            // with the header; 0: is not one
};
extern const PlainThunk plain_thunks[wire_ops];

// A number of such a record, of which it is known that it has it.
template <typename T>
T plain_number(vso::guest_words numbers, std::size_t at) {
  if constexpr (sizeof(T) == 8) {
    const std::uint64_t low = numbers.load(at);
    return std::bit_cast<T>(low | std::uint64_t{numbers.load(at + 1)} << 32);
  } else if constexpr (sizeof(T) == 4) {
    return std::bit_cast<T>(numbers.load(at));
  } else {
    return static_cast<T>(numbers.load(at));
  }
}

}  // namespace blink::stackreplay
