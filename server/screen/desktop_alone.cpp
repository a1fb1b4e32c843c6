// Desktop: a window by itself, for who wants a picture of it.

#include "server/screen/desktop.h"

namespace blink::server {
namespace {

// Where the window is stays what it is, also when there is no memory to draw it.
class PlaceKept {
 public:
  explicit PlaceKept(WindowPlace& place) : place_(place), kept_(place) {}
  PlaceKept(const PlaceKept&) = delete;
  PlaceKept& operator=(const PlaceKept&) = delete;
  ~PlaceKept() { place_ = kept_; }

 private:
  WindowPlace& place_;
  const WindowPlace kept_;
};

}  // namespace

ScreenSize Desktop::size_alone(std::size_t which) const {
  const Window& window = window_of(stack_.order().at(which));
  const Rect content = window.is_minimised ? window.settled : window.content;
  const auto side = [](float length) { return static_cast<std::uint32_t>(std::max(1.0f, length)); };
  return {side(content.width), side(content.height)};
}

// One more redraw, at no time of a frame's: what the session is told of its frames does not count
// it. What is drawn beside the screen is asked for by drawing it.
bool Desktop::draw_alone(std::size_t which, gl::GLuint framebuffer, Clock::time_point asked) {
  Window& window = window_of(stack_.order().at(which));
  const auto [width, height] = size_alone(which);
  const PlaceKept place(window);
  if (window.is_minimised) window.content = window.settled;
  window.is_minimised = false;
  const bool was_in_frame = window.client.is_in_frame;
  fill_inputs(window, Clock::now());
  DrawTarget target;
  target.framebuffer = framebuffer;
  target.width = target.clip_width = static_cast<gl::GLsizei>(width);
  target.height = target.clip_height = static_cast<gl::GLsizei>(height);
  draw_content(window, target);
  window.client.is_in_frame = was_in_frame;
  const Beside& beside = window.beside;
  if (!beside.is_so || window.procedures.program(jit::Callback::redraw) == nullptr) return true;
  return beside.face && (!beside.is_asked || beside.face_from >= asked);
}

}  // namespace blink::server
