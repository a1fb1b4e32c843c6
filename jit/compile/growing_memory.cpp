#include "jit/compile/growing_memory.h"

#include <sys/mman.h>

#include <bit>
#include <utility>

#include "common/check.h"

namespace blink::jit {

namespace {
// From here on in huge pages: one fault instead of 512. The kernel aligns what is a multiple of it.
constexpr std::size_t huge_bytes = 2u << 20;
}  // namespace

void GrowingMemory::grow(std::size_t size) {
  if (size <= size_) return;
  size = std::bit_ceil(size);
  void* const moved = bytes_ == nullptr ? ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                                                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                                        : ::mremap(bytes_, size_, size, MREMAP_MAYMOVE);
  CHECK(moved != MAP_FAILED);
  bytes_ = static_cast<std::uint8_t*>(moved);
  size_ = size;
  if (size >= huge_bytes) ::madvise(bytes_, size_, MADV_HUGEPAGE);  // may have none: small ones
}

void GrowingMemory::clear() {
  if (bytes_ != nullptr) ::munmap(bytes_, size_);
  bytes_ = nullptr;
  size_ = 0;
}

void* GrowingMemory::release(std::size_t bytes) {
  CHECK(bytes <= size_);
  if (bytes < size_) ::munmap(bytes_ + bytes, size_ - bytes);
  size_ = 0;
  return std::exchange(bytes_, nullptr);
}

}  // namespace blink::jit
