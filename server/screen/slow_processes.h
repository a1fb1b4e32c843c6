// SlowProcesses: which processes had a session that held the screen up, and may come again with
// another one.
//
// Threads: one at a time.

#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>

#include "common/limits.h"

namespace blink::server {

class SlowProcesses {
 public:
  using Clock = std::chrono::steady_clock;

  // 0: nobody knows which it was.
  void note(std::int32_t pid, Clock::time_point now) {
    std::erase_if(when_, [&](const auto& its) { return is_forgotten(its.second, now); });
    if (pid != 0) when_[pid] = now;
  }
  bool knows(std::int32_t pid, Clock::time_point now) const {
    const auto found = when_.find(pid);
    return found != when_.end() && !is_forgotten(found->second, now);
  }
  // Whoever comes now may be one more, of whatever process.
  bool are_many(Clock::time_point now) const {
    return std::ranges::count_if(when_, [&](const auto& its) {
             return !is_forgotten(its.second, now);
           }) >= limits::slow_processes_many;
  }

 private:
  static bool is_forgotten(Clock::time_point when, Clock::time_point now) {
    return now - when > limits::slow_process_remembered;
  }

  std::map<std::int32_t, Clock::time_point> when_;
};

}  // namespace blink::server
