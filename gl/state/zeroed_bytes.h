// ZeroedBytes: memory for content, of zeros that cost nothing until they are written over. Where
// there is no memory there are no bytes.

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <utility>

namespace blink::gl::state {

class ZeroedBytes {
 public:
  ZeroedBytes() = default;
  explicit ZeroedBytes(std::uint64_t bytes) {
    if (bytes == 0 || bytes > bytes_max) return;
    memory_.reset(static_cast<std::byte*>(std::calloc(bytes, 1)));
    if (memory_) size_ = bytes;
  }
  ZeroedBytes(ZeroedBytes&& other) noexcept
      : memory_(std::move(other.memory_)), size_(std::exchange(other.size_, 0)) {}
  ZeroedBytes& operator=(ZeroedBytes&& other) noexcept {
    memory_ = std::move(other.memory_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }

  std::uint64_t size() const { return size_; }
  std::byte* data() { return memory_.get(); }
  std::span<const std::byte> span() const { return {memory_.get(), size_}; }

 private:
  // No driver has room for more in one piece.
  static constexpr std::uint64_t bytes_max = std::uint64_t{4} << 30;

  std::unique_ptr<std::byte, decltype(&std::free)> memory_{nullptr, &std::free};
  std::uint64_t size_ = 0;
};

}  // namespace blink::gl::state
