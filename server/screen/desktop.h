// Desktop: the windows of all sessions, and how they get onto the screen.
//
// Threads: the compositor's, with its context current.

#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "gl/generated/dispatch.h"
#include "server/screen/client_gl.h"
#include "server/screen/close_request.h"
#include "server/screen/colour.h"
#include "server/screen/damage.h"
#include "server/screen/desktop_news.h"
#include "server/screen/desktop_settings.h"
#include "server/screen/frame_rest.h"
#include "server/screen/gpu_times.h"
#include "server/screen/scene.h"
#include "server/screen/screen_share.h"
#include "server/screen/screen_size.h"
#include "server/screen/seat.h"
#include "server/screen/sight.h"
#include "server/screen/slow_processes.h"
#include "server/screen/software_driver.h"
#include "server/screen/window_frames.h"
#include "server/screen/window_procedures.h"
#include "server/screen/window_view.h"

namespace blink::server {

class Desktop {
 public:
  using Clock = std::chrono::steady_clock;

  Desktop(const gl::Dispatch& gl, Scene& scene, const ScreenMode& mode,
          std::unique_ptr<Keyboard> keyboard, const DesktopSettings& settings = {})
      : redraw_time_max_(settings.redraw_time_max),
        gl_(gl),
        scene_(scene),
        reset_(gl),
        frames_(gl),
        gpu_times_(gl),
        mode_(mode),
        screen_(mode.size),
        stack_(mode),
        returning_(settings.returning),
        seat_(stack_, std::move(keyboard)) {}

  // To be called first, and last.
  Status prepare();
  void release();

  void set_mode(const ScreenMode& mode, Clock::time_point now);
  void take(DesktopNews news, Clock::time_point now);
  // What the user did.
  void take(std::span<const InputEvent> events, Clock::time_point now);

  // What changes by time alone: when it next does, if it will; and that it is so late.
  std::optional<Clock::time_point> next_change() const;
  void pass_time(Clock::time_point now);

  // From below.
  std::vector<WindowView> windows() const;
  // Whether the next frame differs from this one though nothing is said.
  bool is_moving();
  // Whether it differs because of what was said.
  bool is_stale() const { return !damage_.is_empty(); }
  // A frame: what of the screen must be drawn anew, one area after the other, none of which meet.
  std::vector<Rect> begin_frame(Clock::time_point now);
  // Whether nothing below the windows is to be seen there.
  bool covers(Rect area);
  // Into the framebuffer that is bound, over what is there.
  void draw(gl::GLuint framebuffer, Rect area);
  // The driver has done all of it, and the whole frame took so long.
  void end_frame(Clock::duration took);
  // One of windows(), and nothing of what lies over it: how large that is, and into a framebuffer
  // of that size, which is bound. One that is minimised, as it was before. False: something of it
  // is still to come that was there at that time; there will be news of it.
  ScreenSize size_alone(std::size_t which) const;
  bool draw_alone(std::size_t which, gl::GLuint framebuffer, Clock::time_point asked);
  Cursor cursor() const { return seat_.cursor(); }
  // What is below the windows has changed.
  void damage_all() { damage_.add_all(); }

 private:
  struct ClientSpace;
  struct FaceTexture {
    std::shared_ptr<const PictureFace> face;
    std::shared_ptr<const PictureFace> bound;  // what the texture shows
    gl::GLuint texture = 0;
  };
  // A redraw that takes too long for the screen's thread, or may take, is drawn by a process of its
  // session's, and the screen shows what that has drawn last.
  struct Beside : FaceTexture {  // before there is a face: what the screen showed; 0: nothing
    bool is_so = false;
    bool is_asked = false;                            // for the next image
    bool is_stale = false;                            // the image does not show what it should
    bool had_cells = false;                           // when it was asked for
    std::array<float, jit::cells_max> asked_cells{};  // and which
    std::uint32_t asked_width = 0, asked_height = 0;
    Clock::time_point asked_at, face_from;  // when the last image was asked for, and the one shown
    std::uint32_t slow = 0, very_slow = 0;  // redraws, with their weight
    std::uint32_t quick = 0;                // in a row
  };
  // A picture of the client's, in a window without a redraw.
  struct Shown : FaceTexture {
    bool is_due = false;   // the picture of the window's name is another than its redraw has used
    bool is_news = false;  // to the client: in this frame it is seen for the first time
  };
  struct Window : WindowPlace {
    Window(ClientSpace& of, ObjectName name) : client(of), procedures(name) {}
    ClientSpace& client;
    WindowProcedures procedures;
    std::optional<WindowShape> shape;
    Beside beside;
    Shown shown;
    FrameRest frame_rest;
    bool was_drawn = false;
    CloseRequest closing;
    std::optional<std::size_t> depth_before;  // of one that returned
    Rect settled;                             // where its procedures know it to be
    Rect drawn;                               // where the screen has shown it at last
    std::uint32_t told_state = 0;             // BLINK_WINDOW_STATE_*: what the client knows
    float told_width = 0, told_height = 0;
    // As look() has found it.
    std::size_t depth = 0;    // in sight_
    bool is_hidden = false;   // all of the content
    bool is_covered = false;  // and the title bar, so the frame is not drawn
    bool is_moving = false;   // its redraw depends on time
  };
  struct ClientSpace {
    ClientSpace(const gl::Dispatch& dispatch, const GlReset& reset, SessionIdentity identity,
                Clock::duration held)
        : of(std::move(identity)),
          colour(of.colour.value_or(machine_colour(of.machine))),
          gl(dispatch, reset, of.stats->budget,
             of.mail ? ClientGl::Place::screen : ClientGl::Place::beside),
          share(held) {}
    const SessionIdentity of;
    const Colour colour;
    ClientGl gl;
    std::map<ObjectName, std::unique_ptr<Window>> windows;
    ScreenShare share;
    bool was_told_of_share = false;
    std::uint32_t very_slow = 0;  // times that a window had to go for that
    bool has_opened = false;      // a window
    bool was_slow = false;        // one had to go
    bool was_slow_at_first = false;
    bool must_prove = false;  // beside the screen first, that its redraws are quick
    Clock::time_point last_frame = of.begin;
    std::uint64_t frame = 0;
    bool is_in_frame = false;       // a redraw of it ran
    bool is_changed = false;        // something of it, since the frame before in which one did
    Clock::time_point last_redraw;  // in the frame before in which one did
  };

  void take(std::uint32_t session, SessionNews news);
  void take(Window& window, WindowNews news);
  Rect wish_of(const Window& window, const WindowShape& shape) const;
  bool may_take_keyboard(const Window& window) const;
  bool is_strange(const Window& window) const;
  void note_taking(Clock::time_point now);
  void open(Window& window, float width, float height);
  void forget(Window& window);
  static Window& window_of(WindowPlace* place) { return static_cast<Window&>(*place); }
  static const Window& window_of(const WindowPlace* place) {
    return static_cast<const Window&>(*place);
  }

  void note_answer(ClientSpace& client);
  void damage_title_bar(const WindowPlace& window);
  void close(Window& window, Clock::time_point now);
  void hear(const WindowInput& heard, Clock::time_point now);
  void run_input(Window& window, const WindowInput& heard, Clock::time_point now);
  void settle(Clock::time_point now);
  void light_button();
  void show_landing();
  std::vector<FrameLook> switching_rows() const;
  Rect switching_panel() const;
  void show_switching();
  void damage_switching();
  void draw_switching(Rect area);
  static void tell_client(const SessionIdentity& of, ObjectName window, std::uint16_t type,
                          blink_event_window letter, Clock::time_point now);
  static Rect whole_of(const DrawTarget& target) {
    return {0, 0, static_cast<float>(target.width), static_cast<float>(target.height)};
  }
  DrawTarget target_of(const Window& window, gl::GLuint framebuffer, Rect area) const;
  Rect screen() const;
  // Finds out which windows are to be seen, where that may have changed.
  void look();
  void damage(Window& window);
  Clock::duration redraw_at_once_max() const;
  bool has_time(ClientSpace& client) const;
  bool may_run(Window& window, jit::Callback callback);
  Clock::duration period() const;  // of frames
  void run_frame(Window& window);
  void judge_frame(Window& window, Clock::duration took);
  void fill_inputs(Window& window, Clock::time_point now) const;
  void draw_content(Window& window, const DrawTarget& target);
  void show_failure(const Window& window, const DrawTarget& target);
  void redraw(Window& window, const DrawTarget& target);
  void share_out(Clock::duration took);
  void damage_moved();
  void measure_next_frame(bool is_time);
  void tell_of_shown();
  void draw_shown(Window& window, const DrawTarget& target);
  bool bind_new_face(FaceTexture& its);
  void draw_texture(gl::GLuint texture, Rect where, Scene::FirstRow first,
                    const DrawTarget& target);
  void go_beside(Window& window, const DrawTarget* drawn, const std::string& why);
  void keep_picture();
  void drop_kept();
  void copy_screen(gl::GLuint& texture, gl::GLint x, gl::GLint y, gl::GLsizei width,
                   gl::GLsizei height);
  bool must_stay_beside(const Window& window) const;
  void take_cells(Window& window, const Redrawn& redrawn);
  void set_picture_state();
  void redraw_beside(Window& window, const DrawTarget& target);
  void judge(Window& window, const DrawTarget& target, Clock::duration took);
  void take(Window& window, Redrawn redrawn);

  const std::chrono::milliseconds redraw_time_max_;
  const gl::Dispatch& gl_;
  Scene& scene_;
  const GlReset reset_;
  WindowFrames frames_;
  GpuTimes gpu_times_;
  ScreenMode mode_;
  ScreenSize screen_;                                              // the mode's
  std::map<std::uint32_t, std::unique_ptr<ClientSpace>> clients_;  // by session
  WindowStack stack_;                                              // those with a shape
  ReturningWindows returning_;
  Seat seat_;
  LitButton lit_;                     // as it was drawn
  Landing landing_;                   // likewise
  std::vector<FrameLook> switching_;  // likewise, the rows of the list
  std::vector<WindowInput> heard_;    // kept for its memory
  std::uint64_t stack_drawn_ = 0;     // its number of changes, in the last frame
  // Each window as it was then.
  struct Placed {
    std::size_t depth = 0;
    Rect reach;
    bool is_focused = false;
    WindowState state = WindowState::normal;
    bool looks_like(const Placed& other) const {
      return reach == other.reach && is_focused == other.is_focused && state == other.state;
    }
  };
  std::map<const WindowPlace*, Placed> placed_;
  Sight sight_;
  bool must_look_ = true;
  bool is_moving_ = false;  // something that is to be seen depends on time
  Damage damage_;
  Clock::time_point frame_time_;
  // Each redraw of this frame is waited for, to see which one takes so long.
  const bool is_software_ = is_software(gl_);
  bool is_measuring_ = false;
  std::uint32_t frames_to_wait_ = 0;  // at most, until one is measured
  bool is_gate_shut_ = false;         // of every session
  // For this frame: the picture of a window that has another size now.
  struct {
    const Window* of = nullptr;
    gl::GLuint texture = 0;
  } kept_;
  std::uint32_t watched_ = 0;  // frames to come, since one took long
  std::minstd_rand chance_{std::random_device()()};
  std::uint32_t slow_frames_ = 0;    // windows whose `frame` is slow
  bool has_run_slow_frame_ = false;  // one of them, for this frame
  std::uint32_t sharers_ = 1;        // sessions whose procedures ran for the last frame
  ScreenLateness lateness_, great_lateness_;
  // Whose windows had to go beside the screen; whose first redraw took very long.
  SlowProcesses slow_processes_, slow_beginners_;
  Clock::duration keyboard_pause_ = Seat::typing_pause;
  Clock::time_point taken_at_;  // the keyboard, by a new window of others
};

}  // namespace blink::server
