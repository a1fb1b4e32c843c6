#include "server/screen/output_cursors.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace blink::server {
namespace {

#ifndef GLFW_RESIZE_NWSE_CURSOR
// How far a place is from an arrow with two heads, from the upper left to the lower right.
float distance_to_arrow(float x, float y) {
  constexpr float reach = 10, head = 5, stroke = 0.8f, root_half = 0.7071f;
  const float along = std::abs(x + y) * root_half, across = std::abs(x - y) * root_half;
  const float shaft = std::max(across - stroke, along - (reach - head));
  const float tip = std::max((along + across - reach) * root_half, reach - head - along);
  return std::min(shaft, tip);
}

GLFWcursor* diagonal(bool is_falling) {
  constexpr int side = 21, middle = side / 2;
  unsigned char pixels[side * side * 4];
  for (int row = 0; row < side; ++row)
    for (int column = 0; column < side; ++column) {
      const auto x = static_cast<float>(is_falling ? column - middle : middle - column);
      const auto y = static_cast<float>(row - middle);
      const float distance = distance_to_arrow(x, y);
      // Black, with a white rim.
      const float light = std::clamp(distance + 0.5f, 0.0f, 1.0f);
      const float cover = std::clamp(1.7f - distance, 0.0f, 1.0f);
      unsigned char* const pixel = pixels + static_cast<std::ptrdiff_t>(row * side + column) * 4;
      std::fill_n(pixel, 3, static_cast<unsigned char>(light * 255));
      pixel[3] = static_cast<unsigned char>(cover * 255);
    }
  const GLFWimage image{side, side, pixels};
  return glfwCreateCursor(&image, middle, middle);
}
#endif

GLFWcursor* make(Cursor cursor) {
  switch (cursor) {
    case Cursor::arrow: return nullptr;
    case Cursor::sideways: return glfwCreateStandardCursor(GLFW_HRESIZE_CURSOR);
    case Cursor::upright: return glfwCreateStandardCursor(GLFW_VRESIZE_CURSOR);
#ifdef GLFW_RESIZE_NWSE_CURSOR
    case Cursor::falling: return glfwCreateStandardCursor(GLFW_RESIZE_NWSE_CURSOR);
    case Cursor::rising: return glfwCreateStandardCursor(GLFW_RESIZE_NESW_CURSOR);
#else
    case Cursor::falling: return diagonal(true);
    case Cursor::rising: return diagonal(false);
#endif
  }
  return nullptr;
}

}  // namespace

GLFWcursor* OutputCursors::get(Cursor cursor) {
  GLFWcursor*& made = made_[static_cast<std::size_t>(cursor)];
  if (made == nullptr) made = make(cursor);
  return made;
}

}  // namespace blink::server
