// MonitorLayout: one screen over several monitors of the host: what part of it each shows, and what
// the pointer in a window over one of them means.
//
// They lie as the host has them. Where a monitor has more pixels for one of the host's units than
// another, places go by the finest one: nothing overlaps that does not on the host, and there may
// be gaps, which nobody sees.
//
// Threads: one at a time.

#pragma once

#include <span>
#include <string>
#include <vector>

#include "server/screen/rect.h"
#include "server/screen/screen_size.h"

namespace blink::server {

// A window that shows a part of the screen, as the host says.
struct HostWindow {
  float x = 0, y = 0;           // of its monitor, in the host's units
  float width = 0, height = 0;  // of itself, likewise
  ScreenSize pixels;
  float scale = 1;        // that the host wants there
  std::string name = {};  // of its monitor; it may have none
};

// Beside each other, if all are at the same place: by Wayland's core protocol, which is all that
// GLFW asks, some desktops do not say where monitors stand.
void spread(std::vector<HostWindow>& windows);

class MonitorLayout {
 public:
  MonitorLayout() = default;
  explicit MonitorLayout(std::span<const HostWindow> windows);

  // Without the rate. Its scale is the largest that there is.
  const ScreenMode& mode() const { return mode_; }
  // What the window of that number shows.
  Rect part(std::size_t window) const { return parts_.at(window).shown; }
  // A place in a window, in the host's units, also beyond its edge.
  struct Point {
    float x = 0, y = 0;
    bool operator==(const Point&) const = default;
  };
  Point point(std::size_t window, double x, double y) const;

 private:
  struct Part {
    Rect shown;
    float pixels_x = 1, pixels_y = 1;  // for one of the host's units
  };
  std::vector<Part> parts_;
  ScreenMode mode_;
};

}  // namespace blink::server
