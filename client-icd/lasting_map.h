// LastingMap: memory of a buffer that stays mapped while commands use it (GL_MAP_PERSISTENT_BIT).
// The program writes into it whenever it likes and tells nobody; what it has written is found, by
// comparing it with what was there before, where the kernel says that pages were written.
//
// Threads: the program's write at any time; the rest is for one at a time.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace blink::icd {

// Whole pages, and which of them were written.
class WatchedPages {
 public:
  enum class Watch : std::uint8_t { where_possible, never };

  WatchedPages(std::size_t bytes, Watch watch);
  ~WatchedPages();
  WatchedPages(const WatchedPages&) = delete;

  std::span<std::byte> memory() const { return memory_; }  // empty: there is none
  // Parts of it that hold all that was written since the last call; all of it where the kernel
  // does not know (before Linux 6.7).
  std::vector<std::span<const std::byte>> take_written();

 private:
  std::span<std::byte> memory_;
  bool is_watched_ = false;
};

class LastingMap {
 public:
  // The place in memory is that of the buffer, modulo 64.
  LastingMap(std::size_t place, std::size_t bytes,
             WatchedPages::Watch watch = WatchedPages::Watch::where_possible);
  bool is_there() const { return !pages_.memory().empty(); }
  std::byte* data() const { return data_; }

  // The words that have changed: where each run of them begins, in words, and how many bytes it
  // has; and these, one behind the other.
  struct Changes {
    std::vector<std::uint32_t> runs;
    std::vector<std::byte> bytes;
  };
  // Since the last call, or `set`; none: it is empty.
  Changes take_changes();
  // What the buffer has now. What the program has changed and nobody has taken yet stays.
  void set(std::span<const std::byte> content);

 private:
  static constexpr std::size_t word = 4;
  void compare(std::size_t begin, std::size_t end, Changes& to);

  WatchedPages pages_;
  std::byte* data_ = nullptr;
  std::vector<std::byte> known_;
};

}  // namespace blink::icd
