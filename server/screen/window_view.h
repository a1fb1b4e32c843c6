#pragma once

#include <cstdint>
#include <string>

#include "server/screen/object_name.h"
#include "server/screen/rect.h"
#include "server/screen/window_stack.h"

namespace blink::server {

// A window as the user sees it.
struct WindowView {
  std::uint32_t session = 0;
  std::string client;  // the session's, as it calls itself
  ObjectName object;
  std::string title;
  Rect content;
  WindowState state = WindowState::normal;
  bool is_minimised = false, is_focused = false;
  std::int32_t pid = 0;  // of the client's process
  Rect normal{};         // where it is in the state `normal`

  bool operator==(const WindowView&) const = default;
};

}  // namespace blink::server
