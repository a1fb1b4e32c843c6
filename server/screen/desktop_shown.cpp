// Desktop: textures in windows: pictures that clients have painted themselves, and what was drawn
// beside the screen.

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include "gl/generated/enums.h"
#include "server/screen/desktop.h"

namespace blink::server {
namespace {

constexpr float margin = 48;  // of the screen, around a new picture

// In the middle of the room, and as large as fits.
Rect fitted(float width, float height, Rect room, float scale_max) {
  const float scale = std::min({scale_max, room.width / width, room.height / height});
  width = std::max(1.0f, std::round(width * scale));
  height = std::max(1.0f, std::round(height * scale));
  return {room.x + std::floor((room.width - width) / 2),
          room.y + std::floor((room.height - height) / 2), width, height};
}

}  // namespace

// What the client wishes; a picture is made smaller where it would not fit.
Rect Desktop::wish_of(const Window& window, const WindowShape& shape) const {
  const Rect wish{0, 0, static_cast<float>(shape.width), static_cast<float>(shape.height)};
  if (!window.shown.face) return wish;
  Rect room = stack_.monitors().main();
  room.width -= 2 * margin;
  room.height -= 2 * margin;
  return room.is_empty() ? wish : fitted(wish.width, wish.height, room, 1);
}

// It may have been painted for another size than the window has.
void Desktop::draw_shown(Window& window, const DrawTarget& target) {
  Shown& shown = window.shown;
  shown.is_news |= bind_new_face(shown);
  const auto width = static_cast<float>(shown.face->width);
  const auto height = static_cast<float>(shown.face->height);
  const Rect where = fitted(width, height, whole_of(target), std::numeric_limits<float>::max());
  draw_texture(shown.texture, where, Scene::FirstRow::upper, target);
}

// Whoever paints by this paints no more often than is seen, and rests while nothing is.
void Desktop::tell_of_shown() {
  blink_event_window letter{};
  letter.number[0] = std::bit_cast<std::uint32_t>(mode_.refresh_rate);
  for (WindowPlace* place : stack_.order()) {
    Window& window = window_of(place);
    if (!std::exchange(window.shown.is_news, false)) continue;
    tell_client(window.client.of, window.procedures.window(), BLINK_EVENT_SHOWN, letter,
                frame_time_);
  }
}

// The texture shows its face. Whether it did not before.
bool Desktop::bind_new_face(FaceTexture& its) {
  if (its.bound == its.face) return false;
  if (its.texture == 0) gl_.GenTextures(1, &its.texture);
  gl_.BindTexture(gl::GL_TEXTURE_2D, its.texture);
  its.face->image->bind_to_texture(gl_);
  set_picture_state();
  its.bound = its.face;
  return true;
}

// Of the texture that is bound.
void Desktop::set_picture_state() {
  gl_.TexParameteri(gl::GL_TEXTURE_2D, gl::GL_TEXTURE_MAX_LEVEL, 0);
  gl_.TexParameteri(gl::GL_TEXTURE_2D, gl::GL_TEXTURE_MIN_FILTER, gl::GL_LINEAR);
  gl_.TexParameteri(gl::GL_TEXTURE_2D, gl::GL_TEXTURE_WRAP_S, gl::GL_CLAMP_TO_EDGE);
  gl_.TexParameteri(gl::GL_TEXTURE_2D, gl::GL_TEXTURE_WRAP_T, gl::GL_CLAMP_TO_EDGE);
}

// `where` in the window, from its upper left: also what of it lies beside the screen is drawn.
void Desktop::draw_texture(gl::GLuint texture, Rect where, Scene::FirstRow first,
                           const DrawTarget& target) {
  const auto height = static_cast<gl::GLsizei>(where.height);
  gl_.Viewport(target.x + static_cast<gl::GLint>(where.x),
               target.y + target.height - static_cast<gl::GLint>(where.y) - height,
               static_cast<gl::GLsizei>(where.width), height);
  scene_.resume();
  scene_.draw_picture(texture, screen(), first);  // all of the viewport
  scene_.pause();
}

}  // namespace blink::server
