// FrameRest: how often the `frame` of a window runs. It runs on the screen's thread, before every
// frame, and everybody waits for it: one that takes its time rests afterwards, so that all who do
// take but a small part of the screen's time together, and one that alone makes a frame late rests
// longer each time. No two slow ones run before the same frame.
//
// Threads: one at a time.

#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "common/limits.h"

namespace blink::server {

class FrameRest {
 public:
  using Clock = std::chrono::steady_clock;

  bool is_over(Clock::time_point now) const { return now >= until_; }
  // It was not long ago that it rested.
  bool is_slow() const { return rest_ != Clock::duration::zero(); }
  // A run took so long, of one of so many that are slow. True: it was not before.
  bool note(Clock::duration took, std::uint32_t slow, Clock::time_point now) {
    if (took <= limits::frame_at_once_max) {
      rest_ -= rest_ / limits::frame_rest_outlasts;
      if (rest_ < std::chrono::milliseconds(1)) rest_ = {};
      return false;
    }
    const bool is_first = !is_slow();
    const bool is_very_slow = took > limits::frame_very_slow;
    const Clock::duration longer = is_very_slow ? 2 * rest_ : Clock::duration::zero();
    rest_ = std::min<Clock::duration>(
        std::max(longer, took * limits::frame_rest_parts * std::max(1u, slow)),
        limits::frame_rest_max);
    until_ = now + rest_;
    return is_first;
  }

 private:
  Clock::duration rest_{};
  Clock::time_point until_;
};

}  // namespace blink::server
