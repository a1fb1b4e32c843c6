// OutputCursors: the desktop's own cursors, and those that GLFW does not have before version 3.4.
//
// Threads: GLFW's, the main one.

#pragma once

#include <array>

#include "server/screen/cursor.h"

struct GLFWcursor;

namespace blink::server {

class OutputCursors {
 public:
  // Null, which is the desktop's arrow, also where there is no other. GLFW owns it.
  GLFWcursor* get(Cursor cursor);

 private:
  std::array<GLFWcursor*, 5> made_{};
};

}  // namespace blink::server
