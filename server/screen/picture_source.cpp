#include "server/screen/picture_source.h"

#include <chrono>
#include <thread>

#include <algorithm>

#include "common/limits.h"
#include "gl/generated/enums.h"

namespace blink::server {

bool PictureShape::fits(std::uint64_t bytes) const {
  const std::uint64_t row_bytes = std::uint64_t{width} * 4;
  return width > 0 && height > 0 && stride_bytes % 4 == 0 && stride_bytes >= row_bytes &&
         std::uint64_t{stride_bytes} * (height - 1) + row_bytes <= bytes;
}

RowRange RowRange::with(RowRange other) const {
  if (is_empty()) return other;
  if (other.is_empty()) return *this;
  return {std::min(begin, other.begin), std::max(end, other.end)};
}

PictureSource::~PictureSource() {
  for (Buffer& buffer : buffers_)
    drop(buffer);
}

void PictureSource::drop(Buffer& buffer) {
  if (buffer.texture != 0) context_.gl().DeleteTextures(1, &buffer.texture);
  buffer = {};
}

Status PictureSource::make(Buffer& buffer, const PictureShape& shape) {
  BLINK_ASSIGN(auto share, budget_.take(0, std::uint64_t{shape.width} * shape.height * 4));
  const gl::Dispatch& gl = context_.gl();
  while (gl.GetError() != gl::GL_NO_ERROR) {
  }
  gl.GenTextures(1, &buffer.texture);
  gl.BindTexture(gl::GL_TEXTURE_2D, buffer.texture);
  gl.TexParameteri(gl::GL_TEXTURE_2D, gl::GL_TEXTURE_MAX_LEVEL, 0);
  gl.TexImage2D(gl::GL_TEXTURE_2D, 0, gl::GL_RGBA8, static_cast<gl::GLsizei>(shape.width),
                static_cast<gl::GLsizei>(shape.height), 0, gl::GL_RGBA, gl::GL_UNSIGNED_BYTE,
                nullptr);
  if (const gl::GLenum error = gl.GetError(); error != gl::GL_NO_ERROR)
    return Status::system("the GL driver has no room for a picture (error " +
                          std::to_string(error) + ")");
  BLINK_ASSIGN(auto image, TextureImage::create(context_, buffer.texture));
  buffer.face = std::make_shared<PictureFace>(
      PictureFace{std::move(share), std::move(image), shape.width, shape.height});
  buffer.lacking = {0, shape.height};
  return {};
}

// A screen that is late may hold all of them for a moment: its session waits, and nobody else.
Result<PictureSource::Buffer*> PictureSource::take_free_buffer(const PictureShape& shape) {
  const auto end = std::chrono::steady_clock::now() + limits::free_texture_wait_max;
  for (;;) {
    BLINK_ASSIGN(Buffer * buffer, find_free_buffer(shape));
    if (buffer != nullptr) return buffer;
    if (std::chrono::steady_clock::now() >= end)
      return Status::system("every texture of the picture is being drawn");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

// Null: there is none.
Result<PictureSource::Buffer*> PictureSource::find_free_buffer(const PictureShape& shape) {
  Buffer* empty = nullptr;
  for (Buffer& buffer : buffers_) {
    if (&buffer == front_ || (buffer.face && buffer.face.use_count() > 1)) continue;
    if (buffer.face && buffer.face->width == shape.width && buffer.face->height == shape.height)
      return &buffer;
    drop(buffer);  // of another shape, or of none: what it holds is of no use any more
    empty = &buffer;
  }
  if (empty == nullptr) return empty;
  if (Status status = make(*empty, shape); !status.is_ok()) {
    drop(*empty);
    return status;
  }
  return empty;
}

Status PictureSource::upload(const PictureShape& shape, DriverPixels pixels,
                             std::optional<RowRange> changed) {
  CHECK(shape.fits(pixels.bytes));
  BLINK_ASSIGN(Buffer * buffer, take_free_buffer(shape));
  const RowRange all{0, shape.height};
  // Under another order or stride the same bytes are other pixels: all of them have changed.
  const bool same_shape = front_ && front_shape_ == shape;
  uploaded_changes_ = changed && same_shape ? *changed : all;
  const RowRange rows = same_shape ? buffer->lacking.with(uploaded_changes_) : all;
  uploaded_ = buffer;
  uploaded_shape_ = shape;
  buffer->lacking = all;  // until it is published: what follows may stop half-way
  if (rows.is_empty()) return {};

  const gl::Dispatch& gl = context_.gl();
  gl.BindTexture(gl::GL_TEXTURE_2D, buffer->texture);
  gl.PixelStorei(gl::GL_UNPACK_ROW_LENGTH, static_cast<gl::GLint>(shape.stride_bytes / 4));
  gl.TexSubImage2D(
      gl::GL_TEXTURE_2D, 0, 0, static_cast<gl::GLint>(rows.begin),
      static_cast<gl::GLsizei>(shape.width), static_cast<gl::GLsizei>(rows.end - rows.begin),
      shape.order == PixelOrder::rgbx ? gl::GL_RGBA : gl::GL_BGRA, gl::GL_UNSIGNED_BYTE,
      static_cast<const std::byte*>(pixels.address) +
          std::uint64_t{shape.stride_bytes} * rows.begin);
  // The compositor's context must see it whole; only this session waits.
  gl.Finish();
  if (const gl::GLenum error = gl.GetError(); error != gl::GL_NO_ERROR) {
    discard();
    return Status::system("the GL driver did not take a picture (error " + std::to_string(error) +
                          ")");
  }
  return {};
}

std::shared_ptr<const PictureFace> PictureSource::publish() {
  CHECK(uploaded_ != nullptr);
  for (Buffer& buffer : buffers_)
    if (&buffer != uploaded_) buffer.lacking = buffer.lacking.with(uploaded_changes_);
  front_ = std::exchange(uploaded_, nullptr);
  front_shape_ = uploaded_shape_;
  front_->lacking = {};
  return front_->face;
}

void PictureSource::discard() { uploaded_ = nullptr; }

}  // namespace blink::server
