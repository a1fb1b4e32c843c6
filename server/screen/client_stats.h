// ClientStats: what one client costs and gets, counted where it happens and read by `blink top`.
//
// Threads: any may count and read. Numbers only grow; who wants a rate looks twice.

#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "server/screen/picture_budget.h"

namespace blink::server {

// How long something took, or lay apart: counts by size, so that percentiles can be told. Sizes
// within one count differ by an eighth at most.
class TimeCounts {
 public:
  static constexpr std::uint32_t steps = 8;  // to twice the time
  static constexpr std::uint32_t count = 32 * steps;

  void add(std::chrono::nanoseconds time);
  std::uint64_t at(std::uint32_t index) const {
    return counts_[index].load(std::memory_order_relaxed);
  }
  // The longest time that is counted at an index, in microseconds.
  static double microseconds(std::uint32_t index);

 private:
  std::array<std::atomic<std::uint64_t>, count> counts_{};
};

struct ClientStats {
  using Count = std::atomic<std::uint64_t>;

  Count windows{0};       // now
  Count frames{0};        // in which a redraw of it ran
  Count changes{0};       // frames of these that show something new of it
  Count redraw_ns{0};     // of the compositor's thread, in its redraws
  Count gpu_ns{0};        // of the GL driver, likewise
  TimeCounts frame_gaps;  // from one frame of it to the next
  Count updates{0};       // pictures uploaded, and update procedures run
  Count update_ns{0};
  TimeCounts update_gaps;
  Count procedures{0};  // verified and compiled
  Count compile_ns{0};
  Count complaints{0};    // things that a procedure says and that were not done
  Count renderer_pid{0};  // of the process that runs its OpenGL; 0: there was none
  Count beside_pid{0};    // of the process that runs its procedures beside the screen; 0: none
  // Of all its textures, wherever they were made.
  const std::shared_ptr<PictureBudget> budget = std::make_shared<PictureBudget>();
};

// The stats of all clients that are there.
class ClientStatsBoard {
 public:
  std::shared_ptr<ClientStats> add(std::uint32_t session);
  // Of a session; null when it has gone.
  std::shared_ptr<const ClientStats> find(std::uint32_t session) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::uint32_t, std::weak_ptr<const ClientStats>> stats_;
};

// Adds the time of its life to a count.
class TimeCounted {
 public:
  explicit TimeCounted(ClientStats::Count& count) : count_(count) {}
  ~TimeCounted() {
    const auto time = std::chrono::steady_clock::now() - begin_;
    count_ += static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(time).count());
  }
  TimeCounted(const TimeCounted&) = delete;

 private:
  ClientStats::Count& count_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace blink::server
