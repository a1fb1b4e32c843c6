// GlfwOutput: the screen as a window of an X11 or Wayland desktop, or over all of one monitor, or
// of several: then each has a window that shows its part of the one screen.
//
// Frames go by the first monitor's rate. Monitors that come and go while the server runs change the
// screen's shape; one that moves, or changes its mode, is noticed when the user next does
// something.
//
// GLFW makes the window and its EGL surface, and hears what the user does. All contexts are our
// own, on GLFW's EGL display; the one that GLFW makes with every surface is never used.
//
// Threads: GLFW's windows and events are the main thread's, the surfaces are the compositor's. Of
// several, none stays current after a frame, so that the main thread may take one away.

#pragma once

#include <atomic>

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "server/screen/monitor_layout.h"
#include "server/screen/output.h"
#include "server/screen/output_cursors.h"

struct GLFWmonitor;
struct GLFWwindow;

namespace blink::server {

class GlfwOutput final : public Output {
 public:
  static Result<std::shared_ptr<Output>> open(const OutputOptions& options, ScreenSize size);
  ~GlfwOutput() override;

  const std::shared_ptr<EglDisplay>& display() const override { return display_; }
  Status make_current(EglContext& context) override;
  bool is_seen() const override { return is_seen_; }
  void present(const gl::Dispatch& gl, gl::GLuint framebuffer, ScreenSize size) override;
  void show(Cursor cursor) override;
  ScreenMode mode() const override;
  void run(const std::function<void()>& serve, OutputEvents events) override;

 private:
  GlfwOutput() = default;
  // A window, and what it shows.
  struct Pane {
    GLFWwindow* window = nullptr;
    GLFWmonitor* monitor = nullptr;  // that it fills; null: none
    Rect filled;                     // where that was then, in the host's units, and its mode
    std::string name = {};           // of the monitor
    void* surface = nullptr;
    bool has_interval = false;  // set for swaps: the compositor's
  };
  Status open_windows(ScreenSize size);
  Result<Pane> open_window(ScreenSize size, GLFWmonitor* monitor, bool is_first);
  Result<Pane> fill(GLFWmonitor* monitor, bool is_first);
  void listen(GLFWwindow* window);
  MonitorLayout layout_now() const;
  void look_at_monitors();
  void rearrange();
  void replace(std::vector<Pane> panes);
  void lose(const GLFWmonitor* monitor);
  static void watch(const std::vector<Pane>& panes);
  void look_at_windows();
  void look_at_cursor();
  void look_whether_seen();
  void ask_before_close(GLFWwindow* window);
  void look_at_question();
  void wait_for_events() const;
  void set_title(const std::string& text);
  void present(const gl::Dispatch& gl, Pane& pane, Rect part, ScreenSize size);
  // To the events' receiver. It is called through GLFW, which no exception may pass.
  void tell(const InputEvent& event);
  void tell_mode();
  void move_pointer(const GLFWwindow* window, double x, double y);
  bool has_focus() const;
  void press_button(int button, bool is_pressed);
  void leave_with_pointer();
  static void stop_before_exit();

  // Set before there are other threads.
  OutputOptions options_;
  std::shared_ptr<EglDisplay> display_;
  bool is_wayland_ = false;
  float refresh_rate_ = 60;

  // Changed by the main thread under the lock, which the compositor's takes to read them.
  std::mutex panes_mutex_;
  std::vector<Pane> panes_;  // never empty; the main one first
  MonitorLayout layout_;

  EglContext* context_ = nullptr;               // the compositor's
  std::atomic<Cursor> cursor_ = Cursor::arrow;  // that it wants
  std::atomic<bool> is_seen_ = true;            // not iconified, as far as the desktop tells

  // The main thread's.
  OutputEvents events_;
  bool must_rearrange_ = false;     // monitors have come or gone
  double looked_at_ = 0;            // at monitors: GLFW's time
  bool is_closed_ = false;          // a window was destroyed, and that is known
  std::optional<double> asked_at_;  // whether closing was meant: GLFW's time
  OutputCursors cursors_;
  Cursor cursor_shown_ = Cursor::arrow;
  unsigned buttons_down_ = 0;
  bool has_left_ = false;              // the pointer, while a button is held
  std::atomic<bool> is_over_ = false;  // the server, which is on another thread
};

}  // namespace blink::server
