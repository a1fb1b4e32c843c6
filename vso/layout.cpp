#include "vso/layout.h"

#include <algorithm>
#include <bit>

namespace blink::vso {
namespace {

bool is_ring_size(std::uint32_t pages) {
  return std::has_single_bit(pages) && pages >= BLINK_RING_PAGES_MIN &&
         pages <= BLINK_RING_PAGES_MAX;
}

Status bad_header(std::string what) {
  return Status::guest(BLINK_END_HEADER, "region header: " + std::move(what));
}

}  // namespace

Result<RegionTerms> check_header(const blink_region_header& header, std::uint64_t memory_bytes) {
  if (header.magic != BLINK_VSO_MAGIC)
    return Status::guest(BLINK_END_VERSION, "region header: wrong magic");
  if (header.version_major != BLINK_VSO_VERSION_MAJOR)
    return Status::guest(BLINK_END_VERSION, "region header: version " +
                                                std::to_string(header.version_major) +
                                                " is not spoken here, only version " +
                                                std::to_string(BLINK_VSO_VERSION_MAJOR));
  if (header.header_bytes != sizeof(blink_region_header)) return bad_header("wrong header size");
  for (const std::uint64_t word : header.reserved)
    if (word != 0) return bad_header("reserved words must be zero");
  if (header.region_bytes != memory_bytes)
    return bad_header("says " + std::to_string(header.region_bytes) + " bytes, the memory has " +
                      std::to_string(memory_bytes));
  if (memory_bytes % BLINK_PAGE_BYTES != 0) return bad_header("size is no multiple of a page");
  if (!is_ring_size(header.command_ring_pages) || !is_ring_size(header.event_ring_pages))
    return bad_header("ring sizes must be powers of two from 1 to 256 pages");

  RegionTerms terms;
  terms.layout.region_pages = memory_bytes / BLINK_PAGE_BYTES;
  terms.layout.command_ring_pages = header.command_ring_pages;
  terms.layout.event_ring_pages = header.event_ring_pages;
  if (terms.layout.region_pages < terms.layout.control_pages())
    return bad_header("the memory is too small for its own rings");
  if (terms.layout.region_pages > UINT32_MAX)
    return bad_header("more pages than a page number can name");

  const std::uint64_t missing = header.features_required & ~BLINK_FEATURES_KNOWN;
  if (missing != 0)
    return Status::guest(BLINK_END_FEATURE, "required features are not offered here: bit " +
                                                std::to_string(std::countr_zero(missing)));
  if ((header.features_required & ~header.features_offered) != 0)
    return bad_header("requires a feature that it does not offer");
  terms.features = header.features_offered & BLINK_FEATURES_KNOWN;
  terms.version_minor = std::min<std::uint16_t>(header.version_minor, BLINK_VSO_VERSION_MINOR);
  return terms;
}

}  // namespace blink::vso
