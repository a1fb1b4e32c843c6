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
  std::vector<std::string> names = mode.names;
  names.resize(all_.size());
  // Several of one kind may have the same.
  for (auto name = names.begin(); name != names.end(); ++name)
    ids_.push_back(*name + " " + std::to_string(std::count(names.begin(), name, *name)));
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

const std::string& Monitors::id(Rect monitor) const {
  const auto found = std::ranges::find(all_, monitor);
  return ids_.at(static_cast<std::size_t>(found - all_.begin()));
}

std::optional<Rect> Monitors::find(const std::string& id) const {
  const auto found = std::ranges::find(ids_, id);
  if (found == ids_.end()) return std::nullopt;
  return all_.at(static_cast<std::size_t>(found - ids_.begin()));
}

bool Monitors::has(float x, float y) const {
  return std::ranges::any_of(all_, [&](Rect monitor) { return contains(monitor, x, y); });
}

}  // namespace blink::server
