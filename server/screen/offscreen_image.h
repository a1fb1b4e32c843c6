// OffscreenImage: what procedures draw beside the screen.
//
// Other procedures may still show the image drawn before, so there are several, and one that is in
// use is never drawn into.
//
// Threads: the one where its context is current.

#pragma once

#include <array>
#include <memory>

#include "common/status.h"
#include "server/screen/output_egl.h"
#include "server/screen/picture_budget.h"
#include "server/screen/picture_source.h"

namespace blink::server {

class OffscreenImage {
 public:
  OffscreenImage(EglContext& context, PictureBudget& budget) : context_(context), budget_(budget) {}
  ~OffscreenImage();

  // Binds a framebuffer of that size, for drawing. Returns its name.
  Result<gl::GLuint> begin(std::uint32_t width, std::uint32_t height);
  void end();
  // What was drawn; others may look at it.
  const std::shared_ptr<const PictureFace>& face() const { return newest_; }
  // Copies it: rows of RGBA, as OpenGL has them, the lowest first.
  void read(std::byte* to) const;

 private:
  struct Buffer {
    gl::GLuint texture = 0;
    std::shared_ptr<const PictureFace> face;
  };
  static constexpr std::size_t buffers_max = 4;

  Result<Buffer*> free_buffer(std::uint32_t width, std::uint32_t height);
  Status make(Buffer& buffer, std::uint32_t width, std::uint32_t height);
  void drop(Buffer& buffer);

  EglContext& context_;
  PictureBudget& budget_;
  std::array<Buffer, buffers_max> buffers_;
  Buffer* drawn_ = nullptr;
  std::shared_ptr<const PictureFace> newest_;
  gl::GLuint framebuffer_ = 0;
  gl::GLuint depth_ = 0;
  std::uint32_t depth_width_ = 0, depth_height_ = 0;
  PictureBudget::Share depth_share_;
};

}  // namespace blink::server
