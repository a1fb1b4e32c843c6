// Content: the bytes of one version of an object, where they lie in the client's pages.
//
// The page list maps and nothing is copied: one run of pages is used in place, scattered pages are
// mapped into one range, which is kept while the object keeps its pages. Only when there are too
// many scattered pages in use already (limits.h) are the bytes copied together.

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "common/status.h"
#include "vso/guest_memory.h"
#include "vso/memory.h"
#include "vso/page_list.h"

namespace blink::vso {

// Counts the mapped runs of one session against its share and the server's.
class MappedRuns {
 public:
  ~MappedRuns();

  bool take(std::size_t runs);
  void give_back(std::size_t runs);

 private:
  std::size_t taken_ = 0;
};

class Content {
 public:
  Content(Memory& memory, MappedRuns& budget, PageList pages);
  Content(const Content&) = delete;
  Content& operator=(const Content&) = delete;
  ~Content();

  std::uint64_t bytes() const { return pages_.bytes(); }
  const PageList& pages() const { return pages_; }

  // All bytes as one range, valid until the next call, forget_copy(), or the end of this object.
  Result<guest_span> contiguous();
  // What had to be copied is not kept: objects may share pages, and a few would become gigabytes.
  void forget_copy() { copy_ = std::vector<std::byte>(); }
  // Copies a part out; the part must lie within the content.
  void copy_out(std::uint64_t offset, std::span<std::byte> to) const;

 private:
  Memory& memory_;
  MappedRuns& budget_;
  PageList pages_;
  std::unique_ptr<Mapping> mapping_;  // of scattered pages
  std::size_t runs_counted_ = 0;      // in budget_
  std::vector<std::byte> copy_;       // used where the budget was spent
};

}  // namespace blink::vso
