#include "server/screen/offscreen_image.h"

#include <utility>

#include "gl/generated/enums.h"

namespace blink::server {
namespace {

constexpr std::uint64_t pixel_bytes = 4;  // of colour, and of depth with stencil

}  // namespace

OffscreenImage::~OffscreenImage() {
  for (Buffer& buffer : buffers_)
    drop(buffer);
  const gl::Dispatch& gl = context_.gl();
  if (framebuffer_ != 0) gl.DeleteFramebuffers(1, &framebuffer_);
  if (depth_ != 0) gl.DeleteRenderbuffers(1, &depth_);
}

void OffscreenImage::drop(Buffer& buffer) {
  if (buffer.texture != 0) context_.gl().DeleteTextures(1, &buffer.texture);
  buffer = {};
}

Status OffscreenImage::make(Buffer& buffer, std::uint32_t width, std::uint32_t height) {
  BLINK_ASSIGN(auto share, budget_.take(0, std::uint64_t{width} * height * pixel_bytes));
  const gl::Dispatch& gl = context_.gl();
  gl.GenTextures(1, &buffer.texture);
  gl.BindTexture(gl::GL_TEXTURE_2D, buffer.texture);
  gl.TexParameteri(gl::GL_TEXTURE_2D, gl::GL_TEXTURE_MAX_LEVEL, 0);
  gl.TexImage2D(gl::GL_TEXTURE_2D, 0, gl::GL_RGBA8, static_cast<gl::GLsizei>(width),
                static_cast<gl::GLsizei>(height), 0, gl::GL_RGBA, gl::GL_UNSIGNED_BYTE, nullptr);
  gl.BindTexture(gl::GL_TEXTURE_2D, 0);
  if (const gl::GLenum error = gl.GetError(); error != gl::GL_NO_ERROR)
    return Status::system("the GL driver has no room for a window's image (error " +
                          std::to_string(error) + ")");
  BLINK_ASSIGN(auto image, TextureImage::create(context_, buffer.texture));
  buffer.face =
      std::make_shared<PictureFace>(PictureFace{std::move(share), std::move(image), width, height});
  return {};
}

Result<OffscreenImage::Buffer*> OffscreenImage::free_buffer(std::uint32_t width,
                                                            std::uint32_t height) {
  Buffer* empty = nullptr;
  for (Buffer& buffer : buffers_) {
    if (buffer.face && buffer.face.use_count() > 1) continue;
    if (buffer.face && buffer.face->width == width && buffer.face->height == height) return &buffer;
    drop(buffer);
    empty = &buffer;
  }
  if (empty == nullptr) return Status::system("every image of the window is being shown");
  if (Status status = make(*empty, width, height); !status.is_ok()) {
    drop(*empty);
    return status;
  }
  return empty;
}

Result<gl::GLuint> OffscreenImage::begin(std::uint32_t width, std::uint32_t height) {
  const gl::Dispatch& gl = context_.gl();
  while (gl.GetError() != gl::GL_NO_ERROR) {
  }
  BLINK_ASSIGN(drawn_, free_buffer(width, height));
  if (framebuffer_ == 0) gl.GenFramebuffers(1, &framebuffer_);
  if (depth_ == 0) gl.GenRenderbuffers(1, &depth_);
  if (depth_width_ != width || depth_height_ != height) {
    depth_share_ = {};
    BLINK_ASSIGN(depth_share_, budget_.take(0, std::uint64_t{width} * height * pixel_bytes));
    gl.BindRenderbuffer(gl::GL_RENDERBUFFER, depth_);
    gl.RenderbufferStorage(gl::GL_RENDERBUFFER, gl::GL_DEPTH24_STENCIL8,
                           static_cast<gl::GLsizei>(width), static_cast<gl::GLsizei>(height));
    gl.BindRenderbuffer(gl::GL_RENDERBUFFER, 0);
    depth_width_ = width;
    depth_height_ = height;
  }
  gl.BindFramebuffer(gl::GL_FRAMEBUFFER, framebuffer_);
  gl.FramebufferTexture2D(gl::GL_FRAMEBUFFER, gl::GL_COLOR_ATTACHMENT0, gl::GL_TEXTURE_2D,
                          drawn_->texture, 0);
  gl.FramebufferRenderbuffer(gl::GL_FRAMEBUFFER, gl::GL_DEPTH_STENCIL_ATTACHMENT,
                             gl::GL_RENDERBUFFER, depth_);
  if (gl.CheckFramebufferStatus(gl::GL_FRAMEBUFFER) != gl::GL_FRAMEBUFFER_COMPLETE)
    return Status::system("the GL driver has no framebuffer of the window's size");
  return framebuffer_;
}

void OffscreenImage::end() {
  CHECK(drawn_ != nullptr);
  newest_ = std::exchange(drawn_, nullptr)->face;
}

void OffscreenImage::read(std::byte* to) const {
  const gl::Dispatch& gl = context_.gl();
  gl.BindFramebuffer(gl::GL_FRAMEBUFFER, framebuffer_);
  gl.ReadPixels(0, 0, static_cast<gl::GLsizei>(newest_->width),
                static_cast<gl::GLsizei>(newest_->height), gl::GL_RGBA, gl::GL_UNSIGNED_BYTE, to);
  gl.BindFramebuffer(gl::GL_FRAMEBUFFER, 0);
}

}  // namespace blink::server
