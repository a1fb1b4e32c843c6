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

  // Also by several together, unless what is left of it falls into very many pieces.
  bool is_hidden(Rect area, std::size_t depth) const {
    std::vector<Rect>& left = pieces_;
    left.assign(1, area);
    for (const Rect cover : std::span(covers_).first(depth)) {
      for (std::size_t i = left.size(); i-- > 0;) {
        const Rect piece = left[i];
        if (!meet(piece, cover)) continue;
        left[i] = left.back();
        left.pop_back();
        add_rest(piece, intersection(piece, cover), left);
      }
      if (left.empty()) return true;
      if (left.size() > pieces_max) return false;
    }
    return false;
  }
  bool is_hidden(Rect area) const { return is_hidden(area, depth()); }

 private:
  static constexpr std::size_t pieces_max = 16;

  // What is above the part, below it, and on its two sides.
  static void add_rest(Rect piece, Rect part, std::vector<Rect>& to) {
    const Rect rest[] = {{piece.x, piece.y, piece.width, part.y - piece.y},
                         {piece.x, part.bottom(), piece.width, piece.bottom() - part.bottom()},
                         {piece.x, part.y, part.x - piece.x, part.height},
                         {part.right(), part.y, piece.right() - part.right(), part.height}};
    for (const Rect its : rest)
      if (!its.is_empty()) to.push_back(its);
  }

  std::vector<Rect> covers_;          // from above
  mutable std::vector<Rect> pieces_;  // kept for its memory
};

}  // namespace blink::server
