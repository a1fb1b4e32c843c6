#include "server/screen/free_place.h"

#include <algorithm>
#include <compare>
#include <vector>

#include "common/limits.h"

namespace blink::server {
namespace {

float covered(Rect a, Rect b) {
  const Rect both = intersection(a, b);
  return both.width * both.height;
}

// What a title bar names nobody finds without it.
struct Cost {
  int titles_hidden = 0;
  float covered = 0;

  auto operator<=>(const Cost&) const = default;
};

Cost cost_of(Rect place, std::span<const PlacedFrame> frames) {
  Cost cost;
  for (const PlacedFrame& frame : frames) {
    cost.titles_hidden += contains(place, frame.title_bar);
    cost.covered += covered(place, frame.outer);
  }
  return cost;
}

// In order, and each once.
void tidy(std::vector<float>& places) {
  std::ranges::sort(places);
  const auto same = std::ranges::unique(places);
  places.erase(same.begin(), same.end());
}

}  // namespace

std::optional<Rect> free_place(Rect first, Rect room, std::span<const PlacedFrame> frames,
                               float margin) {
  frames = frames.last(std::min(frames.size(), limits::placed_frames_max));
  const Rect allowed{first.x, first.y, room.right() - margin - first.x,
                     room.bottom() - margin - first.y};
  std::vector<float> xs = {first.x, allowed.right() - first.width};
  std::vector<float> ys = {first.y, allowed.bottom() - first.height};
  for (const PlacedFrame& frame : frames) {
    const Rect outer = frame.outer;
    xs.insert(xs.end(), {outer.x, outer.right() + margin, outer.x - margin - first.width});
    ys.insert(ys.end(), {outer.y, outer.bottom() + margin, outer.y - margin - first.height});
  }
  tidy(xs);
  tidy(ys);
  std::optional<Rect> best;
  Cost least, most;
  for (const float y : ys) {
    for (const float x : xs) {
      const Rect place{x, y, first.width, first.height};
      if (!contains(allowed, place)) continue;
      const Cost cost = cost_of(place, frames);
      if (!best || cost < least) {
        least = cost;
        best = place;
      }
      most = std::max(most, cost);
    }
  }
  if (least != Cost() && least == most) return std::nullopt;
  return best;
}

}  // namespace blink::server
