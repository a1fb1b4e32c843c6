// Damage: which parts of the screen show what is not so any more.
//
// Threads: one at a time.

#pragma once

#include <span>
#include <vector>

#include "server/screen/rect.h"

namespace blink::server {

class Damage {
 public:
  void add(Rect rect);
  void add_all() { is_all_ = true; }
  bool is_empty() const { return !is_all_ && rects_.empty(); }

  // The areas to draw, and there is no damage any more. None of them meet, and each of `contents`
  // meets one at most: what is drawn there is drawn once.
  std::vector<Rect> take(Rect screen, std::span<const Rect> contents);

 private:
  bool is_all_ = true;  // nothing has been drawn yet
  std::vector<Rect> rects_;
};

}  // namespace blink::server
