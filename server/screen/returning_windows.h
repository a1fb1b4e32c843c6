// ReturningWindows: where windows were when the server before this one died, or when their clients
// went. These come back with the same objects, each at its own time, and find their windows where
// the user had them.
//
// Threads: one at a time.

#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
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
    // Among those that return from another server, of which the lowest has 0; else none.
    std::optional<std::size_t> depth;
    std::uint64_t raised = 0;  // of this one's windows, as WindowPlace has it
  };
  // From below.
  explicit ReturningWindows(const std::vector<WindowMemory>& windows) {
    for (const WindowMemory& window : windows)
      places_.emplace(std::pair(window.pid, window.object), Place{window, places_.size(), 0});
  }
  // One that goes, and may come back. Of too many the first is forgotten.
  void add(const WindowMemory& window, std::uint64_t raised) {
    constexpr std::size_t gone_max = 1024;
    if (window.pid == 0) return;
    const std::pair key(window.pid, window.object);
    if (gone_.size() == gone_max) {
      places_.erase(gone_.front());
      gone_.pop_front();
    }
    gone_.push_back(key);
    places_[key] = Place{window, std::nullopt, raised};
  }
  // Once for each.
  std::optional<Place> take(std::int32_t pid, ObjectName object) {
    const auto found = places_.find({pid, object});
    if (pid == 0 || found == places_.end()) return std::nullopt;
    return places_.extract(found).mapped();
  }

 private:
  using Key = std::pair<std::int32_t, ObjectName>;
  std::map<Key, Place> places_;
  std::deque<Key> gone_;
};

}  // namespace blink::server
