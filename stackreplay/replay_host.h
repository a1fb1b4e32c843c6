// ReplayHost: what a replayed stream asks of the server around it: where it draws. The server
// implements it with surfaces beside the screen, tests with what they like.

#pragma once

#include <cstdint>

#include "common/status.h"
#include "gl/types.h"

namespace blink::stackreplay {

class ReplayHost {
 public:
  virtual ~ReplayHost() = default;

  // There is a surface of that name, of that size from its next frame on.
  virtual Status set_surface(std::uint32_t surface, std::uint32_t width, std::uint32_t height) = 0;
  virtual Status drop_surface(std::uint32_t surface) = 0;
  // The driver's framebuffer where the context that is current draws when it draws to this surface;
  // 0 for surface 0. Leaves it bound.
  virtual Result<gl::GLuint> framebuffer(std::uint32_t surface) = 0;
  // What was drawn to the surface is what the window shows; the next frame is drawn beside it, into
  // framebuffer() as it is then.
  virtual Status swap(std::uint32_t surface, std::uint32_t window) = 0;
};

}  // namespace blink::stackreplay
