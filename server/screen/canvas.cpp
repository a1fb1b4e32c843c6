#include "server/screen/canvas.h"

#include "gl/generated/enums.h"

namespace blink::server {

Canvas::~Canvas() {
  if (framebuffer_ == 0) return;
  gl_.DeleteRenderbuffers(1, &depth_);
  gl_.DeleteFramebuffers(1, &framebuffer_);
  gl_.DeleteTextures(1, &colour_);
}

Status Canvas::shape(ScreenSize size) {
  if (framebuffer_ == 0) {
    gl_.GenTextures(1, &colour_);
    gl_.GenFramebuffers(1, &framebuffer_);
    gl_.GenRenderbuffers(1, &depth_);
  }
  const auto width = static_cast<gl::GLsizei>(size.width);
  const auto height = static_cast<gl::GLsizei>(size.height);
  gl_.BindTexture(gl::GL_TEXTURE_2D, colour_);
  gl_.TexImage2D(gl::GL_TEXTURE_2D, 0, gl::GL_RGBA8, width, height, 0, gl::GL_RGBA,
                 gl::GL_UNSIGNED_BYTE, nullptr);
  gl_.BindFramebuffer(gl::GL_FRAMEBUFFER, framebuffer_);
  gl_.FramebufferTexture2D(gl::GL_FRAMEBUFFER, gl::GL_COLOR_ATTACHMENT0, gl::GL_TEXTURE_2D, colour_,
                           0);
  gl_.BindRenderbuffer(gl::GL_RENDERBUFFER, depth_);
  gl_.RenderbufferStorage(gl::GL_RENDERBUFFER, gl::GL_DEPTH24_STENCIL8, width, height);
  gl_.FramebufferRenderbuffer(gl::GL_FRAMEBUFFER, gl::GL_DEPTH_STENCIL_ATTACHMENT,
                              gl::GL_RENDERBUFFER, depth_);
  gl_.BindTexture(gl::GL_TEXTURE_2D, 0);
  gl_.BindRenderbuffer(gl::GL_RENDERBUFFER, 0);
  if (gl_.CheckFramebufferStatus(gl::GL_FRAMEBUFFER) != gl::GL_FRAMEBUFFER_COMPLETE)
    return Status::system("the GL driver has no framebuffer of the size " +
                          std::to_string(size.width) + "x" + std::to_string(size.height));
  return {};
}

}  // namespace blink::server
