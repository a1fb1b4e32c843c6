// A screen for tests: a framebuffer of a context of its own, read back as it would be shown.

#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "gl/generated/enums.h"
#include "server/screen/colour.h"
#include "server/screen/output_egl.h"
#include "server/screen/png_file.h"
#include "server/screen/scene.h"

namespace blink::server {

class GlScreen {
 public:
  GlScreen(std::uint32_t w, std::uint32_t h,
           EglContext::Profile profile = EglContext::Profile::core)
      : width(w), height(h) {
    auto opened = EglDisplay::open();
    EXPECT_TRUE(opened.is_ok()) << opened.status().text();
    auto created = EglContext::create(opened.take(), profile);
    EXPECT_TRUE(created.is_ok()) << created.status().text();
    context_ = created.take();
    EXPECT_TRUE(context_->make_current().is_ok());
    gl().GenRenderbuffers(1, &pixels_);
    gl().BindRenderbuffer(gl::GL_RENDERBUFFER, pixels_);
    gl().RenderbufferStorage(gl::GL_RENDERBUFFER, gl::GL_RGBA8, static_cast<gl::GLsizei>(width),
                             static_cast<gl::GLsizei>(height));
    gl().GenFramebuffers(1, &framebuffer_);
    gl().BindFramebuffer(gl::GL_FRAMEBUFFER, framebuffer_);
    gl().FramebufferRenderbuffer(gl::GL_FRAMEBUFFER, gl::GL_COLOR_ATTACHMENT0, gl::GL_RENDERBUFFER,
                                 pixels_);
  }

  const gl::Dispatch& gl() const { return context_->gl(); }
  gl::GLuint framebuffer() const { return framebuffer_; }

  // `rect` in pixels from the top left, as everywhere.
  void fill(Colour colour, Rect rect) {
    gl().Enable(gl::GL_SCISSOR_TEST);
    gl().Scissor(static_cast<int>(rect.x),
                 static_cast<int>(static_cast<float>(height) - rect.y - rect.height),
                 static_cast<int>(rect.width), static_cast<int>(rect.height));
    gl().ClearColor(colour.red, colour.green, colour.blue, 1);
    gl().Clear(gl::GL_COLOR_BUFFER_BIT);
    gl().Disable(gl::GL_SCISSOR_TEST);
  }
  void fill(Colour colour) {
    fill(colour, {0, 0, static_cast<float>(width), static_cast<float>(height)});
  }

  // Red, green, blue and alpha in the bytes of each, top row first.
  std::vector<std::uint32_t> read() const {
    std::vector<std::uint32_t> rows(std::size_t{width} * height), turned;
    gl().PixelStorei(gl::GL_PACK_ALIGNMENT, 4);
    gl().ReadPixels(0, 0, static_cast<gl::GLsizei>(width), static_cast<gl::GLsizei>(height),
                    gl::GL_RGBA, gl::GL_UNSIGNED_BYTE, rows.data());
    for (std::uint32_t y = height; y-- > 0;)
      turned.insert(turned.end(), rows.begin() + y * width, rows.begin() + (y + 1) * width);
    return turned;
  }

  void write_png(const std::string& path) const {
    const auto pixels = read();
    auto png = encode_png(std::as_bytes(std::span(pixels)), width, height);
    ASSERT_TRUE(png.is_ok());
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(png->data()), static_cast<long>(png->size()));
  }

  const std::uint32_t width, height;

 private:
  std::unique_ptr<EglContext> context_;
  gl::GLuint framebuffer_ = 0, pixels_ = 0;
};

}  // namespace blink::server
