#pragma once

#include <algorithm>

namespace blink::server {

// In pixels, from the top left.
struct Rect {
  float x = 0, y = 0, width = 0, height = 0;

  float right() const { return x + width; }
  float bottom() const { return y + height; }
  bool is_empty() const { return width <= 0 || height <= 0; }
  bool operator==(const Rect&) const = default;
};

inline Rect intersection(Rect a, Rect b) {
  const float x = std::max(a.x, b.x), y = std::max(a.y, b.y);
  const float right = std::min(a.right(), b.right()), bottom = std::min(a.bottom(), b.bottom());
  return {x, y, std::max(0.0f, right - x), std::max(0.0f, bottom - y)};
}

// The least rectangle around both.
inline Rect united(Rect a, Rect b) {
  const float x = std::min(a.x, b.x), y = std::min(a.y, b.y);
  return {x, y, std::max(a.right(), b.right()) - x, std::max(a.bottom(), b.bottom()) - y};
}

inline bool meet(Rect a, Rect b) { return !intersection(a, b).is_empty(); }
inline bool contains(Rect outer, Rect inner) {
  return inner.x >= outer.x && inner.y >= outer.y && inner.right() <= outer.right() &&
         inner.bottom() <= outer.bottom();
}
inline bool contains(Rect rect, float x, float y) {
  return x >= rect.x && y >= rect.y && x < rect.right() && y < rect.bottom();
}

// All of it within the other, or its upper left where that is too small.
inline Rect moved_into(Rect rect, Rect outer) {
  rect.x = std::max(outer.x, std::min(rect.x, outer.right() - rect.width));
  rect.y = std::max(outer.y, std::min(rect.y, outer.bottom() - rect.height));
  return rect;
}

}  // namespace blink::server
