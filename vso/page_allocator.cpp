#include "vso/page_allocator.h"

#include <algorithm>
#include <iterator>

#include "common/check.h"

namespace blink::vso {

PageAllocator::PageAllocator(std::uint32_t first_page, std::uint32_t page_count)
    : free_pages_(page_count) {
  if (page_count > 0) free_.emplace(first_page, page_count);
}

std::optional<PageRun> PageAllocator::take_run(std::uint32_t pages) {
  CHECK(pages > 0);
  for (auto it = free_.begin(); it != free_.end(); ++it) {
    const auto [first, count] = *it;
    if (count < pages) continue;
    free_.erase(it);
    if (count > pages) free_.emplace(first + pages, count - pages);
    free_pages_ -= pages;
    return PageRun{first, pages};
  }
  return std::nullopt;
}

std::vector<PageRun> PageAllocator::take(std::uint32_t pages) {
  std::vector<PageRun> runs;
  if (pages == 0 || pages > free_pages_) return runs;
  if (const auto run = take_run(pages)) return {*run};
  while (pages > 0) {
    const auto largest =
        std::max_element(free_.begin(), free_.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    const auto run = take_run(std::min(pages, largest->second));
    pages -= run->page_count;
    runs.push_back(*run);
  }
  return runs;
}

std::vector<PageRun> PageAllocator::take_scattered(std::uint32_t pages) {
  std::vector<PageRun> runs;
  if (pages > free_pages_) return runs;
  std::vector<PageRun> between;  // given back afterwards
  while (pages > 0) {
    runs.push_back(*take_run(1));
    --pages;
    if (free_pages_ > pages) between.push_back(*take_run(1));
  }
  // Backwards, so that not even the order in the object is the order in memory.
  std::reverse(runs.begin(), runs.end());
  for (const PageRun& run : between)
    give_back(run);
  return runs;
}

void PageAllocator::give_back(PageRun run) {
  if (run.page_count == 0) return;
  free_pages_ += run.page_count;
  auto [it, is_new] = free_.emplace(run.first_page, run.page_count);
  CHECK(is_new);
  if (const auto next = std::next(it); next != free_.end()) {
    CHECK(it->first + it->second <= next->first);
    if (it->first + it->second == next->first) {
      it->second += next->second;
      free_.erase(next);
    }
  }
  if (it != free_.begin()) {
    const auto previous = std::prev(it);
    CHECK(previous->first + previous->second <= it->first);
    if (previous->first + previous->second == it->first) {
      previous->second += it->second;
      free_.erase(it);
    }
  }
}

}  // namespace blink::vso
