// ReturningWindows: where windows were when the server before this one died. Their clients come
// back with the same objects, each at its own time, and find their windows where the user had them.
//
// Threads: one at a time.

#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "server/screen/object_name.h"
#include "server/screen/rect.h"
#include "server/screen/window_stack.h"

namespace blink::server {

struct WindowMemory {
  std::int32_t pid = 0;  // of the client's process: another one's window is another one
  ObjectName object;
  Rect normal;
  WindowState state = WindowState::normal;
  bool is_minimised = false;

  bool operator==(const WindowMemory&) const = default;
};

class ReturningWindows {
 public:
  struct Place {
    WindowMemory was;
    std::size_t depth = 0;  // among those that return; the lowest has 0
  };
  // From below.
  explicit ReturningWindows(const std::vector<WindowMemory>& windows) {
    for (const WindowMemory& window : windows)
      places_.emplace(std::pair(window.pid, window.object), Place{window, places_.size()});
  }
  // Once for each.
  std::optional<Place> take(std::int32_t pid, ObjectName object) {
    const auto found = places_.find({pid, object});
    if (pid == 0 || found == places_.end()) return std::nullopt;
    return places_.extract(found).mapped();
  }

 private:
  std::map<std::pair<std::int32_t, ObjectName>, Place> places_;
};

}  // namespace blink::server
