// Monitors: the parts of the screen that are seen, and which of them a place is on.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/screen/rect.h"
#include "server/screen/screen_size.h"

namespace blink::server {

class Monitors {
 public:
  explicit Monitors(const ScreenMode& mode);

  const std::vector<Rect>& all() const { return all_; }
  // Where new windows go, and minimised ones.
  Rect main() const { return all_.front(); }
  // The one that a point is on, or else the nearest.
  Rect at(float x, float y) const;
  // The one that holds most of an area, or else the nearest.
  Rect of(Rect area) const;
  bool has(float x, float y) const;
  // What a monitor is called also when it has moved, or was away: its name, or else its number.
  const std::string& id(Rect monitor) const;
  std::optional<Rect> find(const std::string& id) const;

 private:
  std::vector<Rect> all_;  // the main one first; never empty
  std::vector<std::string> ids_;
};

}  // namespace blink::server
