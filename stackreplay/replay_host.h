// ReplayHost: what a replayed stream asks of the server around it: where it draws. The server
// implements it with surfaces beside the screen, tests with what they like.

#pragma once

#include <cstdint>
#include <functional>

#include "common/status.h"
#include "gl/generated/dispatch.h"
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

  // What a surface is drawn into.
  struct SurfaceImages {
    gl::GLuint colour = 0;  // a texture of two dimensions, GL_RGBA8
    gl::GLuint depth = 0;   // a renderbuffer, GL_DEPTH24_STENCIL8
    std::uint32_t width = 0, height = 0;
  };
  virtual Result<SurfaceImages> surface_images(std::uint32_t surface) = 0;
  // Does that in a context that has the same objects and whose state nobody minds: after all that
  // was replayed before, and before what comes.
  virtual Status beside(const std::function<void(const gl::Dispatch&)>& act) = 0;

  // An image of EGL's, of an object of the context that is current; one of the same number before
  // it ends. Returns what EGL says: an error, or EGL_SUCCESS. A host may have none.
  struct ImageSource {
    gl::GLenum target = 0;
    gl::GLuint name = 0;
    gl::GLint level = 0, layer = 0;
  };
  virtual Result<gl::GLenum> create_image(std::uint32_t, const ImageSource&) {
    return gl::GLenum{0x3003};  // EGL_BAD_ALLOC
  }
  virtual void destroy_image(std::uint32_t) {}
  // As the driver calls it; null: there is none.
  virtual void* find_image(std::uint32_t) { return nullptr; }
};

}  // namespace blink::stackreplay
