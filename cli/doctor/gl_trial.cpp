#include "cli/doctor/gl_trial.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace blink::doctor {
namespace {

using GlEnum = std::uint32_t;

constexpr GlEnum gl_vendor = 0x1F00;
constexpr GlEnum gl_renderer = 0x1F01;
constexpr GlEnum gl_version = 0x1F02;
constexpr GlEnum gl_texture_2d = 0x0DE1;
constexpr GlEnum gl_texture_min_filter = 0x2801;
constexpr std::int32_t gl_nearest = 0x2600;
constexpr GlEnum gl_rgba8 = 0x8058;
constexpr GlEnum gl_rgba = 0x1908;
constexpr GlEnum gl_unsigned_byte = 0x1401;
constexpr GlEnum gl_framebuffer = 0x8D40;
constexpr GlEnum gl_color_attachment_0 = 0x8CE0;
constexpr GlEnum gl_framebuffer_complete = 0x8CD5;
constexpr GlEnum gl_color_buffer_bit = 0x4000;

constexpr std::int32_t side = 8;
// 51, 102, 204, 255 in bytes.
constexpr std::array<float, 4> color = {0.2f, 0.4f, 0.8f, 1.0f};

// The functions of whichever context is current.
struct Gl {
  void (*gen_textures)(std::int32_t, std::uint32_t*);
  void (*bind_texture)(GlEnum, std::uint32_t);
  void (*tex_parameter)(GlEnum, GlEnum, std::int32_t);
  void (*tex_image)(GlEnum, std::int32_t, std::int32_t, std::int32_t, std::int32_t, std::int32_t,
                    GlEnum, GlEnum, const void*);
  void (*gen_framebuffers)(std::int32_t, std::uint32_t*);
  void (*bind_framebuffer)(GlEnum, std::uint32_t);
  void (*framebuffer_texture)(GlEnum, GlEnum, GlEnum, std::uint32_t, std::int32_t);
  GlEnum (*check_framebuffer)(GlEnum);
  void (*clear_color)(float, float, float, float);
  void (*clear)(GlEnum);
  void (*read_pixels)(std::int32_t, std::int32_t, std::int32_t, std::int32_t, GlEnum, GlEnum,
                      void*);
  void (*flush)();
  GlEnum (*get_error)();
  void (*image_target)(GlEnum, egl::Image);  // GL_OES_EGL_image; may be null
};

template <typename F>
bool find(const egl::Api& api, const char* name, F& function) {
  function = reinterpret_cast<F>(api.get_proc_address(name));
  return function != nullptr;
}

Result<Gl> load_gl(const egl::Api& api) {
  Gl gl{};
  const bool is_complete =
      find(api, "glGenTextures", gl.gen_textures) && find(api, "glBindTexture", gl.bind_texture) &&
      find(api, "glTexParameteri", gl.tex_parameter) && find(api, "glTexImage2D", gl.tex_image) &&
      find(api, "glGenFramebuffers", gl.gen_framebuffers) &&
      find(api, "glBindFramebuffer", gl.bind_framebuffer) &&
      find(api, "glFramebufferTexture2D", gl.framebuffer_texture) &&
      find(api, "glCheckFramebufferStatus", gl.check_framebuffer) &&
      find(api, "glClearColor", gl.clear_color) && find(api, "glClear", gl.clear) &&
      find(api, "glReadPixels", gl.read_pixels) && find(api, "glFlush", gl.flush) &&
      find(api, "glGetError", gl.get_error);
  if (!is_complete) return Status::system("functions of OpenGL 3.0 are missing");
  find(api, "glEGLImageTargetTexture2DOES", gl.image_target);
  return gl;
}

Status bind_target(const Gl& gl, std::uint32_t texture) {
  std::uint32_t framebuffer = 0;
  gl.gen_framebuffers(1, &framebuffer);
  gl.bind_framebuffer(gl_framebuffer, framebuffer);
  gl.framebuffer_texture(gl_framebuffer, gl_color_attachment_0, gl_texture_2d, texture, 0);
  if (gl.check_framebuffer(gl_framebuffer) != gl_framebuffer_complete)
    return Status::system("a texture cannot be drawn into");
  return Status::ok();
}

Result<std::uint32_t> draw_texture(const Gl& gl) {
  std::uint32_t texture = 0;
  gl.gen_textures(1, &texture);
  gl.bind_texture(gl_texture_2d, texture);
  gl.tex_parameter(gl_texture_2d, gl_texture_min_filter, gl_nearest);
  gl.tex_image(gl_texture_2d, 0, gl_rgba8, side, side, 0, gl_rgba, gl_unsigned_byte, nullptr);
  BLINK_TRY(bind_target(gl, texture));
  gl.clear_color(color[0], color[1], color[2], color[3]);
  gl.clear(gl_color_buffer_bit);
  return texture;
}

// Reads what the bound target holds.
Status expect_color(const Gl& gl) {
  std::array<std::uint8_t, std::size_t{side} * side * 4> pixels{};
  gl.read_pixels(0, 0, side, side, gl_rgba, gl_unsigned_byte, pixels.data());
  if (const GlEnum error = gl.get_error()) {
    char text[60];
    std::snprintf(text, sizeof text, "OpenGL's error 0x%04X", error);
    return Status::system(text);
  }
  for (std::size_t i = 0; i < pixels.size(); ++i)
    if (std::abs(static_cast<float>(pixels[i]) - color[i % 4] * 255) > 1)
      return Status::system("the pixels are not those that were drawn");
  return Status::ok();
}

// Hands the current context's texture to the context `to`, fenced, and makes that one current.
Result<egl::Image> hand_over(const egl::Api& api, const Gl& gl, egl::Display display,
                             egl::Context from, egl::Context to, std::uint32_t texture) {
  constexpr egl::Int no_attributes[] = {egl::none};
  void* const name = reinterpret_cast<void*>(std::uintptr_t{texture});
  const egl::Image image =
      api.create_image(display, from, egl::image_texture_2d, name, no_attributes);
  if (!image) return Status::system("a texture cannot become an EGLImage");
  const egl::Sync fence = api.create_sync(display, egl::sync_fence, no_attributes);
  if (!fence) return Status::system("a fence cannot be made");
  gl.flush();
  if (!api.make_current(display, nullptr, nullptr, to))
    return Status::system("the second context cannot be used");
  if (!api.wait_sync(display, fence, 0)) return Status::system("a fence cannot be waited for");
  api.destroy_sync(display, fence);
  return image;
}

}  // namespace

GlStrings read_gl_strings(const egl::Api& api) {
  const unsigned char* (*get_string)(GlEnum) = nullptr;
  if (!find(api, "glGetString", get_string)) return {};
  const auto read = [get_string](GlEnum name) -> std::string {
    const unsigned char* const text = get_string(name);
    return text ? reinterpret_cast<const char*>(text) : "";
  };
  return {read(gl_vendor), read(gl_renderer), read(gl_version)};
}

Status try_drawing(const egl::Api& api) {
  BLINK_ASSIGN(const Gl gl, load_gl(api));
  BLINK_TRY(draw_texture(gl).take_status());
  return expect_color(gl);
}

Status try_sharing(const egl::Api& api, egl::Display display, egl::Context from, egl::Context to) {
  if (!api.create_image || !api.create_sync || !api.wait_sync || !api.destroy_sync)
    return Status::system("EGL has no functions for it");
  if (!api.make_current(display, nullptr, nullptr, from))
    return Status::system("the first context cannot be used");
  BLINK_ASSIGN(const Gl gl, load_gl(api));
  if (!gl.image_target) return Status::system("OpenGL takes no EGLImage");
  BLINK_ASSIGN(const std::uint32_t texture, draw_texture(gl));
  BLINK_ASSIGN(const egl::Image image, hand_over(api, gl, display, from, to, texture));
  std::uint32_t seen = 0;
  gl.gen_textures(1, &seen);
  gl.bind_texture(gl_texture_2d, seen);
  gl.image_target(gl_texture_2d, image);
  BLINK_TRY(bind_target(gl, seen));
  BLINK_TRY(expect_color(gl));
  api.destroy_image(display, image);
  return Status::ok();
}

}  // namespace blink::doctor
