// Desktop: the windows of all sessions, and how they get onto the screen.
//
// Threads: the compositor's, with its context current.

#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gl/generated/dispatch.h"
#include "server/screen/client_gl.h"
#include "server/screen/damage.h"
#include "server/screen/desktop_news.h"
#include "server/screen/gpu_times.h"
#include "server/screen/screen_size.h"
#include "server/screen/seat.h"
#include "server/screen/window_frames.h"

namespace blink::server {

class Desktop {
 public:
  using Clock = std::chrono::steady_clock;

  Desktop(const gl::Dispatch& gl, ScreenSize screen, std::unique_ptr<Keyboard> keyboard)
      : gl_(gl),
        reset_(gl),
        frames_(gl),
        gpu_times_(gl),
        screen_(screen),
        stack_(screen),
        seat_(stack_, std::move(keyboard)) {}

  // To be called first, and last.
  Status prepare() { return frames_.prepare(); }
  void release();

  void take(DesktopNews news, Clock::time_point now);
  // What the user did.
  void take(std::span<const InputEvent> events, Clock::time_point now);

  // Whether the next frame differs from this one though nothing is said.
  bool is_moving() const;
  // Whether it differs because of what was said.
  bool is_stale() const { return !damage_.is_empty(); }
  // A frame: what of the screen must be drawn anew, one area after the other, none of which meet.
  std::vector<Rect> begin_frame(Clock::time_point now);
  // Whether nothing below the windows is to be seen there.
  bool covers(Rect area) const;
  // Into the framebuffer that is bound, over what is there.
  void draw(gl::GLuint framebuffer, Rect area);
  // The driver has done all of it.
  void end_frame();
  // What is below the windows has changed.
  void damage_all() { damage_.add_all(); }

 private:
  struct ClientSpace;
  struct Window : WindowPlace {
    ClientSpace* client = nullptr;
    std::uint32_t session = 0;
    std::uint32_t array = 0;
    std::uint32_t object = 0;
    std::optional<WindowShape> shape;
    std::array<std::shared_ptr<const Procedure>, jit::callback_count> procedures;
    jit::RunContext context;
    bool is_new = true;       // init has not run
    bool is_reshaped = true;  // reshape has not run
    std::string failure;      // why its procedures do not run any more
    std::array<std::string, jit::callback_count> complaints;  // that the client knows of
    Rect settled;                                             // where its procedures know it to be
    std::uint32_t told_state = 0;  // BLINK_WINDOW_STATE_*: what the client knows
    float told_width = 0, told_height = 0;

    const std::shared_ptr<const Procedure>& procedure(jit::Callback callback) const {
      return procedures[static_cast<std::size_t>(callback)];
    }
  };
  struct ClientSpace {
    ClientSpace(const gl::Dispatch& dispatch, const GlReset& reset, SessionIdentity identity)
        : of(std::move(identity)), gl(dispatch, reset) {}
    const SessionIdentity of;
    ClientGl gl;
    std::map<ObjectName, std::unique_ptr<Window>> windows;
    Clock::time_point begin = Clock::now();
    Clock::time_point last_frame = begin;
    std::uint64_t frame = 0;
    bool is_in_frame = false;       // a redraw of it ran
    Clock::time_point last_redraw;  // in the frame before in which one did
    const Window* running = nullptr;
  };

  void take(std::uint32_t session, SessionNews news);
  void take(Window& window, WindowNews news);
  void forget(Window& window);
  static Window& window_of(WindowPlace* place) { return static_cast<Window&>(*place); }

  void hear(const WindowInput& heard, Clock::time_point now);
  void run_input(Window& window, const WindowInput& heard, Clock::time_point now);
  void settle(Clock::time_point now);
  void tell_client(const Window& window, std::uint16_t type, blink_event_window letter,
                   Clock::time_point now) const;
  DrawTarget target_of(const Window& window, gl::GLuint framebuffer, Rect area) const;
  Rect screen() const;
  // What a window's redraw fills, whatever was there: none, where it does not fill all of it.
  Rect opaque_part(const Window& window) const;
  // Whether windows above that one hide all of the area.
  bool is_hidden(Rect area, std::size_t index) const;
  bool is_moving(std::size_t index) const;
  void damage(const Window& window) { damage_.add(intersection(window.content, screen())); }
  void damage_session(const ClientSpace& client);
  void fill_inputs(Window& window, Clock::time_point now) const;
  void run(Window& window, jit::Callback callback, const DrawTarget& target);
  void draw(Window& window, const DrawTarget& target);

  const gl::Dispatch& gl_;
  const GlReset reset_;
  WindowFrames frames_;
  GpuTimes gpu_times_;
  const ScreenSize screen_;
  std::map<std::uint32_t, std::unique_ptr<ClientSpace>> clients_;  // by session
  WindowStack stack_;                                              // those with a shape
  Seat seat_;
  std::vector<WindowInput> heard_;  // kept for its memory
  std::uint64_t stack_drawn_ = 0;   // its number of changes, in the last frame
  Damage damage_;
  Clock::time_point frame_time_;
  bool has_failed_ = false;  // a procedure, in the last frame: the next one shows it
};

}  // namespace blink::server
