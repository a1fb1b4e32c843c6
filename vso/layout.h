// The fixed parts of a region: where they are, and the check of the header that says so.

#pragma once

#include <cstdint>

#include "common/status.h"
#include "vso/blink_vso.h"
#include "vso/guest_memory.h"

namespace blink::vso {

constexpr std::uint64_t page_offset(std::uint64_t page) { return page << BLINK_PAGE_SHIFT; }
constexpr std::uint64_t pages_for(std::uint64_t bytes) {
  return bytes / BLINK_PAGE_BYTES + (bytes % BLINK_PAGE_BYTES != 0);
}

struct Layout {
  std::uint64_t region_pages = 0;
  std::uint32_t command_ring_pages = 0;
  std::uint32_t event_ring_pages = 0;

  std::uint64_t event_ring_page() const { return BLINK_PAGE_COMMAND_RING + command_ring_pages; }
  // Pages below this one belong to the region itself; objects and arrays lie above.
  std::uint64_t control_pages() const { return event_ring_page() + event_ring_pages; }
};

// A checked, private copy of what the client wrote into the header.
struct RegionTerms {
  Layout layout;
  std::uint16_t version_minor = 0;
  std::uint64_t features = 0;
};

// Judges a header that has already been copied out of the region, against the memory really there.
Result<RegionTerms> check_header(const blink_region_header& header, std::uint64_t memory_bytes);

}  // namespace blink::vso
