// CloseRequest: whether the client of a window answers when the user wants the window closed.
//
// It answers by whatever it says from then on: that the window is gone, or anything else, for it
// may ask the user back. If it says nothing, the user is shown that, and who then still wants the
// window closed means it.
//
// Threads: one at a time.

#pragma once

#include <chrono>
#include <optional>

#include "common/limits.h"

namespace blink::server {

class CloseRequest {
 public:
  using Clock = std::chrono::steady_clock;

  // The user wants the window closed. Whether that was shown to be in vain before.
  bool ask(Clock::time_point now) {
    if (is_in_vain_) return true;
    if (!due_) due_ = now + limits::close_answer_time_max;
    return false;
  }
  // The client has said something.
  void answer() {
    due_.reset();
    is_in_vain_ = false;
  }
  // Whether the time for an answer has just run out.
  bool runs_out(Clock::time_point now) {
    if (!due_ || now < *due_) return false;
    due_.reset();
    return is_in_vain_ = true;
  }
  bool is_in_vain() const { return is_in_vain_; }
  // When its time runs out, while it does.
  std::optional<Clock::time_point> due() const { return due_; }

 private:
  std::optional<Clock::time_point> due_;
  bool is_in_vain_ = false;
};

}  // namespace blink::server
