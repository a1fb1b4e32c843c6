#pragma once

namespace blink::server {

// The sides of a window's frame that have a border. Of a large window, those that lie at a
// monitor's edge have none; and whatever lacks one has square corners and no shadow: it fits to
// others.
struct FrameBorders {
  bool left = true, right = true, bottom = true;

  bool operator==(const FrameBorders&) const = default;
};

}  // namespace blink::server
