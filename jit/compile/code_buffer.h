// CodeBuffer: where fragments are put together, one behind the other.

#pragma once

#include <cstdint>
#include <cstring>
#include <span>

#include "jit/compile/fragments.h"
#include "jit/compile/growing_memory.h"

namespace blink::jit {

class CodeBuffer {
 public:
  // No instruction becomes longer than this.
  static constexpr std::size_t instruction_bytes_max = 2048;

  // In `storage`, which grows as it must.
  explicit CodeBuffer(GrowingMemory& storage) : bytes_(storage) {
    bytes_.grow(2 * instruction_bytes_max);
    begin_at(0);
  }

  // Before each instruction.
  void make_room() {
    if (out_ < end_) return;
    const std::size_t used = size();
    bytes_.grow(bytes_.size() * 2);
    begin_at(used);
  }
  void put(const Fragment& fragment) {
    // Always all of it, which is two instructions; what is too much is written over.
    static_assert(sizeof fragment == 32);
    std::memcpy(out_, &fragment, sizeof fragment);
    out_ += fragment.size;
  }
  void put(const Fragment& fragment, std::int32_t number) {
    std::memcpy(out_, &fragment, sizeof fragment);
    std::memcpy(out_ + fragment.patch, &number, sizeof number);
    out_ += fragment.size;
  }

  // A longer piece, in whole steps; `bytes` has room for them. Gives where it begins.
  template <std::size_t bytes_max>
  std::uint8_t* put(std::span<const std::uint8_t, bytes_max> bytes, std::size_t count) {
    constexpr std::size_t step = 32;
    static_assert(bytes_max % step == 0);
    std::uint8_t* const begin = out_;
    for (std::size_t at = 0; at < count; at += step)
      std::memcpy(begin + at, bytes.data() + at, step);
    out_ += count;
    return begin;
  }

  std::size_t size() const { return static_cast<std::size_t>(out_ - bytes_.data()); }
  // The 32 bits that end at `end` become the distance from there to here.
  void patch_distance_to_here(std::size_t end) {
    const auto distance = static_cast<std::int32_t>(size() - end);
    std::memcpy(bytes_.data() + end - sizeof distance, &distance, sizeof distance);
  }
  std::span<const std::uint8_t> code() const { return {bytes_.data(), size()}; }

 private:
  void begin_at(std::size_t place) {
    out_ = bytes_.data() + place;
    end_ = bytes_.data() + bytes_.size() - instruction_bytes_max;
  }

  GrowingMemory& bytes_;
  std::uint8_t* out_;
  std::uint8_t* end_;
};

}  // namespace blink::jit
