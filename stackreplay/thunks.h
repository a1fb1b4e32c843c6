// The functions that replay records, by the record's number; null: it does not travel.

#pragma once

#include <bit>
#include <cstdint>

#include "gl/wire.h"
#include "vso/guest_memory.h"

namespace blink::stackreplay {

class Record;
class Replay;

using Thunk = void (*)(Replay& replay, Record& record);
using gl::wire_ops;
extern const Thunk thunks[wire_ops];

// The stream's own: what a client has written into a buffer that stays mapped, and what is there.
void write_mapped(Replay& replay, Record& record);
void read_mapped(Replay& replay, Record& record);

// Most of what programs send most often is a few numbers for the driver: records that have so many
// words, and no other length. Replays those at the beginning, up to
// the first that is another, or the last of all, and says how many words are left.
std::size_t run_plain(Replay& replay, vso::guest_words words);

// A number of such a record, of which it is known that it has it.
template <typename T>
T plain_number(vso::guest_words::Numbers numbers, std::size_t at) {
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
