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

}  // namespace

Result<CodeMemory> CodeMemory::make(std::span<const std::uint8_t> code) {
  // Few sizes, so that what is given back fits the next.
  const std::size_t step = std::max(std::bit_floor(code.size()) / 8, smallest_bytes);
  const std::size_t bytes = (std::max(code.size(), std::size_t{1}) + step - 1) / step * step;
  void* pages = pool().take(bytes);
  if (pages == nullptr) pages = new_pages(bytes);
  if (pages == nullptr) return Status::system("no memory for compiled code", errno);
  CodeMemory memory(pages, bytes);
  std::memcpy(pages, code.data(), code.size());
  if (::mprotect(pages, bytes, PROT_READ | PROT_EXEC) != 0)
    return Status::system("compiled code cannot be made executable", errno);
  return memory;
}

CodeMemory::CodeMemory(CodeMemory&& other) noexcept
    : pages_(std::exchange(other.pages_, nullptr)), bytes_(other.bytes_) {}

// What nobody uses any more can be run no more.
CodeMemory::~CodeMemory() {
  if (pages_ == nullptr) return;
  const bool is_kept =
      ::mprotect(pages_, bytes_, PROT_READ | PROT_WRITE) == 0 && pool().keep(pages_, bytes_);
  if (!is_kept) ::munmap(pages_, bytes_);
}

}  // namespace blink::jit
