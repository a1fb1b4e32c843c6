// with_memory: where a lack of memory ends what one client or one request wanted, and not the
// server.

#pragma once

#include <new>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace blink {

inline constexpr std::string_view no_memory_text = "the host is out of memory";

// Does it; false when the host has no memory for it. What `act` was doing is half done then, and is
// to be thrown away as a whole.
template <typename Act>
[[nodiscard]] bool with_memory(Act&& act) {
  try {
    std::forward<Act>(act)();
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  } catch (const std::length_error&) {
    return false;
  }
}

}  // namespace blink
