#include "server/screen/monitor_layout.h"

#include <algorithm>
#include <cmath>

#include "common/limits.h"

namespace blink::server {
namespace {

constexpr float side_min = 64;  // of a screen, as of --size
constexpr float side_max = limits::picture_side_max;

float ratio(std::uint32_t pixels, float units) {
  return units > 0 && pixels > 0 ? static_cast<float>(pixels) / units : 1;
}

}  // namespace

void spread(std::vector<HostWindow>& windows) {
  const auto is_with_first = [&](const HostWindow& window) {
    return window.x == windows[0].x && window.y == windows[0].y;
  };
  if (!std::ranges::all_of(windows, is_with_first)) return;
  for (std::size_t i = 1; i < windows.size(); ++i)
    windows[i].x = windows[i - 1].x + windows[i - 1].width;
}

MonitorLayout::MonitorLayout(std::span<const HostWindow> windows) {
  if (windows.empty()) return;
  float finest_x = 0, finest_y = 0, left = windows[0].x, top = windows[0].y, scale = 0;
  for (const HostWindow& window : windows) {
    parts_.push_back({.shown = {},
                      .pixels_x = ratio(window.pixels.width, window.width),
                      .pixels_y = ratio(window.pixels.height, window.height)});
    finest_x = std::max(finest_x, parts_.back().pixels_x);
    finest_y = std::max(finest_y, parts_.back().pixels_y);
    left = std::min(left, window.x);
    top = std::min(top, window.y);
    scale = std::max(scale, window.scale);
  }
  float width = side_min, height = side_min;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    Rect& shown = parts_[i].shown;
    shown = {
        std::round((windows[i].x - left) * finest_x), std::round((windows[i].y - top) * finest_y),
        static_cast<float>(windows[i].pixels.width), static_cast<float>(windows[i].pixels.height)};
    width = std::max(width, shown.right());
    height = std::max(height, shown.bottom());
  }
  mode_.size = {static_cast<std::uint32_t>(std::min(width, side_max)),
                static_cast<std::uint32_t>(std::min(height, side_max))};
  mode_.scale = std::clamp(scale, 0.5f, 8.0f);
  if (windows.size() == 1) {
    if (!windows[0].name.empty()) mode_.names = {windows[0].name};
    return;
  }
  mode_.left = std::round(left * finest_x);
  mode_.top = std::round(top * finest_y);
  // What is beyond the largest screen is no monitor.
  const Rect screen{0, 0, std::min(width, side_max), std::min(height, side_max)};
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const Rect seen = intersection(parts_[i].shown, screen);
    if (seen.is_empty()) continue;
    mode_.monitors.push_back(seen);
    mode_.names.push_back(windows[i].name);
  }
}

MonitorLayout::Point MonitorLayout::point(std::size_t window, double x, double y) const {
  const Part& part = parts_.at(window);
  return {part.shown.x + static_cast<float>(x) * part.pixels_x,
          part.shown.y + static_cast<float>(y) * part.pixels_y};
}

}  // namespace blink::server
