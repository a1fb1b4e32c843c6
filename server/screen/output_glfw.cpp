#include "server/screen/output_glfw.h"

#include <EGL/egl.h>

#define GLFW_INCLUDE_NONE
#define GLFW_EXPOSE_NATIVE_EGL
#include <GLFW/glfw3.h>
#include <GLFW/glfw3native.h>

#include <unistd.h>
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "common/limits.h"
#include "common/log.h"
#include "common/memory_left.h"
#include "gl/generated/enums.h"

namespace blink::server {
namespace {

constexpr int side_min = 64;  // of the window, as of --size

// X11 has keys 8 above what evdev calls them (the X Keyboard Extension reserves 0 to 7).
constexpr int x11_key_offset = 8;

std::string glfw_error() {
  const char* text = nullptr;
  glfwGetError(&text);
  return text == nullptr ? "GLFW does not say why" : text;
}

Status no_window(const std::string& what_to_do) {
  return Status::system("no window can be opened (" + glfw_error() + "); " + what_to_do +
                        ", or use --output headless");
}

constexpr char find_desktop[] =
    "set DISPLAY or WAYLAND_DISPLAY to a desktop that lets this user in";
constexpr char mend_egl[] = "install libegl-mesa0 and libgl1-mesa-dri, or the GPU's own EGL";

// Before version 3.4 GLFW was built for the one or for the other.
bool is_on_wayland() {
#ifdef GLFW_PLATFORM_WAYLAND
  return glfwGetPlatform() == GLFW_PLATFORM_WAYLAND;
#else
  return std::string_view(glfwGetVersionString()).find("Wayland") != std::string_view::npos;
#endif
}

Result<GLFWmonitor*> find_monitor(std::uint32_t number) {
  int count = 0;
  GLFWmonitor** const monitors = glfwGetMonitors(&count);
  if (number == 0 && count > 0) return monitors[0];
  if (number >= 1 && number <= static_cast<std::uint32_t>(count)) return monitors[number - 1];
  std::string known;
  for (int i = 0; i < count; ++i)
    known +=
        (i == 0 ? ": " : ", ") + std::to_string(i + 1) + " is " + glfwGetMonitorName(monitors[i]);
  return Status::system("there is no monitor " + std::to_string(number) + "; this desktop has " +
                        std::to_string(count) + known);
}

std::uint32_t button_code(int button) {
  switch (button) {
    case GLFW_MOUSE_BUTTON_LEFT: return 1;
    case GLFW_MOUSE_BUTTON_MIDDLE: return 2;
    case GLFW_MOUSE_BUTTON_RIGHT: return 3;
    default: return static_cast<std::uint32_t>(button) + 1;
  }
}

InputEvent::Press press_of(int action) {
  switch (action) {
    case GLFW_PRESS: return InputEvent::Press::pressed;
    case GLFW_REPEAT: return InputEvent::Press::repeated;
    default: return InputEvent::Press::released;
  }
}

std::atomic<GlfwOutput*> running = nullptr;  // there is one, from run() to its return

GlfwOutput& output_of(GLFWwindow* window) {
  return *static_cast<GlfwOutput*>(glfwGetWindowUserPointer(window));
}

}  // namespace

Result<std::shared_ptr<Output>> GlfwOutput::open(const OutputOptions& options, ScreenSize size) {
#ifdef GLFW_PLATFORM
  // Where no desktop can be found by Wayland, its library says so by itself.
  if (::getenv("XDG_RUNTIME_DIR") == nullptr) glfwInitHint(GLFW_PLATFORM, GLFW_PLATFORM_X11);
#endif
  if (glfwInit() == GLFW_FALSE) return no_window(find_desktop);
  std::shared_ptr<GlfwOutput> output(new GlfwOutput);
  BLINK_TRY(output->open_window(options, size));
  return std::shared_ptr<Output>(std::move(output));
}

Status GlfwOutput::open_window(const OutputOptions& options, ScreenSize size) {
  is_wayland_ = is_on_wayland();
  GLFWmonitor* monitor = glfwGetPrimaryMonitor();
  // A desktop without monitors can have windows.
  if (options.is_fullscreen || options.monitor != 0) {
    BLINK_ASSIGN(monitor, find_monitor(options.monitor));
  }
  const GLFWvidmode* const video = monitor == nullptr ? nullptr : glfwGetVideoMode(monitor);
  if (video != nullptr && video->refreshRate > 0)
    refresh_rate_ = static_cast<float>(video->refreshRate);

  glfwWindowHint(GLFW_CONTEXT_CREATION_API, GLFW_EGL_CONTEXT_API);
  glfwWindowHint(GLFW_ALPHA_BITS, 0);  // what is drawn there must not show through
  glfwWindowHint(GLFW_DEPTH_BITS, 0);
  glfwWindowHint(GLFW_STENCIL_BITS, 0);
  glfwWindowHint(GLFW_AUTO_ICONIFY, GLFW_FALSE);  // the desktop may have other monitors to work on
  glfwWindowHintString(GLFW_X11_CLASS_NAME, "blink");
  glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "blink");
  int width = static_cast<int>(size.width), height = static_cast<int>(size.height);
  const bool is_fullscreen = options.is_fullscreen && video != nullptr;
  if (is_fullscreen) {
    // The mode that the monitor is in, so that it need not change.
    width = video->width;
    height = video->height;
    glfwWindowHint(GLFW_REFRESH_RATE, video->refreshRate);
  }
  window_ = glfwCreateWindow(width, height, "Blink", is_fullscreen ? monitor : nullptr, nullptr);
  if (window_ == nullptr) return no_window(mend_egl);
  glfwSetWindowSizeLimits(window_, side_min, side_min, GLFW_DONT_CARE, GLFW_DONT_CARE);
  if (options.monitor != 0 && !is_fullscreen && video != nullptr) {
    int x = 0, y = 0;
    glfwGetMonitorPos(monitor, &x, &y);
    glfwSetWindowPos(window_, x + (video->width - width) / 2, y + (video->height - height) / 2);
  }
  surface_ = glfwGetEGLSurface(window_);
  if (surface_ == EGL_NO_SURFACE) return no_window(mend_egl);
  BLINK_ASSIGN(display_, EglDisplay::adopt(glfwGetEGLDisplay()));
  return {};
}

GlfwOutput::~GlfwOutput() {
  if (window_ != nullptr) glfwDestroyWindow(window_);
  glfwTerminate();
}

// ------------------------------------------------------------------------------------- drawing

Status GlfwOutput::make_current(EglContext& context) {
  BLINK_TRY(context.make_current(surface_));
  // A Wayland desktop never tears, and makes a window that nobody sees wait without end.
  eglSwapInterval(display_->handle(), is_wayland_ ? 0 : 1);
  return {};
}

void GlfwOutput::present(const gl::Dispatch& gl, gl::GLuint framebuffer, ScreenSize size) {
  const auto width = static_cast<gl::GLsizei>(size.width);
  const auto height = static_cast<gl::GLsizei>(size.height);
  // While the window is being resized it may have another size. Their upper left corners meet, and
  // GL counts rows from below.
  EGLint window_width = width, window_height = height;
  eglQuerySurface(display_->handle(), surface_, EGL_WIDTH, &window_width);
  eglQuerySurface(display_->handle(), surface_, EGL_HEIGHT, &window_height);
  const gl::GLint below = window_height - height;
  gl.BindFramebuffer(gl::GL_DRAW_FRAMEBUFFER, 0);
  if (window_width > width || below > 0) gl.Clear(gl::GL_COLOR_BUFFER_BIT);
  gl.BlitFramebuffer(0, 0, width, height, 0, below, width, below + height, gl::GL_COLOR_BUFFER_BIT,
                     gl::GL_NEAREST);
  gl.BindFramebuffer(gl::GL_DRAW_FRAMEBUFFER, framebuffer);
  if (eglSwapBuffers(display_->handle(), surface_) == EGL_FALSE)
    log_warning("output.present", {{"egl_error", eglGetError()}});
  // Who waits for an answer of the X server may also read what the user does meanwhile, and leaves
  // it in a queue that GLFW, asleep, does not see grow.
  if (!is_wayland_) glfwPostEmptyEvent();
}

ScreenMode GlfwOutput::mode() const {
  int width = 0, height = 0;
  glfwGetFramebufferSize(window_, &width, &height);
  float scale_x = 1, scale_y = 1;
  glfwGetWindowContentScale(window_, &scale_x, &scale_y);
  const auto side = [](int pixels) {
    return std::clamp<std::uint32_t>(static_cast<std::uint32_t>(std::max(pixels, side_min)), 1,
                                     limits::picture_side_max);
  };
  return {.size = {side(width), side(height)},
          .scale = std::clamp(scale_x, 0.5f, 8.0f),
          .refresh_rate = refresh_rate_};
}

// -------------------------------------------------------------------------------------- events

void GlfwOutput::run(const std::function<void()>& serve, OutputEvents events) {
  events_ = std::move(events);
  listen();
  tell_mode();
  running = this;
  std::atexit(stop_before_exit);
  std::thread server([&] {
    serve();
    is_over_ = true;
    glfwPostEmptyEvent();
  });
  while (!is_over_)
    glfwWaitEvents();
  server.join();
  running = nullptr;
}

// Xlib ends the process by exit() when its server goes. Clients are told before that.
void GlfwOutput::stop_before_exit() {
  GlfwOutput* const output = running;
  if (output == nullptr) return;
  log_error("output.lost", {{"reason", "the X server has gone, or refused a request"}});
  output->events_.close();
  while (!output->is_over_)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  ::_exit(1);  // other threads draw
}

void GlfwOutput::listen() {
  using Kind = InputEvent::Kind;
  glfwSetWindowUserPointer(window_, this);
  glfwSetWindowCloseCallback(window_,
                             [](GLFWwindow* window) { output_of(window).events_.close(); });
  glfwSetFramebufferSizeCallback(
      window_, [](GLFWwindow* window, int, int) { output_of(window).tell_mode(); });
  glfwSetWindowContentScaleCallback(
      window_, [](GLFWwindow* window, float, float) { output_of(window).tell_mode(); });
  glfwSetWindowRefreshCallback(window_, [](GLFWwindow* window) { output_of(window).tell_mode(); });
  glfwSetCursorPosCallback(window_, [](GLFWwindow* window, double x, double y) {
    output_of(window).move_pointer(x, y);
  });
  glfwSetCursorEnterCallback(window_, [](GLFWwindow* window, int is_inside) {
    GlfwOutput& output = output_of(window);
    if (is_inside)
      output.has_left_ = false;
    else
      output.leave_with_pointer();
  });
  glfwSetMouseButtonCallback(window_, [](GLFWwindow* window, int button, int action, int) {
    output_of(window).press_button(button, action == GLFW_PRESS);
  });
  // GLFW counts what goes to the left as more.
  glfwSetScrollCallback(window_, [](GLFWwindow* window, double x, double y) {
    output_of(window).tell(
        {.kind = Kind::wheel, .x = -static_cast<float>(x), .y = static_cast<float>(y)});
  });
  glfwSetKeyCallback(window_, [](GLFWwindow* window, int, int scancode, int action, int) {
    GlfwOutput& output = output_of(window);
    const int code = scancode - (output.is_wayland_ ? 0 : x11_key_offset);
    if (code > 0)
      output.tell(
          {.kind = Kind::key, .press = press_of(action), .code = static_cast<std::uint32_t>(code)});
  });
  glfwSetWindowFocusCallback(window_, [](GLFWwindow* window, int is_focused) {
    if (!is_focused) output_of(window).tell({.kind = Kind::leave});
  });
}

void GlfwOutput::tell(const InputEvent& event) {
  (void)with_memory([&] { events_.input(event); });
}

void GlfwOutput::tell_mode() {
  const ScreenMode now = mode();
  int width = 0, height = 0;
  glfwGetWindowSize(window_, &width, &height);
  pixels_x_ = width > 0 ? static_cast<float>(now.size.width) / static_cast<float>(width) : 1;
  pixels_y_ = height > 0 ? static_cast<float>(now.size.height) / static_cast<float>(height) : 1;
  (void)with_memory([&] { events_.change(now); });
}

void GlfwOutput::move_pointer(double x, double y) {
  tell({.kind = InputEvent::Kind::pointer,
        .x = static_cast<float>(x) * pixels_x_,
        .y = static_cast<float>(y) * pixels_y_});
}

void GlfwOutput::press_button(int button, bool is_pressed) {
  const unsigned bit = 1u << button;
  buttons_down_ = is_pressed ? buttons_down_ | bit : buttons_down_ & ~bit;
  tell({.kind = InputEvent::Kind::button,
        .press = is_pressed ? InputEvent::Press::pressed : InputEvent::Press::released,
        .code = button_code(button)});
  if (has_left_ && buttons_down_ == 0) leave_with_pointer();
}

// What is dragged follows the pointer out of the window. Keys are still heard: it is focus that
// they go by.
void GlfwOutput::leave_with_pointer() {
  has_left_ = buttons_down_ != 0;
  if (!has_left_) tell({.kind = InputEvent::Kind::pointer, .x = -1, .y = -1});
}

}  // namespace blink::server
