// Scene: draws the background and pictures into the bound framebuffer. Knows OpenGL, and nothing of
// sessions or threads. Row 0 of the framebuffer is the bottom of the screen, as everywhere in GL.

#pragma once

#include <cstdint>

#include "common/status.h"
#include "gl/generated/dispatch.h"
#include "server/screen/rect.h"

namespace blink::server {

class Scene {
 public:
  explicit Scene(const gl::Dispatch& gl) : gl_(gl) {}

  // Compiles the shaders; the context must be current, here and below.
  Status prepare();
  void release();

  // Of the screen, in pixels.
  void set_size(std::uint32_t width, std::uint32_t height);
  // Draws the background, and goes on drawing.
  void begin();
  // Between pause() and resume() the context is as GL makes it, for others to draw.
  void pause();
  void resume();
  // Its first row is the upper one, or the lower one of what GL has drawn into it.
  enum class FirstRow : std::uint8_t { upper, lower };
  void draw_picture(gl::GLuint texture, Rect where, FirstRow first = FirstRow::upper);

 private:
  enum class Kind : std::uint8_t { background, picture };
  void draw(Kind kind, Rect quad);

  const gl::Dispatch& gl_;
  gl::GLuint program_ = 0;
  gl::GLuint vertices_ = 0;
  gl::GLint screen_ = -1, quad_ = -1, kind_ = -1;
  float width_ = 0, height_ = 0;
};

}  // namespace blink::server
