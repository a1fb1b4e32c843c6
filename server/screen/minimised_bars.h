// MinimisedBars: where the title bars of minimised windows stand: at a monitor's lower edge, from
// the left, narrower when there are many, and in further rows above where they could not be read.
// What would take over half of the monitor overlaps instead.

#pragma once

#include <cstddef>

#include "server/screen/rect.h"

namespace blink::server {

class MinimisedBars {
 public:
  MinimisedBars(std::size_t count, Rect monitor, float scale);

  // Of no height: the title bar is above it.
  Rect content(std::size_t number) const;
  // That they take of the monitor.
  float height() const;

 private:
  Rect monitor_;
  std::size_t columns_, rows_;
  float width_, along_, up_;  // of one bar, and from one to the next
};

}  // namespace blink::server
