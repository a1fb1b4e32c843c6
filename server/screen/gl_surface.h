// GlSurface: where an OpenGL program draws: the images that take turns as its window's back buffer,
// with the depth and the stencil that go with them.
//
// The textures belong to the session's share group, so that any of its contexts may draw here;
// framebuffer objects are not shared, so each context has one of its own. The compositor may still
// show an image drawn before: one that is in use is never drawn into.
//
// Threads: the session's own.

#pragma once

#include <array>
#include <map>
#include <memory>

#include "common/status.h"
#include "server/screen/output_egl.h"
#include "server/screen/picture_budget.h"
#include "server/screen/picture_source.h"

namespace blink::server {

class GlSurface {
 public:
  // `house` makes the textures: a context of the share group whose state nobody minds.
  GlSurface(EglContext& house, PictureBudget& budget) : house_(house), budget_(budget) {}
  ~GlSurface();
  GlSurface(const GlSurface&) = delete;

  // From the next frame on.
  void set_size(std::uint32_t width, std::uint32_t height);
  // Binds the framebuffer with the back buffer in `context`, which becomes current, and returns it.
  Result<gl::GLuint> bind(EglContext& context);
  // What was drawn, whole. The next bind() has another back buffer.
  std::shared_ptr<const PictureFace> swap();
  // The context ends: it is current.
  void forget(const EglContext& context);

 private:
  struct Buffer {
    gl::GLuint texture = 0;
    std::shared_ptr<const PictureFace> face;
  };
  static constexpr std::size_t buffers_max = 4;

  Result<Buffer*> free_buffer();
  Status make(Buffer& buffer);
  Status make_depth();
  void drop(Buffer& buffer);

  EglContext& house_;
  PictureBudget& budget_;
  std::uint32_t width_ = 1, height_ = 1;
  std::array<Buffer, buffers_max> buffers_;
  Buffer* back_ = nullptr;
  gl::GLuint depth_ = 0;
  std::uint32_t depth_width_ = 0, depth_height_ = 0;
  PictureBudget::Share depth_share_;
  std::map<const EglContext*, gl::GLuint> framebuffers_;
};

}  // namespace blink::server
