// Canvas: a framebuffer with a colour, depth and stencil of some size, as the screen and windows
// are drawn into.
//
// Threads: the context's, which is current.

#pragma once

#include "common/status.h"
#include "gl/generated/dispatch.h"
#include "server/screen/screen_size.h"

namespace blink::server {

class Canvas {
 public:
  explicit Canvas(const gl::Dispatch& gl) : gl_(gl) {}
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;
  ~Canvas();

  // Gives it this size, and leaves it bound. What was there is lost.
  Status shape(ScreenSize size);
  gl::GLuint framebuffer() const { return framebuffer_; }

 private:
  const gl::Dispatch& gl_;
  gl::GLuint framebuffer_ = 0;
  gl::GLuint colour_ = 0;
  gl::GLuint depth_ = 0;
};

}  // namespace blink::server
