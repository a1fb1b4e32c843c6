// PageAllocator: the client's own bookkeeping of which pages of its region are free.
//
// First fit over a sorted list of free runs. An object gets one run where there is one that is long
// enough, else several: page lists may be scattered.
//
// Threads: one at a time.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "vso/memory.h"

namespace blink::vso {

class PageAllocator {
 public:
  PageAllocator(std::uint32_t first_page, std::uint32_t page_count);

  // One run, or nothing.
  std::optional<PageRun> take_run(std::uint32_t pages);
  // One run or several; empty when there are not so many pages.
  std::vector<PageRun> take(std::uint32_t pages);
  // Single pages, no two of them neighbours where that can be had: for tests of scattered objects.
  std::vector<PageRun> take_scattered(std::uint32_t pages);
  void give_back(PageRun run);

  std::uint32_t free_pages() const { return free_pages_; }

 private:
  std::map<std::uint32_t, std::uint32_t> free_;  // first page -> count
  std::uint32_t free_pages_ = 0;
};

}  // namespace blink::vso
