// GlfwOutput: the screen as a window of an X11 or Wayland desktop, or over all of one monitor.
//
// GLFW makes the window and its EGL surface, and hears what the user does. All contexts are our
// own, on GLFW's EGL display; the one that GLFW makes with every surface is never used.
//
// Threads: GLFW's window and events are the main thread's, the surface is the compositor's.

#pragma once

#include <atomic>

#include "server/screen/output.h"

struct GLFWwindow;

namespace blink::server {

class GlfwOutput final : public Output {
 public:
  static Result<std::shared_ptr<Output>> open(const OutputOptions& options, ScreenSize size);
  ~GlfwOutput() override;

  const std::shared_ptr<EglDisplay>& display() const override { return display_; }
  Status make_current(EglContext& context) override;
  void present(const gl::Dispatch& gl, gl::GLuint framebuffer, ScreenSize size) override;
  ScreenMode mode() const override;
  void run(const std::function<void()>& serve, OutputEvents events) override;

 private:
  GlfwOutput() = default;
  Status open_window(const OutputOptions& options, ScreenSize size);
  void listen();
  // To the events' receiver. It is called through GLFW, which no exception may pass.
  void tell(const InputEvent& event);
  void tell_mode();
  void move_pointer(double x, double y);
  void press_button(int button, bool is_pressed);
  void leave_with_pointer();
  static void stop_before_exit();

  // Set before there are other threads.
  GLFWwindow* window_ = nullptr;
  std::shared_ptr<EglDisplay> display_;
  void* surface_ = nullptr;
  bool is_wayland_ = false;
  float refresh_rate_ = 60;

  // The main thread's.
  OutputEvents events_;
  float pixels_x_ = 1, pixels_y_ = 1;  // for one of the window's own units
  unsigned buttons_down_ = 0;
  bool has_left_ = false;              // the pointer, while a button is held
  std::atomic<bool> is_over_ = false;  // the server, which is on another thread
};

}  // namespace blink::server
