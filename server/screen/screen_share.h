// ScreenShare: the time of the screen's thread that one session may use. It comes with the clock
// and goes with what the session's procedures take there, whatever they are called for; who has
// used it up waits, and others do not.
//
// Threads: the screen's.

#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

#include "common/limits.h"

namespace blink::server {

class ScreenShare {
 public:
  using Clock = std::chrono::steady_clock;

  // `held`: what may be used at once.
  explicit ScreenShare(Clock::duration held) : held_(held), left_(held) {}

  // `sharers`: how many sessions draw; half of the time is for all of them together.
  void earn(Clock::time_point now, std::uint32_t sharers) {
    const auto passed = std::exchange(earned_, now);
    if (passed == Clock::time_point()) return;
    const auto parts = std::clamp(2 * sharers, 2u, limits::screen_share_parts_max);
    left_ = std::min(left_ + (now - passed) / parts, held_);
  }
  void spend(Clock::duration time) {
    left_ = std::max<Clock::duration>(left_ - time, -limits::screen_share_owed_max);
  }
  bool is_used_up() const { return left_ < Clock::duration::zero(); }
  bool is_ample() const { return left_ > held_ / 2; }

 private:
  const Clock::duration held_;
  Clock::duration left_;
  Clock::time_point earned_;
};

// Spends the time of its life.
class Spending {
 public:
  explicit Spending(ScreenShare& share) : share_(share) {}
  ~Spending() { share_.spend(ScreenShare::Clock::now() - begin_); }
  Spending(const Spending&) = delete;

 private:
  ScreenShare& share_;
  const ScreenShare::Clock::time_point begin_ = ScreenShare::Clock::now();
};

}  // namespace blink::server
