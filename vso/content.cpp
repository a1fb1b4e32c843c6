#include "vso/content.h"

#include <algorithm>
#include <atomic>

#include "common/limits.h"

namespace blink::vso {
namespace {

std::atomic<std::size_t> server_mapped_runs{0};

guest_span span_of(const Memory& memory, PageRun run) {
  const auto span = memory.span().part(page_offset(run.first_page), page_offset(run.page_count));
  CHECK(span.has_value());  // a PageList holds only pages of the region
  return *span;
}

}  // namespace

MappedRuns::~MappedRuns() { CHECK(taken_ == 0); }

bool MappedRuns::take(std::size_t runs) {
  if (runs > limits::session_mapped_runs_max - taken_) return false;
  if (server_mapped_runs.fetch_add(runs) + runs > limits::server_mapped_runs_max) {
    server_mapped_runs.fetch_sub(runs);
    return false;
  }
  taken_ += runs;
  return true;
}

void MappedRuns::give_back(std::size_t runs) {
  CHECK(runs <= taken_);
  taken_ -= runs;
  server_mapped_runs.fetch_sub(runs);
}

Content::Content(Memory& memory, MappedRuns& budget, PageList pages)
    : memory_(memory), budget_(budget), pages_(std::move(pages)) {}

Content::~Content() { budget_.give_back(runs_counted_); }

Result<guest_span> Content::contiguous() {
  const std::span<const PageRun> runs = pages_.runs();
  if (runs.empty()) return guest_span();
  if (runs.size() == 1) return *span_of(memory_, runs.front()).part(0, bytes());
  if (!mapping_ && budget_.take(runs.size())) {
    runs_counted_ += runs.size();
    BLINK_ASSIGN(mapping_, memory_.map(runs));
  }
  if (mapping_) return *mapping_->span().part(0, bytes());
  copy_.resize(bytes());
  copy_out(0, copy_);
  return guest_span::adopt(copy_.data(), copy_.size());
}

void Content::copy_out(std::uint64_t offset, std::span<std::byte> to) const {
  CHECK(offset <= bytes() && to.size() <= bytes() - offset);
  for (const PageRun& run : pages_.runs()) {
    if (to.empty()) return;
    const std::uint64_t run_bytes = page_offset(run.page_count);
    if (offset >= run_bytes) {
      offset -= run_bytes;
      continue;
    }
    const std::size_t count = std::min<std::uint64_t>(to.size(), run_bytes - offset);
    span_of(memory_, run).copy_out(offset, to.first(count));
    to = to.subspan(count);
    offset = 0;
  }
}

}  // namespace blink::vso
