#include "server/web/viewer.h"

#include <algorithm>

#include "common/limits.h"
#include "common/log.h"
#include "server/web/frame_message.h"

namespace blink::server {
namespace {

// What has not changed for so long is worth being sharp.
constexpr std::chrono::milliseconds rest_time{200};
// So few tiles are quick to send exactly, and sharp at once: somebody types, or a clock ticks.
constexpr std::size_t tiles_exact_max = 4;
constexpr std::size_t tiles_sharpened_max = 24;  // in one message

}  // namespace

std::vector<std::byte> Viewer::show(ScreenFrame frame, std::size_t room_before,
                                    Clock::time_point now) {
  const TileGrid grid(frame.size);
  TileSet changed;
  if (frame_.rgbx && frame_.size == frame.size) {
    changed = changed_tiles(frame_, frame);
  } else {
    changed.assign(grid.count(), true);
    tiles_.assign(grid.count(), {});
  }
  frame_ = std::move(frame);
  for (std::size_t i = 0; i < changed.size(); ++i)
    if (changed[i]) tiles_[i].changed_at = now;
  if (std::ranges::count(changed, true) == 0) return sharpen(room_before, now);
  return send(changed, tiles_to_sharpen(now), room_before);
}

std::vector<std::byte> Viewer::sharpen(std::size_t room_before, Clock::time_point now) {
  if (!frame_.rgbx) return {};
  return send(TileSet(tiles_.size()), tiles_to_sharpen(now), room_before);
}

std::optional<Viewer::Clock::time_point> Viewer::next_sharpening() const {
  std::optional<Clock::time_point> next;
  for (const Tile& tile : tiles_)
    if (tile.is_blurred) next = std::min(next.value_or(tile.changed_at), tile.changed_at);
  if (next) *next += rest_time;
  return next;
}

void Viewer::has_shown(std::uint32_t message) {
  if (message == message_) is_sending_ = false;
}

TileSet Viewer::tiles_to_sharpen(Clock::time_point now) const {
  TileSet tiles(tiles_.size());
  std::size_t left = tiles_sharpened_max;
  for (std::size_t i = 0; i < tiles_.size() && left > 0; ++i) {
    tiles[i] = tiles_[i].is_blurred && now - tiles_[i].changed_at >= rest_time;
    left -= tiles[i];
  }
  return tiles;
}

std::vector<std::byte> Viewer::send(const TileSet& changed, const TileSet& exact,
                                    std::size_t room_before) {
  const TileGrid grid(frame_.size);
  FrameMessage message(message_ + 1, frame_.size, room_before);
  bool has_areas = false;
  const auto add = [&](const TileArea& area, AreaCoding coding) {
    if (const Status status = message.add(frame_, area, coding); !status.is_ok()) {
      log_warning("web.encode", {{"error", status.text()}});
      return;
    }
    has_areas = true;
    for (std::uint32_t row = area.row; row < area.row + area.rows; ++row)
      for (std::uint32_t column = area.column; column < area.column + area.columns; ++column)
        tiles_[std::size_t{row} * grid.columns + column].is_blurred = coding == AreaCoding::jpeg;
  };
  for (const TileArea& area : areas_of(changed, grid))
    add(area, area.count() <= tiles_exact_max ? AreaCoding::png : AreaCoding::jpeg);
  for (const TileArea& area : areas_of(exact, grid))
    add(area, AreaCoding::png);
  if (!has_areas) return {};
  ++message_;
  is_sending_ = true;
  return message.take();
}

}  // namespace blink::server
