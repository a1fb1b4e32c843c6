#pragma once

#include <compare>
#include <cstdint>

namespace blink::server {

// An object within its session.
struct ObjectName {
  std::uint32_t array = 0;
  std::uint32_t object = 0;

  auto operator<=>(const ObjectName&) const = default;
};

}  // namespace blink::server
