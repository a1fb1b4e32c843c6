// Surface: where a program draws: a drawable of its window system here, a surface in the server,
// and the window that shows it.
//
// The window's procedures come from here: `redraw` shows the picture that the last swap made.
//
// Threads: that of the context which draws there.

#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "client-icd/connection.h"
#include "client-icd/stream_writer.h"

namespace blink::icd {

class Surface {
 public:
  Surface(Connection& connection, std::uint32_t width, std::uint32_t height);
  ~Surface();
  Surface(const Surface&) = delete;

  std::uint32_t id() const { return id_; }
  std::uint32_t width() const { return width_; }
  std::uint32_t height() const { return height_; }

  // Tells the server, through the stream of the context that draws here.
  void announce(StreamWriter& stream);
  void set_size(StreamWriter& stream, std::uint32_t width, std::uint32_t height);
  bool is_shown() const { return window_ != 0; }
  // Makes the window, if there is none. The user may want it closed.
  void show(const std::string& title, std::function<void()> close);
  // What was drawn is seen from now on. Waits for the server when it is too far behind, and for the
  // screen as the interval says.
  void swap(StreamWriter& stream);

  // A swap comes so many frames of the screen after the one before; 0: as soon as it may. That is
  // what a program gets which does not say, as by Mesa's driver that draws without a GPU.
  static constexpr int interval_max = 10;
  void set_interval(int interval) { interval_ = std::clamp(interval, 0, interval_max); }
  int interval() const { return interval_; }

 private:
  static constexpr std::size_t frames_ahead_max = 2;
  // What nobody sees goes on all the same: it may have more to do than to draw.
  static constexpr std::chrono::milliseconds unseen_time{100};

  void put_window(const std::string& title);
  void wait_for_screen();

  Connection& connection_;
  const std::uint32_t id_;
  std::uint32_t width_, height_;
  std::string title_;
  std::uint32_t window_ = 0;
  std::array<std::uint32_t, 2> procedures_{};
  // Hand-overs that ended frames, and of which stream.
  std::array<std::uint64_t, frames_ahead_max> swaps_{};
  std::uint32_t swapped_by_ = 0;
  std::size_t next_swap_ = 0;
  std::atomic<int> interval_{0};
  std::shared_ptr<const Connection::Shown> shown_;  // of the window
  std::uint64_t shown_before_ = 0;                  // before the last swap
  vso::Client::Clock::time_point last_swap_;
};

}  // namespace blink::icd
