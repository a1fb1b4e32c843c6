#include "vso/page_list.h"

#include <algorithm>
#include <bit>

namespace blink::vso {
namespace {

Status bad_pages(std::string what) {
  return Status::guest(BLINK_END_PAGES, "page list: " + std::move(what));
}

// Calls visit(word index, mask) for the words that the run's bits lie in.
template <typename Visit>
void for_each_word(PageRun run, Visit visit) {
  std::uint64_t page = run.first_page;
  std::uint64_t left = run.page_count;
  while (left > 0) {
    const unsigned bit = page % 64;
    const std::uint64_t count = std::min<std::uint64_t>(left, 64 - bit);
    const std::uint64_t ones = count == 64 ? ~0ull : (1ull << count) - 1;
    visit(page / 64, ones << bit);
    page += count;
    left -= count;
  }
}

// Extents that were found to lie within the region: the sums do not overflow.
bool overlap(const blink_extent& a, const blink_extent& b) {
  return a.first_page < std::uint64_t{b.first_page} + b.page_count &&
         b.first_page < std::uint64_t{a.first_page} + a.page_count;
}

}  // namespace

bool PageMarks::mark(PageRun run) {
  if (words_.empty()) words_.resize((pages_ + 63) / 64);
  bool is_new = true;
  for_each_word(run, [&](std::uint64_t word, std::uint64_t mask) {
    is_new &= (words_[word] & mask) == 0;
    words_[word] |= mask;
  });
  return is_new;
}

void PageMarks::unmark(PageRun run) {
  for_each_word(run, [&](std::uint64_t word, std::uint64_t mask) { words_[word] &= ~mask; });
}

Result<PageList> PageList::resolve(const blink_object_record& record, guest_span region,
                                   const Layout& layout, std::uint32_t extents_max,
                                   PageMarks& marks) {
  if (record.extent_count > extents_max)
    return Status::guest(BLINK_END_QUOTA, "page list: " + std::to_string(record.extent_count) +
                                              " entries, the session may have " +
                                              std::to_string(extents_max));
  PageList list;
  list.bytes_ = record.bytes;
  std::vector<PageRun> list_pages;
  Status status;
  if (record.extent_count <= BLINK_RECORD_EXTENTS) {
    status = list.add_inline(record, layout);
  } else {
    status = list.add_list(record, region, layout, marks, list_pages);
    // Marks are taken back on every path, so that one bad list does not blame the next.
    for (const PageRun& run : list.runs_)
      marks.unmark(run);
    for (const PageRun& run : list_pages)
      marks.unmark(run);
  }
  BLINK_TRY(std::move(status));
  if (list.pages_ != pages_for(record.bytes))
    return bad_pages("has " + std::to_string(list.pages_) + " pages where " +
                     std::to_string(pages_for(record.bytes)) + " are needed for " +
                     std::to_string(record.bytes) + " bytes");
  list.runs_.shrink_to_fit();
  return list;
}

Status PageList::add(const blink_extent& extent, const Layout& layout) {
  const std::uint64_t first = extent.first_page;
  const std::uint64_t end = first + extent.page_count;
  if (extent.page_count == 0) return bad_pages("an empty entry");
  if (first < layout.control_pages()) return bad_pages("a page of the region's own parts");
  if (end > layout.region_pages)
    return bad_pages("page " + std::to_string(end - 1) + " is outside the region");

  const PageRun run{extent.first_page, extent.page_count};
  if (!runs_.empty() && runs_.back().first_page + runs_.back().page_count == first)
    runs_.back().page_count += run.page_count;
  else
    runs_.push_back(run);
  pages_ += run.page_count;
  return {};
}

// So few are compared with each other: what that costs does not grow with their pages.
Status PageList::add_inline(const blink_object_record& record, const Layout& layout) {
  if (record.list_page != 0) return bad_pages("a list page that is not needed");
  const std::span extents(record.extents, record.extent_count);
  for (std::size_t i = 0; i < extents.size(); ++i) {
    BLINK_TRY(add(extents[i], layout));
    for (const blink_extent& before : extents.first(i))
      if (overlap(before, extents[i])) return bad_pages("the same page twice");
  }
  return {};
}

Status PageList::add_marked(const blink_extent& extent, const Layout& layout, PageMarks& marks) {
  BLINK_TRY(add(extent, layout));
  if (!marks.mark({extent.first_page, extent.page_count})) return bad_pages("the same page twice");
  return {};
}

Status PageList::add_list(const blink_object_record& record, guest_span region,
                          const Layout& layout, PageMarks& marks,
                          std::vector<PageRun>& list_pages) {
  std::uint32_t left = record.extent_count;
  std::uint32_t page = record.list_page;
  while (left > 0) {
    if (page < layout.control_pages() || page >= layout.region_pages)
      return bad_pages("list page " + std::to_string(page) + " is outside the region");
    // List pages are marked like content: a chain that comes back to itself is the same page twice.
    const PageRun own{page, 1};
    const bool is_new = marks.mark(own);
    list_pages.push_back(own);
    if (!is_new) return bad_pages("a list page twice: a cycle, or content over its own list");

    const auto list = region.copy_of<blink_extent_list>(page_offset(page));
    const std::uint32_t count = std::min<std::uint32_t>(left, BLINK_LIST_EXTENTS);
    for (std::uint32_t i = 0; i < count; ++i)
      BLINK_TRY(add_marked(list.extents[i], layout, marks));
    left -= count;
    page = list.next_page;
  }
  if (page != 0) return bad_pages("goes on after its last entry");
  return {};
}

}  // namespace blink::vso
