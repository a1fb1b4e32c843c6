#include "stackreplay/contents.h"

#include <algorithm>

#include "common/limits.h"
#include "gl/generated/enums.h"
#include "gl/image_size.h"

namespace blink::stackreplay {

using namespace gl;

namespace {

// Where an image is attached to a framebuffer, and what of it is copied.
struct Aspect {
  GLenum attachment;
  GLbitfield mask;
};
Aspect aspect_of(GLenum format) {
  switch (format) {
    case GL_DEPTH_COMPONENT: return {GL_DEPTH_ATTACHMENT, GL_DEPTH_BUFFER_BIT};
    case GL_STENCIL_INDEX: return {GL_STENCIL_ATTACHMENT, GL_STENCIL_BUFFER_BIT};
    case GL_DEPTH_STENCIL:
      return {GL_DEPTH_STENCIL_ATTACHMENT, GL_DEPTH_BUFFER_BIT | GL_STENCIL_BUFFER_BIT};
    default: return {GL_COLOR_ATTACHMENT0, GL_COLOR_BUFFER_BIT};
  }
}

bool is_face(GLenum target) { return target - GL_TEXTURE_CUBE_MAP_POSITIVE_X < 6; }
bool is_multisampled(GLenum target) {
  return target == GL_TEXTURE_2D_MULTISAMPLE || target == GL_TEXTURE_2D_MULTISAMPLE_ARRAY;
}
bool has_layers(GLenum target) { return target == GL_TEXTURE_2D_MULTISAMPLE_ARRAY; }

GLsizei length(std::uint32_t size) { return static_cast<GLsizei>(size); }

void forget_errors(const Dispatch& gl) {
  for (int i = 0; i < 16 && gl.GetError() != GL_NO_ERROR; ++i)
    ;
}

// Pixels lie tightly while this is there.
class TightPixels {
 public:
  explicit TightPixels(const Dispatch& gl) : gl_(gl) { set(1); }
  ~TightPixels() { set(4); }
  TightPixels(const TightPixels&) = delete;

 private:
  void set(GLint alignment) const {
    gl_.PixelStorei(GL_PACK_ALIGNMENT, alignment);
    gl_.PixelStorei(GL_UNPACK_ALIGNMENT, alignment);
  }
  const Dispatch& gl_;
};

// A texture that is bound while this is there.
class BoundTexture {
 public:
  BoundTexture(const Dispatch& gl, GLenum target, GLuint name)
      : gl_(gl), target_(is_face(target) ? GLenum{GL_TEXTURE_CUBE_MAP} : target) {
    gl_.BindTexture(target_, name);
  }
  ~BoundTexture() { gl_.BindTexture(target_, 0); }
  BoundTexture(const BoundTexture&) = delete;

  GLint of_level(GLenum face, GLint level, GLenum what) const {
    GLint value = 0;
    gl_.GetTexLevelParameteriv(face, level, what, &value);
    return value;
  }

 private:
  const Dispatch& gl_;
  const GLenum target_;
};

// A framebuffer of one image.
class Frame {
 public:
  Frame(const Dispatch& gl, GLenum target, Aspect aspect)
      : gl_(gl), target_(target), aspect_(aspect) {
    gl_.GenFramebuffers(1, &name_);
    gl_.BindFramebuffer(target_, name_);
    if (aspect_.attachment == GL_COLOR_ATTACHMENT0) return;
    if (target_ == GL_READ_FRAMEBUFFER)
      gl_.ReadBuffer(GL_NONE);
    else
      gl_.DrawBuffer(GL_NONE);
  }
  ~Frame() {
    gl_.BindFramebuffer(target_, 0);
    gl_.DeleteFramebuffers(1, &name_);
  }
  Frame(const Frame&) = delete;

  void attach_renderbuffer(GLuint name) const {
    gl_.FramebufferRenderbuffer(target_, aspect_.attachment, GL_RENDERBUFFER, name);
  }
  void attach_texture(GLenum target, GLuint name, GLint level, GLint layer) const {
    if (has_layers(target))
      gl_.FramebufferTextureLayer(target_, aspect_.attachment, name, level, layer);
    else
      gl_.FramebufferTexture2D(target_, aspect_.attachment, target, name, level);
  }
  bool is_complete() const {
    return gl_.CheckFramebufferStatus(target_) == GL_FRAMEBUFFER_COMPLETE;
  }

 private:
  const Dispatch& gl_;
  const GLenum target_;
  const Aspect aspect_;
  GLuint name_ = 0;
};

// An image that no command reads or writes as pixels: a renderbuffer, or one with many samples. Its
// pixels go by way of one of the same format that has one sample.
class Image {
 public:
  Image(const Dispatch& gl, const WireContent& content, GLuint name)
      : gl_(gl), content_(content), name_(name), aspect_(aspect_of(content.format)) {
    if (is_texture()) {
      const BoundTexture bound(gl, content.target, name);
      const auto level = static_cast<GLint>(content.level);
      internal_ = bound.of_level(content.target, level, GL_TEXTURE_INTERNAL_FORMAT);
      samples_ = bound.of_level(content.target, level, GL_TEXTURE_SAMPLES);
      width_ = bound.of_level(content.target, level, GL_TEXTURE_WIDTH);
      height_ = bound.of_level(content.target, level, GL_TEXTURE_HEIGHT);
      if (has_layers(content.target))
        layers_ = bound.of_level(content.target, level, GL_TEXTURE_DEPTH);
    } else {
      gl.BindRenderbuffer(GL_RENDERBUFFER, name);
      internal_ = of_renderbuffer(GL_RENDERBUFFER_INTERNAL_FORMAT);
      samples_ = of_renderbuffer(GL_RENDERBUFFER_SAMPLES);
      width_ = of_renderbuffer(GL_RENDERBUFFER_WIDTH);
      height_ = of_renderbuffer(GL_RENDERBUFFER_HEIGHT);
      gl.BindRenderbuffer(GL_RENDERBUFFER, 0);
    }
  }

  bool is_of_that_size() const {
    return width_ == length(content_.size[0]) && height_ == length(content_.size[1]) &&
           layers_ == length(content_.size[2]);
  }

  bool read(std::span<std::byte> to) const {
    const std::size_t layer_bytes = to.size() / content_.size[2];
    for (GLint layer = 0; layer < layers_; ++layer)
      if (!read_layer(layer, to.data() + layer_bytes * static_cast<std::size_t>(layer)))
        return false;
    return true;
  }
  bool write(std::span<const std::byte> from) const {
    const std::size_t layer_bytes = from.size() / content_.size[2];
    for (GLint layer = 0; layer < layers_; ++layer)
      if (!write_layer(layer, from.data() + layer_bytes * static_cast<std::size_t>(layer)))
        return false;
    return true;
  }

 private:
  bool is_texture() const { return content_.of == WireContentOf::texture; }
  GLint of_renderbuffer(GLenum what) const {
    GLint value = 0;
    gl_.GetRenderbufferParameteriv(GL_RENDERBUFFER, what, &value);
    return value;
  }
  void attach(const Frame& frame, GLint layer) const {
    if (is_texture())
      frame.attach_texture(content_.target, name_, static_cast<GLint>(content_.level), layer);
    else
      frame.attach_renderbuffer(name_);
  }
  void blit() const {
    gl_.BlitFramebuffer(0, 0, width_, height_, 0, 0, width_, height_, aspect_.mask, GL_NEAREST);
  }

  bool read_layer(GLint layer, std::byte* to) const {
    const Frame from(gl_, GL_READ_FRAMEBUFFER, aspect_);
    attach(from, layer);
    if (!from.is_complete()) return false;
    if (samples_ <= 1) return read_frame(to);
    GLuint plain = 0;
    gl_.GenRenderbuffers(1, &plain);
    gl_.BindRenderbuffer(GL_RENDERBUFFER, plain);
    gl_.RenderbufferStorage(GL_RENDERBUFFER, static_cast<GLenum>(internal_), width_, height_);
    gl_.BindRenderbuffer(GL_RENDERBUFFER, 0);
    bool is_read = false;
    {
      const Frame resolved(gl_, GL_DRAW_FRAMEBUFFER, aspect_);
      resolved.attach_renderbuffer(plain);
      if (resolved.is_complete()) {
        blit();
        const Frame reader(gl_, GL_READ_FRAMEBUFFER, aspect_);
        reader.attach_renderbuffer(plain);
        is_read = read_frame(to);
      }
    }
    gl_.DeleteRenderbuffers(1, &plain);
    return is_read;
  }
  bool read_frame(std::byte* to) const {
    gl_.ReadPixels(0, 0, width_, height_, content_.format, content_.type, to);
    return gl_.GetError() == GL_NO_ERROR;
  }

  bool write_layer(GLint layer, const std::byte* from) const {
    GLuint plain = 0;
    gl_.GenTextures(1, &plain);
    bool is_written = false;
    {
      const BoundTexture bound(gl_, GL_TEXTURE_2D, plain);
      gl_.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAX_LEVEL, 0);
      gl_.TexImage2D(GL_TEXTURE_2D, 0, internal_, width_, height_, 0, content_.format,
                     content_.type, from);
      const Frame source(gl_, GL_READ_FRAMEBUFFER, aspect_), to(gl_, GL_DRAW_FRAMEBUFFER, aspect_);
      source.attach_texture(GL_TEXTURE_2D, plain, 0, 0);
      attach(to, layer);
      if (source.is_complete() && to.is_complete()) {
        blit();
        is_written = gl_.GetError() == GL_NO_ERROR;
      }
    }
    gl_.DeleteTextures(1, &plain);
    return is_written;
  }

  const Dispatch& gl_;
  const WireContent& content_;
  const GLuint name_;
  const Aspect aspect_;
  GLint internal_ = 0, samples_ = 0, width_ = 0, height_ = 0, layers_ = 1;
};

bool is_plain_texture(const WireContent& content) {
  return content.of == WireContentOf::texture && !is_multisampled(content.target);
}

bool has_level(const BoundTexture& bound, const WireContent& content) {
  const auto level = static_cast<GLint>(content.level);
  constexpr GLenum names[] = {GL_TEXTURE_WIDTH, GL_TEXTURE_HEIGHT, GL_TEXTURE_DEPTH};
  for (int i = 0; i < 3; ++i)
    if (bound.of_level(content.target, level, names[i]) != length(content.size[i])) return false;
  return bound.of_level(content.target, level, GL_TEXTURE_COMPRESSED) == 0;
}

void write_texture(const Dispatch& gl, const WireContent& content, const std::byte* from) {
  const auto level = static_cast<GLint>(content.level);
  const auto [width, height, depth] = content.size;
  switch (content.target) {
    case GL_TEXTURE_1D:
      gl.TexSubImage1D(content.target, level, 0, length(width), content.format, content.type, from);
      return;
    case GL_TEXTURE_3D:
    case GL_TEXTURE_2D_ARRAY:
    case GL_TEXTURE_CUBE_MAP_ARRAY:
      gl.TexSubImage3D(content.target, level, 0, 0, 0, length(width), length(height), length(depth),
                       content.format, content.type, from);
      return;
    default:
      gl.TexSubImage2D(content.target, level, 0, 0, length(width), length(height), content.format,
                       content.type, from);
  }
}

}  // namespace

std::optional<std::uint64_t> content_bytes(const WireContent& content) {
  std::optional<std::uint64_t> bytes;
  if (content.of == WireContentOf::buffer) {
    bytes = content.buffer_bytes();
  } else if (std::ranges::all_of(content.size, [](std::uint32_t side) { return side != 0; })) {
    Unpacking tight;
    tight.alignment = 1;
    bytes = image_bytes(tight, content.format, content.type, content.size[0], content.size[1],
                        content.size[2]);
  }
  if (bytes && (*bytes == 0 || *bytes > limits::replayed_image_bytes_max)) return std::nullopt;
  return bytes;
}

bool read_content(const Dispatch& gl, const WireContent& content, GLuint name,
                  std::span<std::byte> to) {
  forget_errors(gl);
  const TightPixels tight(gl);
  if (content.of == WireContentOf::buffer) {
    GLint64 bytes = 0;
    gl.BindBuffer(GL_COPY_READ_BUFFER, name);
    gl.GetBufferParameteri64v(GL_COPY_READ_BUFFER, GL_BUFFER_SIZE, &bytes);
    const bool fits = static_cast<std::uint64_t>(bytes) == to.size();
    if (fits)
      gl.GetBufferSubData(GL_COPY_READ_BUFFER, 0, static_cast<GLsizeiptr>(to.size()), to.data());
    gl.BindBuffer(GL_COPY_READ_BUFFER, 0);
    return fits && gl.GetError() == GL_NO_ERROR;
  }
  if (!is_plain_texture(content)) {
    const Image image(gl, content, name);
    return image.is_of_that_size() && image.read(to);
  }
  const BoundTexture bound(gl, content.target, name);
  if (gl.GetError() != GL_NO_ERROR || !has_level(bound, content)) return false;
  gl.GetTexImage(content.target, static_cast<GLint>(content.level), content.format, content.type,
                 to.data());
  return gl.GetError() == GL_NO_ERROR;
}

bool write_content(const Dispatch& gl, const WireContent& content, GLuint name,
                   std::span<const std::byte> from) {
  forget_errors(gl);
  const TightPixels tight(gl);
  if (!is_plain_texture(content)) {
    const Image image(gl, content, name);
    return image.is_of_that_size() && image.write(from);
  }
  const BoundTexture bound(gl, content.target, name);
  if (gl.GetError() != GL_NO_ERROR || !has_level(bound, content)) return false;
  write_texture(gl, content, from.data());
  return gl.GetError() == GL_NO_ERROR;
}

}  // namespace blink::stackreplay
