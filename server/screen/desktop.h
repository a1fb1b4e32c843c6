// Desktop: the windows of all sessions, and how they get onto the screen.
//
// Threads: the compositor's, with its context current.

#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gl/generated/dispatch.h"
#include "server/screen/client_gl.h"
#include "server/screen/desktop_news.h"
#include "server/screen/screen_size.h"
#include "server/screen/window_frames.h"

namespace blink::server {

class Desktop {
 public:
  using Clock = std::chrono::steady_clock;

  Desktop(const gl::Dispatch& gl, ScreenSize screen)
      : gl_(gl), reset_(gl), frames_(gl), screen_(screen) {}

  // To be called first, and last.
  Status prepare() { return frames_.prepare(); }
  void release() { frames_.release(); }

  void take(DesktopNews news);
  // Whether the next frame differs from this one though nothing is said.
  bool is_moving() const;
  // Into the framebuffer that is bound, over what is there.
  void draw(gl::GLuint framebuffer, Clock::time_point now);

 private:
  struct Window {
    std::uint32_t session = 0;
    std::uint32_t array = 0;
    std::uint32_t object = 0;
    std::optional<WindowShape> shape;
    Rect content;
    std::array<std::shared_ptr<const Procedure>, jit::callback_count> procedures;
    jit::RunContext context;
    bool is_new = true;       // init has not run
    bool is_reshaped = true;  // reshape has not run
    std::string failure;      // why its procedures do not run any more

    const std::shared_ptr<const Procedure>& procedure(jit::Callback callback) const {
      return procedures[static_cast<std::size_t>(callback)];
    }
  };
  struct ClientSpace {
    ClientSpace(const gl::Dispatch& dispatch, const GlReset& reset, std::string name)
        : machine(std::move(name)), gl(dispatch, reset) {}
    std::string machine;
    ClientGl gl;
    std::map<ObjectName, std::unique_ptr<Window>> windows;
    Clock::time_point begin = Clock::now();
    Clock::time_point last_frame = begin;
    std::uint64_t frame = 0;
  };

  void take(std::uint32_t session, SessionNews news);
  void take(Window& window, WindowNews news);
  void forget(const Window* window);
  Rect place(const WindowShape& shape);
  DrawTarget target_of(const Window& window, gl::GLuint framebuffer) const;
  void fill_inputs(const ClientSpace& client, Window& window, Clock::time_point now) const;
  void run(ClientSpace& client, Window& window, jit::Callback callback, const DrawTarget& target);
  void draw(ClientSpace& client, Window& window, const DrawTarget& target);

  const gl::Dispatch& gl_;
  const GlReset reset_;
  WindowFrames frames_;
  const ScreenSize screen_;
  std::map<std::uint32_t, std::unique_ptr<ClientSpace>> clients_;  // by session
  std::vector<Window*> order_;                                     // with a shape, from below
  std::uint32_t placed_ = 0;
  bool has_failed_ = false;  // a procedure, in the last frame: the next one shows it
};

}  // namespace blink::server
