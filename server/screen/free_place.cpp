#include "server/screen/free_place.h"

#include <algorithm>
#include <compare>
#include <iterator>
#include <limits>
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

// Where the upper left corner of a frame may come.
struct Corners {
  std::vector<float> xs, ys;

  Corners(Rect first, Rect allowed, std::span<const PlacedFrame> frames, float margin)
      : xs{first.x, allowed.right() - first.width}, ys{first.y, allowed.bottom() - first.height} {
    for (const PlacedFrame& frame : frames) {
      const Rect outer = frame.outer;
      xs.insert(xs.end(), {outer.x, outer.right() + margin, outer.x - margin - first.width});
      ys.insert(ys.end(), {outer.y, outer.bottom() + margin, outer.y - margin - first.height});
    }
    tidy(xs);
    tidy(ys);
  }
};

// The first place where nothing is covered, row by row: of those who reach into a row, from the
// left, each x needs only be held against the ones that end beyond it.
std::optional<Rect> uncovered_place(Rect first, Rect allowed, std::span<const PlacedFrame> frames,
                                    const Corners& corners) {
  std::vector<Rect> from_left;
  for (const PlacedFrame& frame : frames)
    from_left.push_back(frame.outer);
  std::ranges::sort(from_left, {}, &Rect::x);
  std::vector<Rect> in_row;
  float look_on = first.y;  // before one of those that were in the way has ended nothing is free
  for (const float y : corners.ys) {
    if (y < look_on) continue;
    in_row.clear();
    std::ranges::copy_if(from_left, std::back_inserter(in_row), [&](const Rect& outer) {
      return outer.y < y + first.height && y < outer.bottom();
    });
    auto next = in_row.begin();  // the first that may lie to the right
    float taken_to = allowed.x;  // by those before it
    for (const float x : corners.xs) {
      const Rect place{x, y, first.width, first.height};
      for (; next != in_row.end() && next->x < place.right(); ++next)
        taken_to = std::max(taken_to, next->right());
      if (contains(allowed, place) && x >= taken_to) return place;
    }
    look_on = std::numeric_limits<float>::infinity();
    for (const Rect& outer : in_row)
      look_on = std::min(look_on, outer.bottom());
  }
  return std::nullopt;
}

}  // namespace

std::optional<Rect> free_place(Rect first, Rect room, std::span<const PlacedFrame> frames,
                               float margin) {
  const Rect allowed{first.x, first.y, room.right() - margin - first.x,
                     room.bottom() - margin - first.y};
  frames = frames.last(std::min(frames.size(), limits::placed_frames_max));
  const Corners all(first, allowed, frames, margin);
  if (const auto free = uncovered_place(first, allowed, frames, all)) return free;
  frames = frames.last(std::min(frames.size(), limits::covered_frames_max));
  const Corners corners(first, allowed, frames, margin);
  std::optional<Rect> best;
  Cost least, most;
  for (const float y : corners.ys) {
    for (const float x : corners.xs) {
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
