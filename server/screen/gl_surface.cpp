#include "server/screen/gl_surface.h"

#include <utility>

#include "gl/generated/enums.h"

namespace blink::server {
namespace {

constexpr std::uint64_t pixel_bytes = 4;  // of colour, and of depth with stencil

}  // namespace

GlSurface::~GlSurface() {
  // Framebuffers end with their contexts.
  if (!house_.make_current().is_ok()) return;
  for (Buffer& buffer : buffers_)
    drop(buffer);
  if (depth_ != 0) house_.gl().DeleteRenderbuffers(1, &depth_);
}

void GlSurface::set_size(std::uint32_t width, std::uint32_t height) {
  if (width == width_ && height == height_) return;
  width_ = width;
  height_ = height;
  back_ = nullptr;
}

void GlSurface::forget(const EglContext& context) {
  const auto found = framebuffers_.find(&context);
  if (found == framebuffers_.end()) return;
  context.gl().DeleteFramebuffers(1, &found->second);
  framebuffers_.erase(found);
}

void GlSurface::drop(Buffer& buffer) {
  if (buffer.texture != 0) house_.gl().DeleteTextures(1, &buffer.texture);
  buffer = {};
}

// All of it black: a program must not see what was in that memory before.
Status GlSurface::make(Buffer& buffer) {
  BLINK_ASSIGN(auto share, budget_.take(0, std::uint64_t{width_} * height_ * pixel_bytes));
  const gl::Dispatch& gl = house_.gl();
  gl.GenTextures(1, &buffer.texture);
  gl.BindTexture(gl::GL_TEXTURE_2D, buffer.texture);
  gl.TexParameteri(gl::GL_TEXTURE_2D, gl::GL_TEXTURE_MAX_LEVEL, 0);
  gl.TexImage2D(gl::GL_TEXTURE_2D, 0, gl::GL_RGBA8, static_cast<gl::GLsizei>(width_),
                static_cast<gl::GLsizei>(height_), 0, gl::GL_RGBA, gl::GL_UNSIGNED_BYTE, nullptr);
  gl.BindTexture(gl::GL_TEXTURE_2D, 0);
  gl::GLuint framebuffer = 0;
  gl.GenFramebuffers(1, &framebuffer);
  gl.BindFramebuffer(gl::GL_FRAMEBUFFER, framebuffer);
  gl.FramebufferTexture2D(gl::GL_FRAMEBUFFER, gl::GL_COLOR_ATTACHMENT0, gl::GL_TEXTURE_2D,
                          buffer.texture, 0);
  gl.Clear(gl::GL_COLOR_BUFFER_BIT);
  gl.DeleteFramebuffers(1, &framebuffer);
  if (const gl::GLenum error = gl.GetError(); error != gl::GL_NO_ERROR)
    return Status::system("the GL driver has no room for a program's window (error " +
                          std::to_string(error) + ")");
  BLINK_ASSIGN(auto image, TextureImage::create(house_, buffer.texture));
  buffer.face = std::make_shared<PictureFace>(
      PictureFace{std::move(share), std::move(image), width_, height_});
  return {};
}

Status GlSurface::make_depth() {
  const gl::Dispatch& gl = house_.gl();
  depth_share_ = {};
  BLINK_ASSIGN(depth_share_, budget_.take(0, std::uint64_t{width_} * height_ * pixel_bytes));
  if (depth_ == 0) gl.GenRenderbuffers(1, &depth_);
  gl.BindRenderbuffer(gl::GL_RENDERBUFFER, depth_);
  gl.RenderbufferStorage(gl::GL_RENDERBUFFER, gl::GL_DEPTH24_STENCIL8,
                         static_cast<gl::GLsizei>(width_), static_cast<gl::GLsizei>(height_));
  gl.BindRenderbuffer(gl::GL_RENDERBUFFER, 0);
  depth_width_ = width_;
  depth_height_ = height_;
  return {};
}

Result<GlSurface::Buffer*> GlSurface::free_buffer() {
  Buffer* empty = nullptr;
  for (Buffer& buffer : buffers_) {
    if (buffer.face && buffer.face.use_count() > 1) continue;
    if (buffer.face && buffer.face->width == width_ && buffer.face->height == height_)
      return &buffer;
    empty = &buffer;
  }
  if (empty == nullptr) return Status::system("every image of the window is being shown");
  BLINK_TRY(house_.make_current());
  const gl::Dispatch& gl = house_.gl();
  while (gl.GetError() != gl::GL_NO_ERROR) {
  }
  drop(*empty);
  if (Status status = make(*empty); !status.is_ok()) {
    drop(*empty);
    return status;
  }
  return empty;
}

Result<gl::GLuint> GlSurface::bind(EglContext& context) {
  if (back_ == nullptr) {
    BLINK_ASSIGN(back_, free_buffer());
    if (depth_width_ != width_ || depth_height_ != height_) {
      BLINK_TRY(house_.make_current());
      BLINK_TRY(make_depth());
    }
  }
  BLINK_TRY(context.make_current());
  const gl::Dispatch& gl = context.gl();
  gl::GLuint& framebuffer = framebuffers_[&context];
  const bool is_new = framebuffer == 0;
  if (is_new) gl.GenFramebuffers(1, &framebuffer);
  gl.BindFramebuffer(gl::GL_FRAMEBUFFER, framebuffer);
  gl.FramebufferTexture2D(gl::GL_FRAMEBUFFER, gl::GL_COLOR_ATTACHMENT0, gl::GL_TEXTURE_2D,
                          back_->texture, 0);
  if (is_new)
    gl.FramebufferRenderbuffer(gl::GL_FRAMEBUFFER, gl::GL_DEPTH_STENCIL_ATTACHMENT,
                               gl::GL_RENDERBUFFER, depth_);
  return framebuffer;
}

std::shared_ptr<const PictureFace> GlSurface::swap() {
  // The compositor's context must see it whole; only this session waits.
  house_.gl().Finish();
  if (back_ == nullptr) return nullptr;
  return std::exchange(back_, nullptr)->face;
}

}  // namespace blink::server
