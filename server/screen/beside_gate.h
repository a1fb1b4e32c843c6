// BesideGate: through which a session's thread goes to draw beside the screen. The screen shuts it
// for a moment, to see what a redraw of its own takes: drivers have threads, or one GPU, for all.
//
// Threads: the session's and the compositor's.

#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace blink::server {

class BesideGate {
 public:
  // The session's, for as long as it draws. Waits while it is shut, but not for ever: the screen
  // may have nothing to show, and measure nothing.
  class Pass {
   public:
    explicit Pass(BesideGate& gate) : gate_(gate) {
      std::unique_lock lock(gate_.mutex_);
      gate_.opened_.wait_for(lock, wait_max, [&] { return !gate_.is_shut_; });
      gate_.is_in_use_ = true;
    }
    ~Pass() {
      const std::lock_guard lock(gate_.mutex_);
      gate_.is_in_use_ = false;
    }
    Pass(const Pass&) = delete;

   private:
    BesideGate& gate_;
  };

  // The screen's. Whether nobody is within.
  bool shut() {
    const std::lock_guard lock(mutex_);
    is_shut_ = true;
    return !is_in_use_;
  }
  void open() {
    {
      const std::lock_guard lock(mutex_);
      is_shut_ = false;
    }
    opened_.notify_all();
  }

 private:
  static constexpr std::chrono::milliseconds wait_max{100};
  std::mutex mutex_;
  std::condition_variable opened_;
  bool is_shut_ = false, is_in_use_ = false;
};

}  // namespace blink::server
