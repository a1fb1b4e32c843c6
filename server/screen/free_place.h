// Where a new window goes: where it hides fewest title bars, and covers least of the others'
// frames.
//
// Tried are the corners of the screen, and beside, below and in line with the frames. Only so many
// of them are looked at, the upper ones: who opens windows all the time does not keep the screen
// busy.

#pragma once

#include <optional>
#include <span>

#include "server/screen/rect.h"

namespace blink::server {

struct PlacedFrame {
  Rect outer, title_bar;
};

// `first`: its frame in the upper left, which is the place where nothing is in the way. `margin`:
// what stays free between frames, and to the other sides of the room. Frames from below. Nothing:
// it is too large, or all places are equally bad.
std::optional<Rect> free_place(Rect first, Rect room, std::span<const PlacedFrame> frames,
                               float margin);

}  // namespace blink::server
