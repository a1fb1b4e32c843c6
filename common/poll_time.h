// Times as poll() takes them.

#pragma once

#include <algorithm>
#include <chrono>

namespace blink {

// Milliseconds until then, not less; -1 for never.
inline int poll_time(std::chrono::steady_clock::time_point until) {
  using std::chrono::milliseconds;
  if (until == std::chrono::steady_clock::time_point::max()) return -1;
  const auto left = std::chrono::ceil<milliseconds>(until - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<milliseconds::rep>(left.count(), 0, 1'000'000));
}

}  // namespace blink
