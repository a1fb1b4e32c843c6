// GrowingMemory: bytes that grow without being copied, and without being written over first. Kept
// from one procedure to the next: memory that was used before is many times faster than new memory.

#pragma once

#include <cstddef>
#include <cstdint>

namespace blink::jit {

class GrowingMemory {
 public:
  GrowingMemory() = default;
  ~GrowingMemory() { clear(); }
  GrowingMemory(const GrowingMemory&) = delete;

  std::uint8_t* data() const { return bytes_; }
  std::size_t size() const { return size_; }

  // Has at least so many bytes afterwards, maybe elsewhere; what was written stays.
  void grow(std::size_t size);
  void clear();
  // Its first bytes, of whole pages, are the caller's to unmap from now on, and it is empty.
  void* release(std::size_t bytes);

 private:
  std::uint8_t* bytes_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace blink::jit
