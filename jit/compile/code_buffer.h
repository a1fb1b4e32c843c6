// CodeBuffer: where fragments are put together, one behind the other.

#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "jit/compile/fragments.h"

namespace blink::jit {

class CodeBuffer {
 public:
  // No instruction becomes longer than this.
  static constexpr std::size_t instruction_bytes_max = 2048;

  // In `storage`, which grows as it must.
  explicit CodeBuffer(std::vector<std::uint8_t>& storage) : bytes_(storage) {
    bytes_.resize(std::max(bytes_.size(), 2 * instruction_bytes_max));
    out_ = bytes_.data();
    end_ = bytes_.data() + bytes_.size() - instruction_bytes_max;
  }

  // Before each instruction.
  void make_room() {
    if (out_ < end_) return;
    const std::size_t used = size();
    bytes_.resize(bytes_.size() * 2);
    out_ = bytes_.data() + used;
    end_ = bytes_.data() + bytes_.size() - instruction_bytes_max;
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
  std::vector<std::uint8_t>& bytes_;
  std::uint8_t* out_;
  std::uint8_t* end_;
};

}  // namespace blink::jit
