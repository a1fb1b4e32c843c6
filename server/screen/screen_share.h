// ScreenShare: the time of the screen's thread that one session may use. It comes with the clock
// and goes with what the session's procedures take there, whatever they are called for. Nobody
// waits while the screen is on time; when it is late (ScreenLateness), who owes most does, until it
// has paid; and when it is very late and nobody owes, who takes most.
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
    must_wait_ &= owes();
    if (is_ample()) fine_ = limits::screen_fine;
  }
  void spend(Clock::duration time) {
    left_ = std::max<Clock::duration>(left_ - time, -limits::screen_share_owed_max);
    spent_ += time;
  }
  Clock::duration left() const { return left_; }
  bool owes() const { return left_ < Clock::duration::zero(); }
  bool is_ample() const { return left_ > held_ / 2; }

  // Each time longer, until it has been quiet for a while.
  void wait() {
    must_wait_ = true;
    left_ = std::min<Clock::duration>(left_, -fine_);
    fine_ = std::min<Clock::duration>(2 * fine_, limits::screen_share_owed_max);
  }
  bool must_wait() const { return must_wait_; }
  // What nobody has missed.
  void forgive() {
    if (!must_wait_) left_ = std::max(left_, Clock::duration::zero());
  }
  // Since the last frame.
  Clock::duration spent() const { return spent_; }
  void end_frame() {
    usual_ += (spent_ - usual_) / limits::usual_of_frames;
    spent_ = Clock::duration::zero();
  }
  // In each of the last frames, about.
  Clock::duration usual() const { return usual_; }

 private:
  const Clock::duration held_;
  Clock::duration left_;
  Clock::duration spent_{}, usual_{};
  Clock::duration fine_ = limits::screen_fine;
  Clock::time_point earned_;
  bool must_wait_ = false;
};

// How late the screen has been of late: much of it when frame after frame takes too long, or one
// takes very long, and little when a busy host has kept it once.
class ScreenLateness {
 public:
  using Clock = std::chrono::steady_clock;

  // `counts_max`: what one frame counts at most.
  void add(Clock::duration took, Clock::duration period,
           Clock::duration counts_max = limits::screen_late_max) {
    late_ +=
        took > period ? std::min(took - period, counts_max) : -period / limits::late_frame_outlasts;
    late_ = std::clamp<Clock::duration>(late_, Clock::duration::zero(), limits::screen_late_max);
  }
  bool is_none() const { return late_ == Clock::duration::zero(); }
  bool is_much() const { return late_ >= limits::screen_late_max; }
  // Something was done about it.
  void clear() { late_ = Clock::duration::zero(); }

 private:
  Clock::duration late_{};
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
