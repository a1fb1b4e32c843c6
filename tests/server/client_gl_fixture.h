// Two sessions in one context, as in the compositor, and a window's place to draw to.

#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "gl/generated/enums.h"
#include "jit/text/assembler.h"
#include "server/screen/client_gl.h"
#include "server/screen/output_egl.h"
#include "server/screen/procedure.h"

namespace blink::server::test {

constexpr gl::GLsizei side = 64;

class ClientGlTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto display = EglDisplay::open();
    ASSERT_TRUE(display.is_ok()) << display.status().text();
    auto created = EglContext::create(display.take(), EglContext::Profile::compatibility);
    ASSERT_TRUE(created.is_ok()) << created.status().text();
    context = created.take();
    ASSERT_TRUE(context->make_current().is_ok());
    const gl::Dispatch& gl = context->gl();
    gl.GenTextures(1, &screen);
    gl.BindTexture(gl::GL_TEXTURE_2D, screen);
    gl.TexImage2D(gl::GL_TEXTURE_2D, 0, gl::GL_RGBA8, side, side, 0, gl::GL_RGBA,
                  gl::GL_UNSIGNED_BYTE, nullptr);
    gl.GenFramebuffers(1, &target.framebuffer);
    gl.BindFramebuffer(gl::GL_FRAMEBUFFER, target.framebuffer);
    gl.FramebufferTexture2D(gl::GL_FRAMEBUFFER, gl::GL_COLOR_ATTACHMENT0, gl::GL_TEXTURE_2D, screen,
                            0);
    gl.BindTexture(gl::GL_TEXTURE_2D, 0);
    reset.emplace(gl);
    one = std::make_unique<ClientGl>(gl, *reset, budget, ClientGl::Place::beside);
    two = std::make_unique<ClientGl>(gl, *reset, std::make_shared<PictureBudget>(),
                                     ClientGl::Place::beside);
    gl.Disable(gl::GL_SCISSOR_TEST);
    gl.ClearColor(0, 0, 0, 0);
    gl.Clear(gl::GL_COLOR_BUFFER_BIT);
    gl.Enable(gl::GL_SCISSOR_TEST);
    gl.Scissor(target.clip_x, target.clip_y, target.clip_width, target.clip_height);
    gl.Viewport(target.x, target.y, target.width, target.height);
  }
  void TearDown() override {
    one.reset();
    two.reset();
    if (!context) return;
    context->gl().DeleteFramebuffers(1, &target.framebuffer);
    context->gl().DeleteTextures(1, &screen);
  }

  // What the session complains of.
  std::string run(ClientGl& client, const std::string& text) {
    const auto assembly = jit::assemble(".procedure " + text);
    EXPECT_TRUE(assembly.is_good()) << assembly.errors[0].text << '\n' << text;
    if (!assembly.is_good()) return "";
    auto procedure = Procedure::make(assembly.words);
    EXPECT_TRUE(procedure.is_ok()) << procedure.status().text();
    if (!procedure.is_ok()) return "";
    jit::RunContext state;
    auto outcome = client.run(*procedure.value(), state, target, {0, 1});
    client.end_frame();
    return outcome.complaint;
  }
  static void give(ClientGl& client, std::uint32_t object, const std::string& text) {
    const auto bytes = std::as_bytes(std::span(text));
    client.set_data({0, object}, std::make_shared<const Bytes>(bytes.begin(), bytes.end()));
  }
  std::uint32_t pixel(gl::GLint x, gl::GLint y) const {
    std::uint8_t rgba[4] = {};
    context->gl().BindFramebuffer(gl::GL_READ_FRAMEBUFFER, target.framebuffer);
    context->gl().ReadPixels(x, y, 1, 1, gl::GL_RGBA, gl::GL_UNSIGNED_BYTE, rgba);
    return static_cast<std::uint32_t>(rgba[0] << 16 | rgba[1] << 8 | rgba[2]);
  }
  std::uint32_t middle() const { return pixel(side / 2, side / 2); }
  bool has_drawn_beyond_the_window() const { return pixel(1, 1) != 0; }

  std::unique_ptr<EglContext> context;
  gl::GLuint screen = 0;
  DrawTarget target{0,        side / 4, side / 4, side / 2, side / 2,
                    side / 4, side / 4, side / 2, side / 2};
  std::optional<GlReset> reset;
  const std::shared_ptr<PictureBudget> budget = std::make_shared<PictureBudget>();  // of one
  std::unique_ptr<ClientGl> one, two;
};

}  // namespace blink::server::test
