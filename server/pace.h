// Pace: how often something may be done: so many times at once, and then so many each second. Who
// is ahead of it waits, and keeps nobody else.
//
// Threads: one at a time.

#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace blink::server {

class Pace {
 public:
  using Clock = std::chrono::steady_clock;

  Pace(std::uint32_t at_once, std::uint32_t per_second)
      : step_(std::chrono::duration_cast<Clock::duration>(std::chrono::seconds(1)) / per_second),
        ahead_max_(step_ * at_once) {}

  // It is done once more. How long to wait first.
  Clock::duration step(Clock::time_point now) {
    next_ = std::max(next_, now - ahead_max_) + step_;
    return std::max(next_ - now, Clock::duration::zero());
  }

 private:
  const Clock::duration step_, ahead_max_;
  Clock::time_point next_;
};

}  // namespace blink::server
