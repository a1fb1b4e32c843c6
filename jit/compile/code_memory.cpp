#include "jit/compile/code_memory.h"

#include <sys/mman.h>
#include <bit>
#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>
#include <utility>

#include "common/check.h"

namespace blink::jit {
namespace {

constexpr std::size_t smallest_bytes = 4096;
// From here on memory in huge pages: one fault instead of 512.
constexpr std::size_t huge_bytes = 2u << 20;
// What is kept for later, at most: a few large procedures. It is writable, not executable.
constexpr std::size_t kept_bytes_max = 32u << 20;

class Pool {
 public:
  void* take(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(bytes);
    if (found == kept_.end()) return nullptr;
    void* pages = found->second;
    kept_.erase(found);
    kept_bytes_ -= bytes;
    return pages;
  }
  bool keep(void* pages, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    if (kept_bytes_ + bytes > kept_bytes_max) return false;
    kept_.emplace(bytes, pages);
    kept_bytes_ += bytes;
    return true;
  }

 private:
  std::mutex mutex_;
  std::multimap<std::size_t, void*> kept_;
  std::size_t kept_bytes_ = 0;
};

// Never destroyed: a procedure may outlive what main() has.
Pool& pool() {
  static auto* const the_pool = new Pool;
  return *the_pool;
}

// Null: errno says why.
void* new_pages(std::size_t bytes) {
  const bool is_huge = bytes >= huge_bytes;
  void* pages = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | (is_huge ? 0 : MAP_POPULATE), -1, 0);
  if (pages == MAP_FAILED) return nullptr;
  if (is_huge) ::madvise(pages, bytes, MADV_HUGEPAGE);  // where the kernel has none: small ones
  return pages;
}

// Few sizes, so that what is given back fits the next.
std::size_t rounded(std::size_t bytes) {
  const std::size_t step = std::max(std::bit_floor(bytes) / 8, smallest_bytes);
  return (std::max(bytes, std::size_t{1}) + step - 1) / step * step;
}

}  // namespace

Result<CodeMemory> CodeMemory::make(std::span<const std::uint8_t> code) {
  const std::size_t bytes = rounded(code.size());
  void* pages = pool().take(bytes);
  if (pages == nullptr) pages = new_pages(bytes);
  if (pages == nullptr) return Status::system("no memory for compiled code", errno);
  std::memcpy(pages, code.data(), code.size());
  return executable({pages, bytes});
}

Result<CodeMemory> CodeMemory::make(GrowingMemory& memory, std::size_t code_bytes) {
  const std::size_t bytes = rounded(code_bytes);
  return executable({memory.release(bytes), bytes});
}

Result<CodeMemory> CodeMemory::executable(CodeMemory memory) {
  if (::mprotect(memory.pages_, memory.bytes_, PROT_READ | PROT_EXEC) != 0)
    return Status::system("compiled code cannot be made executable", errno);
  return memory;
}

CodeMemory::CodeMemory(CodeMemory&& other) noexcept
    : pages_(std::exchange(other.pages_, nullptr)), bytes_(other.bytes_) {}

// What nobody uses any more can be run no more.
CodeMemory::~CodeMemory() {
  if (pages_ == nullptr) return;
  const bool is_kept = bytes_ <= copied_bytes_max &&
                       ::mprotect(pages_, bytes_, PROT_READ | PROT_WRITE) == 0 &&
                       pool().keep(pages_, bytes_);
  if (!is_kept) ::munmap(pages_, bytes_);
}

}  // namespace blink::jit
