// PageList: the pages of one object's content, resolved from its record and checked.
//
// What a client can write into a record and its list pages: page numbers outside the region or
// inside its control part, empty extents, sums that overflow, too few or too many pages, a chain of
// list pages with a cycle, the same page twice. Each is refused here, so that whoever holds a
// PageList may read all of it. Lists are copied before they are checked; the result is private to
// the server.
//
// Invariant: the runs are within [control_pages, region_pages), none is empty, no page occurs
// twice, and together they are pages_for(bytes).

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/status.h"
#include "vso/blink_vso.h"
#include "vso/guest_memory.h"
#include "vso/layout.h"
#include "vso/memory.h"

namespace blink::vso {

// A bit for each page of a region, to notice the same page twice. One for each session; empty
// between uses.
class PageMarks {
 public:
  explicit PageMarks(std::uint64_t pages) : pages_(pages) {}

  // Marks the run; false when one of its pages was marked before (what this call marked stays).
  bool mark(PageRun run);
  void unmark(PageRun run);

 private:
  std::uint64_t pages_;
  std::vector<std::uint64_t> words_;  // made at the first use: most sessions name few pages
};

class PageList {
 public:
  // Costs what the list is long, and for a list in pages of its own the pages that it names: a bit
  // each.
  static Result<PageList> resolve(const blink_object_record& record, guest_span region,
                                  const Layout& layout, std::uint32_t extents_max,
                                  PageMarks& marks);

  std::uint64_t bytes() const { return bytes_; }
  // Neighbouring extents that continue each other have become one run.
  std::span<const PageRun> runs() const { return runs_; }
  bool operator==(const PageList&) const = default;

 private:
  Status add(const blink_extent& extent, const Layout& layout);
  Status add_marked(const blink_extent& extent, const Layout& layout, PageMarks& marks);
  Status add_inline(const blink_object_record& record, const Layout& layout);
  Status add_list(const blink_object_record& record, guest_span region, const Layout& layout,
                  PageMarks& marks, std::vector<PageRun>& list_pages);

  std::uint64_t bytes_ = 0;
  std::uint64_t pages_ = 0;
  std::vector<PageRun> runs_;
};

}  // namespace blink::vso
