#include "server/renderer/gl_surface.h"

#include <string>

#include "gl/generated/enums.h"

namespace blink::server {

GlSurface::~GlSurface() {
  // The contexts' framebuffers end with them.
  if (!house_.make_current().is_ok()) return;
  const gl::Dispatch& gl = house_.gl();
  if (reader_ != 0) gl.DeleteFramebuffers(1, &reader_);
  if (colour_ != 0) gl.DeleteTextures(1, &colour_);
  if (depth_ != 0) gl.DeleteRenderbuffers(1, &depth_);
}

void GlSurface::set_size(std::uint32_t width, std::uint32_t height) {
  if (width == width_ && height == height_) return;
  width_ = width;
  height_ = height;
  has_image_ = false;
}

void GlSurface::forget(const EglContext& context) {
  const auto found = framebuffers_.find(&context);
  if (found == framebuffers_.end()) return;
  context.gl().DeleteFramebuffers(1, &found->second.name);
  framebuffers_.erase(found);
}

void GlSurface::attach(gl::GLenum target) const {
  house_.gl().FramebufferTexture2D(target, gl::GL_COLOR_ATTACHMENT0, gl::GL_TEXTURE_2D, colour_, 0);
}

// All of it black: a program must not see what was in that memory before.
Status GlSurface::make_image() {
  BLINK_TRY(house_.make_current());
  const gl::Dispatch& gl = house_.gl();
  while (gl.GetError() != gl::GL_NO_ERROR) {
  }
  const auto width = static_cast<gl::GLsizei>(width_), height = static_cast<gl::GLsizei>(height_);
  if (colour_ == 0) {
    gl.GenTextures(1, &colour_);
    gl.GenRenderbuffers(1, &depth_);
    gl.GenFramebuffers(1, &reader_);
    gl.BindFramebuffer(gl::GL_FRAMEBUFFER, reader_);
    gl.BindTexture(gl::GL_TEXTURE_2D, colour_);
    gl.TexParameteri(gl::GL_TEXTURE_2D, gl::GL_TEXTURE_MAX_LEVEL, 0);
  }
  gl.BindTexture(gl::GL_TEXTURE_2D, colour_);
  gl.TexImage2D(gl::GL_TEXTURE_2D, 0, gl::GL_RGBA8, width, height, 0, gl::GL_RGBA,
                gl::GL_UNSIGNED_BYTE, nullptr);
  gl.BindRenderbuffer(gl::GL_RENDERBUFFER, depth_);
  gl.RenderbufferStorage(gl::GL_RENDERBUFFER, gl::GL_DEPTH24_STENCIL8, width, height);
  gl.BindFramebuffer(gl::GL_FRAMEBUFFER, reader_);
  attach(gl::GL_FRAMEBUFFER);
  gl.FramebufferRenderbuffer(gl::GL_FRAMEBUFFER, gl::GL_DEPTH_STENCIL_ATTACHMENT,
                             gl::GL_RENDERBUFFER, depth_);
  gl.Clear(gl::GL_COLOR_BUFFER_BIT | gl::GL_DEPTH_BUFFER_BIT | gl::GL_STENCIL_BUFFER_BIT);
  if (const gl::GLenum error = gl.GetError(); error != gl::GL_NO_ERROR)
    return Status::system("the GL driver has no room for a program's window (error " +
                          std::to_string(error) + ")");
  ++images_;
  has_image_ = true;
  return {};
}

Result<gl::GLuint> GlSurface::bind(EglContext& context) {
  if (!has_image_) BLINK_TRY(make_image());
  BLINK_TRY(context.make_current());
  const gl::Dispatch& gl = context.gl();
  Framebuffer& framebuffer = framebuffers_[&context];
  if (framebuffer.name == 0) gl.GenFramebuffers(1, &framebuffer.name);
  gl.BindFramebuffer(gl::GL_FRAMEBUFFER, framebuffer.name);
  if (framebuffer.images == images_) return framebuffer.name;
  framebuffer.images = images_;
  attach(gl::GL_FRAMEBUFFER);
  gl.FramebufferRenderbuffer(gl::GL_FRAMEBUFFER, gl::GL_DEPTH_STENCIL_ATTACHMENT,
                             gl::GL_RENDERBUFFER, depth_);
  return framebuffer.name;
}

Status GlSurface::read(std::byte* to) {
  BLINK_TRY(house_.make_current());
  const gl::Dispatch& gl = house_.gl();
  gl.BindFramebuffer(gl::GL_FRAMEBUFFER, reader_);
  gl.ReadPixels(0, 0, static_cast<gl::GLsizei>(width_), static_cast<gl::GLsizei>(height_),
                gl::GL_RGBA, gl::GL_UNSIGNED_BYTE, to);
  if (const gl::GLenum error = gl.GetError(); error != gl::GL_NO_ERROR)
    return Status::system("the GL driver does not give a window's frame (error " +
                          std::to_string(error) + ")");
  return {};
}

}  // namespace blink::server
