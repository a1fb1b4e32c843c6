#include "server/screen/monitors.h"

#include <algorithm>

namespace blink::server {
namespace {

float distance_squared(Rect rect, float x, float y) {
  const float dx = x - std::clamp(x, rect.x, rect.right());
  const float dy = y - std::clamp(y, rect.y, rect.bottom());
  return dx * dx + dy * dy;
}

float size_of(Rect rect) { return rect.width * rect.height; }

}  // namespace

Monitors::Monitors(const ScreenMode& mode) : all_(mode.monitors) {
  if (all_.empty())
    all_ = {{0, 0, static_cast<float>(mode.size.width), static_cast<float>(mode.size.height)}};
}

Rect Monitors::at(float x, float y) const {
  // One that a point is on counts more than one whose edge it is on.
  for (const Rect& monitor : all_)
    if (contains(monitor, x, y)) return monitor;
  return *std::ranges::min_element(all_, {},
                                   [&](Rect monitor) { return distance_squared(monitor, x, y); });
}

Rect Monitors::of(Rect area) const {
  const Rect most = *std::ranges::max_element(
      all_, {}, [&](Rect monitor) { return size_of(intersection(monitor, area)); });
  if (meet(most, area)) return most;
  return at(area.x + area.width / 2, area.y + area.height / 2);
}

bool Monitors::has(float x, float y) const {
  return std::ranges::any_of(all_, [&](Rect monitor) { return contains(monitor, x, y); });
}

}  // namespace blink::server
