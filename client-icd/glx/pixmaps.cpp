// GLX: what an X client has painted into a pixmap becomes a texture (GLX_EXT_texture_from_pixmap).
//
// It is copied when it is bound: a program that wants to see what was painted since binds it again,
// as the extension asks of it.

#include <cstring>
#include <memory>
#include <vector>

#include "client-icd/entry_points.h"
#include "client-icd/glx/calls.h"

namespace blink::icd::glx {
namespace {

template <typename Function>
Function command(const char* name) {
  return reinterpret_cast<Function>(entry_point(name));
}

// While this lives, images are unpacked from plain rows in the program's memory.
class PlainUnpacking {
 public:
  PlainUnpacking() {
    for (Parameter& each : parameters_) {
      get_(each.name, &each.before);
      store_(each.name, each.plain);
    }
    get_(GL_PIXEL_UNPACK_BUFFER_BINDING, &buffer_);
    if (buffer_ != 0) bind_(GL_PIXEL_UNPACK_BUFFER, 0);
  }
  ~PlainUnpacking() {
    for (const Parameter& each : parameters_)
      store_(each.name, each.before);
    if (buffer_ != 0) bind_(GL_PIXEL_UNPACK_BUFFER, static_cast<gl::GLuint>(buffer_));
  }
  PlainUnpacking(const PlainUnpacking&) = delete;

 private:
  using Get = void (*)(gl::GLenum, gl::GLint*);
  using Store = void (*)(gl::GLenum, gl::GLint);
  using Bind = void (*)(gl::GLenum, gl::GLuint);
  const Get get_ = command<Get>("glGetIntegerv");
  const Store store_ = command<Store>("glPixelStorei");
  const Bind bind_ = command<Bind>("glBindBuffer");
  struct Parameter {
    gl::GLenum name;
    gl::GLint plain, before = 0;
  };
  Parameter parameters_[4] = {{GL_UNPACK_ALIGNMENT, 4},
                              {GL_UNPACK_ROW_LENGTH, 0},
                              {GL_UNPACK_SKIP_ROWS, 0},
                              {GL_UNPACK_SKIP_PIXELS, 0}};
  gl::GLint buffer_ = 0;
};

// Blue first, and four bytes each; empty: it cannot be read.
std::vector<std::uint32_t> pixels_of(Display* display, const Geometry& geometry) {
  const std::unique_ptr<XImage, void (*)(XImage*)> image(
      XGetImage(display, geometry.window, 0, 0, geometry.size.width, geometry.size.height,
                AllPlanes, ZPixmap),
      [](XImage* its) { XDestroyImage(its); });
  if (!image || image->bits_per_pixel != 32 || image->byte_order != LSBFirst) return {};
  const std::size_t width = geometry.size.width, height = geometry.size.height;
  std::vector<std::uint32_t> pixels(width * height);
  for (std::size_t y = 0; y < height; ++y)
    std::memcpy(&pixels[y * width],
                image->data + y * static_cast<std::size_t>(image->bytes_per_line), width * 4);
  return pixels;
}

}  // namespace

void bind_tex_image(Display* display, GLXDrawable drawable, int, const int*) {
  if (blink::icd::current == nullptr) return;
  Global::Texture texture;
  {
    const std::lock_guard lock(global().mutex);
    const auto found = global().textures.find(drawable);
    if (found == global().textures.end()) return;
    texture = found->second;
  }
  Geometry geometry;
  if (!geometry_of(display, drawable, &geometry)) return;
  const auto pixels = pixels_of(display, geometry);
  if (pixels.empty()) return;
  const PlainUnpacking plain;
  using TexImage = void (*)(gl::GLenum, gl::GLint, gl::GLint, gl::GLsizei, gl::GLsizei, gl::GLint,
                            gl::GLenum, gl::GLenum, const void*);
  const gl::GLenum format = texture.has_alpha ? GL_RGBA8 : GL_RGB8;
  command<TexImage>("glTexImage2D")(
      texture.is_rectangle ? GL_TEXTURE_RECTANGLE : GL_TEXTURE_2D, 0,
      static_cast<gl::GLint>(format), static_cast<gl::GLsizei>(geometry.size.width),
      static_cast<gl::GLsizei>(geometry.size.height), 0, GL_BGRA, GL_UNSIGNED_BYTE, pixels.data());
}

// The texture keeps its copy.
void release_tex_image(Display*, GLXDrawable, int) {}

}  // namespace blink::icd::glx
