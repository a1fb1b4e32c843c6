// GlSurface: where an OpenGL program draws: the image behind its window, with the depth and the
// stencil that go with it.
//
// They belong to the session's share group, so that any of its contexts may draw here; framebuffer
// objects are not shared, so each context has one of its own. A frame that is finished is copied
// out, so there is one image.
//
// Threads: the renderer's main thread.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

#include "common/status.h"
#include "server/screen/output_egl.h"

namespace blink::server {

class GlSurface {
 public:
  // `house` makes the images: a context of the share group whose state nobody minds.
  explicit GlSurface(EglContext& house) : house_(house) {}
  ~GlSurface();
  GlSurface(const GlSurface&) = delete;

  std::uint32_t width() const { return width_; }
  std::uint32_t height() const { return height_; }
  // What was drawn is lost.
  void set_size(std::uint32_t width, std::uint32_t height);
  // Binds the framebuffer with the image in `context`, which becomes current, and returns it.
  Result<gl::GLuint> bind(EglContext& context);
  // What it is drawn into: a texture and a renderbuffer, where there is an image.
  gl::GLuint colour() const { return colour_; }
  gl::GLuint depth() const { return depth_; }
  // Whether anything can have been drawn since the last size.
  bool has_image() const { return has_image_; }
  // Copies what all contexts have finished: rows of RGBA, as OpenGL has them, the lowest first. The
  // house becomes current.
  Status read(std::byte* to);
  // The context ends: it is current.
  void forget(const EglContext& context);

 private:
  struct Framebuffer {
    gl::GLuint name = 0;
    std::uint64_t images = 0;  // which was attached
  };
  Status make_image();
  void attach(gl::GLenum target) const;

  EglContext& house_;
  std::uint32_t width_ = 1, height_ = 1;
  bool has_image_ = false;
  std::uint64_t images_ = 0;  // made so far
  gl::GLuint colour_ = 0, depth_ = 0;
  gl::GLuint reader_ = 0;  // the house's framebuffer
  std::map<const EglContext*, Framebuffer> framebuffers_;
};

}  // namespace blink::server
