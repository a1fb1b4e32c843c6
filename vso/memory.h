// Memory: the server's mapping of one client's region, made by a transport.
//
// Interface with one implementation for each transport; tests use the `local` one, as everybody.

#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "common/status.h"
#include "vso/guest_memory.h"

namespace blink::vso {

// Consecutive pages of a region.
struct PageRun {
  std::uint32_t first_page = 0;
  std::uint32_t page_count = 0;

  bool operator==(const PageRun&) const = default;
};

// Pages that lie scattered in the region, seen as one range for as long as this lives.
class Mapping {
 public:
  virtual ~Mapping() = default;
  virtual guest_span span() const = 0;
};

class Memory {
 public:
  virtual ~Memory() = default;

  // The whole region.
  virtual guest_span span() const = 0;
  // The runs, one after the other. They are within the region (the caller has checked).
  virtual Result<std::unique_ptr<Mapping>> map(std::span<const PageRun> runs) = 0;
};

}  // namespace blink::vso
