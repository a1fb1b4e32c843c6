// Sight: what can be seen behind windows. They are asked for from above, one after the other.
//
// Threads: one at a time.

#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "server/screen/rect.h"

namespace blink::server {

class Sight {
 public:
  void clear() { covers_.clear(); }
  // So many rectangles hide what lies below those that were added up to now: is_hidden() takes it.
  std::size_t depth() const { return covers_.size(); }
  // What nothing below can be seen through. One that is hidden itself adds nothing.
  void add(Rect opaque) {
    if (!opaque.is_empty() && !is_hidden(opaque)) covers_.push_back(opaque);
  }

  bool is_hidden(Rect area, std::size_t depth) const {
    return std::ranges::any_of(std::span(covers_).first(depth),
                               [&](Rect cover) { return contains(cover, area); });
  }
  bool is_hidden(Rect area) const { return is_hidden(area, depth()); }

 private:
  std::vector<Rect> covers_;  // from above
};

}  // namespace blink::server
