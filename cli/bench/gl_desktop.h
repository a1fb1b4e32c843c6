// GlDesktop: windows on a desktop, drawn by this host's driver, without a server: all that the
// compositor does with them in a frame. The background below them is left out.
//
// Threads: one, and nobody else's context is current on it while it draws.

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "server/screen/canvas.h"
#include "server/screen/desktop.h"
#include "server/screen/output_egl.h"

namespace blink::bench {

// A context, and a framebuffer of that size with a depth buffer.
class GlTarget {
 public:
  static Result<std::unique_ptr<GlTarget>> create(server::ScreenSize size);
  ~GlTarget();

  const gl::Dispatch& gl() const { return context_->gl(); }
  const char* renderer() const;
  gl::GLuint framebuffer() const { return canvas_.framebuffer(); }
  void make_current() const;

 private:
  explicit GlTarget(std::unique_ptr<server::EglContext> context);

  const std::unique_ptr<server::EglContext> context_;
  server::Canvas canvas_;
};

class GlDesktop {
 public:
  static Result<std::unique_ptr<GlDesktop>> create(server::ScreenSize size);
  ~GlDesktop();

  // A window of a new client, above those that are there.
  Status open(std::uint32_t width, std::uint32_t height,
              const std::vector<std::vector<jit::Word>>& procedures);
  void make_current() const { target_->make_current(); }
  // One that is due a sixtieth of a second after the one before.
  void frame();
  void damage_all() { desktop_.damage_all(); }

 private:
  GlDesktop(std::unique_ptr<GlTarget> target, std::unique_ptr<server::Keyboard> keyboard,
            server::ScreenSize size);

  const std::unique_ptr<GlTarget> target_;
  server::Scene scene_;
  server::Desktop desktop_;
  server::Desktop::Clock::time_point now_ = server::Desktop::Clock::now();
  std::uint32_t clients_ = 0;
};

// Frames for each second, over so many of them. `Frames` has make_current() and frame().
template <class Frames>
double frame_rate(Frames& drawn, std::size_t frames) {
  using Clock = std::chrono::steady_clock;
  drawn.make_current();
  drawn.frame();
  const auto begin = Clock::now();
  for (std::size_t i = 0; i < frames; ++i)
    drawn.frame();
  return static_cast<double>(frames) / std::chrono::duration<double>(Clock::now() - begin).count();
}

}  // namespace blink::bench
