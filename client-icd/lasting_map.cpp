#include "client-icd/lasting_map.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "common/unique_fd.h"

namespace blink::icd {
namespace {

// Linux 6.7 (Documentation/admin-guide/mm/pagemap.rst); older headers do not have it.
struct PageRegion {
  std::uint64_t begin, end, categories;
};
struct PageScan {
  std::uint64_t size, flags, begin, end, walk_end, regions, regions_max, pages_max;
  std::uint64_t category_inverted, category_mask, category_anyof_mask, return_mask;
};
constexpr unsigned long scan_pages = _IOWR('f', 16, PageScan);
constexpr std::uint64_t page_is_written = 1 << 1;
constexpr std::uint64_t protect_those_found = 1 << 0, only_if_watched = 1 << 1;
constexpr std::uint64_t asynchronous_protection = 1 << 15, protection_of_nothing_there = 1 << 13;

// The kernel notes what is written, and nobody waits for it.
class Watcher {
 public:
  static const Watcher& get() {
    static const Watcher watcher;
    return watcher;
  }
  bool watch(std::span<std::byte> memory) const {
    if (!is_able_) return false;
    uffdio_register range{};
    range.range.start = reinterpret_cast<std::uintptr_t>(memory.data());
    range.range.len = memory.size();
    range.mode = UFFDIO_REGISTER_MODE_WP;
    return ::ioctl(faults_.get(), UFFDIO_REGISTER, &range) == 0;
  }
  // How many; -1: the kernel does not say.
  long scan(std::span<std::byte> memory, std::span<PageRegion> regions,
            std::uint64_t& walked) const {
    PageScan scan{};
    scan.size = sizeof scan;
    scan.flags = protect_those_found | only_if_watched;
    scan.begin = reinterpret_cast<std::uintptr_t>(memory.data());
    scan.end = scan.begin + memory.size();
    scan.regions = reinterpret_cast<std::uintptr_t>(regions.data());
    scan.regions_max = regions.size();
    scan.category_mask = scan.return_mask = page_is_written;
    const int found = ::ioctl(pages_.get(), scan_pages, &scan);
    walked = scan.walk_end - scan.begin;
    return found;
  }

 private:
  Watcher()
      : faults_(static_cast<int>(
            ::syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY))),
        pages_(::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC)) {
    uffdio_api api{};
    api.api = UFFD_API;
    api.features = asynchronous_protection | protection_of_nothing_there;
    is_able_ =
        faults_.get() >= 0 && pages_.get() >= 0 && ::ioctl(faults_.get(), UFFDIO_API, &api) == 0;
  }

  const UniqueFd faults_, pages_;
  bool is_able_ = false;
};

}  // namespace

WatchedPages::WatchedPages(std::size_t bytes, Watch watch) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const std::size_t all = (bytes + page - 1) / page * page;
  if (all < bytes) return;
  void* const at = ::mmap(nullptr, all, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) return;
  memory_ = {static_cast<std::byte*>(at), all};
  (void)::madvise(at, all, MADV_NOHUGEPAGE);  // a little that is written would look like much
  is_watched_ = watch == Watch::where_possible && Watcher::get().watch(memory_);
}

WatchedPages::~WatchedPages() {
  if (!memory_.empty()) ::munmap(memory_.data(), memory_.size());
}

std::vector<std::span<const std::byte>> WatchedPages::take_written() {
  std::vector<std::span<const std::byte>> written;
  std::array<PageRegion, 64> regions;
  for (std::size_t at = 0; is_watched_ && at < memory_.size();) {
    std::uint64_t walked = 0;
    const long found = Watcher::get().scan(memory_.subspan(at), regions, walked);
    if (found < 0 || walked == 0) {
      is_watched_ = false;
      break;
    }
    for (long i = 0; i < found; ++i) {
      const auto begin = regions[static_cast<std::size_t>(i)].begin -
                         reinterpret_cast<std::uintptr_t>(memory_.data());
      const auto bytes =
          regions[static_cast<std::size_t>(i)].end - regions[static_cast<std::size_t>(i)].begin;
      written.push_back(memory_.subspan(begin, bytes));
    }
    at += walked;
  }
  if (!is_watched_) written = {memory_};
  return written;
}

LastingMap::LastingMap(std::size_t place, std::size_t bytes, WatchedPages::Watch watch)
    : pages_(place % 64 + bytes + word, watch) {
  if (!is_there()) return;
  data_ = pages_.memory().data() + place % 64;
  known_.resize(bytes);
}

LastingMap::Changes LastingMap::take_changes() {
  Changes changes;
  for (const std::span<const std::byte> part : pages_.take_written()) {
    const std::ptrdiff_t begin = part.data() - data_;
    const std::ptrdiff_t end = begin + std::ssize(part);
    // A word may lie in two pages.
    const auto first = static_cast<std::size_t>(std::max<std::ptrdiff_t>(begin, 0)) / word * word;
    const auto last = std::min<std::ptrdiff_t>(end, std::ssize(known_));
    if (last > 0) compare(first, static_cast<std::size_t>(last), changes);
  }
  return changes;
}

// What is sent is what is noted: the program may be writing right now.
void LastingMap::compare(std::size_t begin, std::size_t end, Changes& to) {
  constexpr std::size_t block = 64;
  std::size_t run_end = SIZE_MAX;
  for (std::size_t at = begin; at < end; at += block) {
    const std::size_t block_end = std::min(at + block, end);
    if (std::memcmp(data_ + at, known_.data() + at, block_end - at) == 0) continue;
    for (std::size_t i = at; i < block_end; i += word) {
      const std::size_t bytes = std::min(word, known_.size() - i);
      std::array<std::byte, word> now{};
      std::memcpy(now.data(), data_ + i, bytes);
      if (std::memcmp(now.data(), known_.data() + i, bytes) == 0) continue;
      std::memcpy(known_.data() + i, now.data(), bytes);
      if (i != run_end) to.runs.insert(to.runs.end(), {static_cast<std::uint32_t>(i / word), 0u});
      to.runs.back() += static_cast<std::uint32_t>(bytes);
      to.bytes.insert(to.bytes.end(), now.begin(),
                      now.begin() + static_cast<std::ptrdiff_t>(bytes));
      run_end = i + word;
    }
  }
}

void LastingMap::set(std::span<const std::byte> content) {
  const std::size_t bytes = std::min(content.size(), known_.size());
  for (std::size_t at = 0; at < bytes; at += word) {
    const std::size_t part = std::min(word, bytes - at);
    if (std::memcmp(content.data() + at, known_.data() + at, part) == 0) continue;
    std::memcpy(known_.data() + at, content.data() + at, part);
    std::memcpy(data_ + at, content.data() + at, part);
  }
}

}  // namespace blink::icd
