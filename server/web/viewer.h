// Viewer: one browser that shows the screen: what it has been sent, and what it is to be sent next.
//
// There is one message on its way at most: a slow browser gets fewer frames, each the newest. What
// changes in large areas is sent as JPEG, which is quick and a little blurred; what then stands
// still is sent again exactly, a few tiles with each message.
//
// Threads: the web server's alone.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/screen/screen_frame.h"
#include "server/web/changed_areas.h"

namespace blink::server {

class Viewer {
 public:
  using Clock = std::chrono::steady_clock;

  // It may be sent something.
  bool is_ready() const { return !is_sending_; }
  std::uint64_t frame_seen() const { return frame_.number; }
  // The message that brings it to this frame, after so many bytes that are free; empty: it shows
  // that already.
  std::vector<std::byte> show(ScreenFrame frame, std::size_t room_before, Clock::time_point now);
  // The message that makes some of what it shows exact.
  std::vector<std::byte> sharpen(std::size_t room_before, Clock::time_point now);
  // When there will be something to sharpen, if the screen stands still; none: nothing is blurred.
  std::optional<Clock::time_point> next_sharpening() const;
  // It has shown the message of that number.
  void has_shown(std::uint32_t message);

 private:
  struct Tile {
    bool is_blurred = false;
    Clock::time_point changed_at;
  };

  TileSet tiles_to_sharpen(Clock::time_point now) const;
  std::vector<std::byte> send(const TileSet& changed, const TileSet& exact,
                              std::size_t room_before);

  ScreenFrame frame_;  // the last one sent
  std::vector<Tile> tiles_;
  std::uint32_t message_ = 0;  // the last one's number
  bool is_sending_ = false;    // it has not been shown yet
};

}  // namespace blink::server
