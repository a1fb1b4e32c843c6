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
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "common/limits.h"
#include "common/log.h"
#include "common/memory_left.h"
#include "gl/generated/enums.h"
#include "server/screen/output_x11.h"

namespace blink::server {
namespace {

constexpr int side_min = 64;  // of the window, as of --size
constexpr double monitors_looked_at_s = 1;
constexpr double close_answer_s = 3;
constexpr char title[] = "Blink";

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

constexpr char mend_egl[] = "install libegl-mesa0 and libgl1-mesa-dri, or the GPU's own EGL";

// Before version 3.4 GLFW was built for the one or for the other.
bool is_on_wayland() {
#ifdef GLFW_PLATFORM_WAYLAND
  return glfwGetPlatform() == GLFW_PLATFORM_WAYLAND;
#else
  return std::string_view(glfwGetVersionString()).find("Wayland") != std::string_view::npos;
#endif
}

bool is_set(const char* variable) {
  const char* const value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

// Before version 3.4 GLFW was built for X11 or for Wayland, and Debian 12's is for X11.
std::string find_desktop() {
  const bool knows_wayland =
      std::string_view(glfwGetVersionString()).find("Wayland") != std::string_view::npos;
  if (!knows_wayland && is_set("WAYLAND_DISPLAY"))
    return "this GLFW knows X11 alone: install libglfw3-wayland, or set DISPLAY (Xwayland)";
  return "set DISPLAY or WAYLAND_DISPLAY to a desktop that lets this user in";
}

std::span<GLFWmonitor* const> all_monitors() {
  int count = 0;
  GLFWmonitor** const monitors = glfwGetMonitors(&count);
  return {monitors, static_cast<std::size_t>(count)};
}

// Those of the options that there are.
std::vector<GLFWmonitor*> wanted_monitors(const OutputOptions& options) {
  const auto all = all_monitors();
  if (options.is_on_all_monitors) return {all.begin(), all.end()};
  std::vector<GLFWmonitor*> found;
  for (const std::uint32_t number : options.monitors)
    if (number <= all.size()) found.push_back(all[number - 1]);
  return found;
}

Status check_monitors(const OutputOptions& options) {
  const auto all = all_monitors();
  std::uint32_t missing = 0;
  for (const std::uint32_t number : options.monitors)
    if (number > all.size()) missing = number;
  if (missing == 0 && !(options.is_fullscreen && all.empty())) return {};
  std::string known;
  for (std::size_t i = 0; i < all.size(); ++i)
    known += (i == 0 ? ": " : ", ") + std::to_string(i + 1) + " is " + glfwGetMonitorName(all[i]);
  return Status::system("there is no monitor " + std::to_string(missing) + "; this desktop has " +
                        std::to_string(all.size()) + known);
}

Rect place_of(GLFWmonitor* monitor) {
  int x = 0, y = 0;
  glfwGetMonitorPos(monitor, &x, &y);
  const GLFWvidmode* const video = glfwGetVideoMode(monitor);
  if (video == nullptr) return {};
  return {static_cast<float>(x), static_cast<float>(y), static_cast<float>(video->width),
          static_cast<float>(video->height)};
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
  if (glfwInit() == GLFW_FALSE) return no_window(find_desktop());
  std::shared_ptr<GlfwOutput> output(new GlfwOutput);
  output->options_ = options;
  BLINK_TRY(output->open_windows(size));
  return std::shared_ptr<Output>(std::move(output));
}

Status GlfwOutput::open_windows(ScreenSize size) {
  is_wayland_ = is_on_wayland();
  BLINK_TRY(check_monitors(options_));
  std::vector<GLFWmonitor*> monitors = wanted_monitors(options_);
  // A desktop without monitors can have windows.
  if (monitors.empty()) monitors = {glfwGetPrimaryMonitor()};
  const GLFWvidmode* const video = monitors[0] == nullptr ? nullptr : glfwGetVideoMode(monitors[0]);
  if (video != nullptr && video->refreshRate > 0)
    refresh_rate_ = static_cast<float>(video->refreshRate);

  glfwWindowHint(GLFW_CONTEXT_CREATION_API, GLFW_EGL_CONTEXT_API);
  glfwWindowHint(GLFW_ALPHA_BITS, 0);  // what is drawn there must not show through
  glfwWindowHint(GLFW_DEPTH_BITS, 0);
  glfwWindowHint(GLFW_STENCIL_BITS, 0);
  glfwWindowHint(GLFW_AUTO_ICONIFY, GLFW_FALSE);  // the desktop may have other monitors to work on
  glfwWindowHintString(GLFW_X11_CLASS_NAME, "blink");
  glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "blink");
  for (GLFWmonitor* const monitor : monitors) {
    const bool is_first = panes_.empty();
    BLINK_ASSIGN(const Pane pane, options_.is_fullscreen&& video != nullptr
                                      ? fill(monitor, is_first)
                                      : open_window(size, nullptr, is_first));
    panes_.push_back(pane);
  }
  if (!options_.monitors.empty() && !options_.is_fullscreen && video != nullptr) {
    int x = 0, y = 0;
    glfwGetMonitorPos(monitors[0], &x, &y);
    glfwSetWindowPos(panes_[0].window, x + (video->width - static_cast<int>(size.width)) / 2,
                     y + (video->height - static_cast<int>(size.height)) / 2);
  }
  BLINK_ASSIGN(display_, EglDisplay::adopt(glfwGetEGLDisplay()));
  layout_ = layout_now();
  watch(panes_);
  return {};
}

Result<GlfwOutput::Pane> GlfwOutput::fill(GLFWmonitor* monitor, bool is_first) {
  const GLFWvidmode* const video = glfwGetVideoMode(monitor);
  if (video == nullptr) return no_window(find_desktop());
  // The mode that the monitor is in, so that it need not change.
  glfwWindowHint(GLFW_REFRESH_RATE, video->refreshRate);
  return open_window(
      {static_cast<std::uint32_t>(video->width), static_cast<std::uint32_t>(video->height)},
      monitor, is_first);
}

// The first one has the keyboard at first, and the pointer.
Result<GlfwOutput::Pane> GlfwOutput::open_window(ScreenSize size, GLFWmonitor* monitor,
                                                 bool is_first) {
  glfwWindowHint(GLFW_FOCUSED, is_first);
  glfwWindowHint(GLFW_CENTER_CURSOR, is_first);
  Pane pane{.window = glfwCreateWindow(static_cast<int>(size.width), static_cast<int>(size.height),
                                       title, monitor, nullptr),
            .monitor = monitor,
            .filled = monitor == nullptr ? Rect{} : place_of(monitor)};
  if (const char* name = monitor == nullptr ? nullptr : glfwGetMonitorName(monitor))
    pane.name = name;
  if (pane.window == nullptr) return no_window(mend_egl);
  glfwSetWindowSizeLimits(pane.window, side_min, side_min, GLFW_DONT_CARE, GLFW_DONT_CARE);
  pane.surface = glfwGetEGLSurface(pane.window);
  if (pane.surface != EGL_NO_SURFACE) return pane;
  Status why_not = no_window(mend_egl);
  glfwDestroyWindow(pane.window);
  return why_not;
}

GlfwOutput::~GlfwOutput() {
  for (const Pane& pane : panes_)
    glfwDestroyWindow(pane.window);
  glfwTerminate();  // with the cursors
}

// ------------------------------------------------------------------------------------- drawing

Status GlfwOutput::make_current(EglContext& context) {
  context_ = &context;
  const std::lock_guard lock(panes_mutex_);
  return context.make_current(panes_[0].surface);
}

void GlfwOutput::present(const gl::Dispatch& gl, gl::GLuint framebuffer, ScreenSize size) {
  {
    const std::lock_guard lock(panes_mutex_);
    // Some drivers wait for the word of a window that is no more.
    for (std::size_t i = 0; i < panes_.size() && !is_x11_window_destroyed(); ++i)
      present(gl, panes_[i], layout_.part(i), size);
    if (options_.is_for_several()) (void)context_->make_current();
  }
  gl.BindFramebuffer(gl::GL_DRAW_FRAMEBUFFER, framebuffer);
  // Who waits for an answer of the X server may also read what the user does meanwhile, and leaves
  // it in a queue that GLFW, asleep, does not see grow.
  if (!is_wayland_) glfwPostEmptyEvent();
}

void GlfwOutput::present(const gl::Dispatch& gl, Pane& pane, Rect part, ScreenSize size) {
  if (const Status status = context_->make_current(pane.surface); !status.is_ok())
    return log_warning("output.present", {{"reason", status.text()}});
  if (!std::exchange(pane.has_interval, true)) {
    // A Wayland desktop never tears, and makes a window that nobody sees wait without end. Of
    // several windows only one is waited for, or each would take a monitor's whole frame.
    const bool is_waited_for = !is_wayland_ && &pane == panes_.data();
    eglSwapInterval(display_->handle(), is_waited_for ? 1 : 0);
  }
  const auto width = static_cast<float>(size.width), height = static_cast<float>(size.height);
  const Rect seen = intersection(part, {0, 0, width, height});
  // While the window is being resized it may have another size. Their upper left corners meet, and
  // GL counts rows from below.
  EGLint window_width = static_cast<EGLint>(part.width);
  EGLint window_height = static_cast<EGLint>(part.height);
  eglQuerySurface(display_->handle(), pane.surface, EGL_WIDTH, &window_width);
  eglQuerySurface(display_->handle(), pane.surface, EGL_HEIGHT, &window_height);
  const auto seen_width = static_cast<gl::GLint>(seen.width);
  const auto seen_height = static_cast<gl::GLint>(seen.height);
  const auto x = static_cast<gl::GLint>(seen.x), y = static_cast<gl::GLint>(height - seen.bottom());
  const gl::GLint below = window_height - seen_height;
  gl.BindFramebuffer(gl::GL_DRAW_FRAMEBUFFER, 0);
  if (window_width > seen_width || below > 0) gl.Clear(gl::GL_COLOR_BUFFER_BIT);
  gl.BlitFramebuffer(x, y, x + seen_width, y + seen_height, 0, below, seen_width,
                     below + seen_height, gl::GL_COLOR_BUFFER_BIT, gl::GL_NEAREST);
  if (eglSwapBuffers(display_->handle(), pane.surface) == EGL_FALSE)
    log_warning("output.present", {{"egl_error", eglGetError()}});
}

void GlfwOutput::show(Cursor cursor) {
  if (cursor_.exchange(cursor) != cursor) glfwPostEmptyEvent();
}

MonitorLayout GlfwOutput::layout_now() const {
  std::vector<HostWindow> windows;
  for (const Pane& pane : panes_) {
    int x = 0, y = 0, width = 0, height = 0, pixels_x = 0, pixels_y = 0;
    float scale = 1, scale_y = 1;
    if (pane.monitor != nullptr) glfwGetMonitorPos(pane.monitor, &x, &y);
    glfwGetWindowSize(pane.window, &width, &height);
    glfwGetFramebufferSize(pane.window, &pixels_x, &pixels_y);
    glfwGetWindowContentScale(pane.window, &scale, &scale_y);
    windows.push_back({static_cast<float>(x),
                       static_cast<float>(y),
                       static_cast<float>(width),
                       static_cast<float>(height),
                       {static_cast<std::uint32_t>(std::max(pixels_x, 0)),
                        static_cast<std::uint32_t>(std::max(pixels_y, 0))},
                       scale,
                       pane.name});
  }
  if (is_wayland_) spread(windows);
  return MonitorLayout(windows);
}

ScreenMode GlfwOutput::mode() const {
  ScreenMode mode = layout_.mode();
  mode.refresh_rate = refresh_rate_;
  return mode;
}

// ------------------------------------------------------------------------------------ monitors

// GLFW has no event for a monitor that moves or changes its mode.
void GlfwOutput::look_at_monitors() {
  if (!options_.is_for_several()) return;
  const double now = glfwGetTime();
  if (!must_rearrange_ && now - looked_at_ < monitors_looked_at_s) return;
  looked_at_ = now;
  const bool is_other = must_rearrange_ || std::ranges::any_of(panes_, [](const Pane& pane) {
                          return pane.monitor != nullptr && place_of(pane.monitor) != pane.filled;
                        });
  if (is_other) rearrange();
}

// A window for each monitor that is wanted. When the last of them has gone, its window stays, on
// whatever the desktop has: the user must not lose everything by pulling a plug.
void GlfwOutput::rearrange() {
  must_rearrange_ = false;
  std::vector<Pane> panes;
  for (GLFWmonitor* const monitor : wanted_monitors(options_)) {
    const auto has = std::ranges::find(panes_, monitor, &Pane::monitor);
    if (has == panes_.end()) {
      auto filled = fill(monitor, false);
      if (!filled.is_ok()) {
        log_warning("output.monitor", {{"reason", filled.status().text()}});
        continue;
      }
      listen(filled->window);
      glfwSetCursor(filled->window, cursors_.get(cursor_shown_));
      panes.push_back(filled.value());
      continue;
    }
    panes.push_back(*has);
    panes.back().has_interval = false;  // the main one may be another
    if (const Rect place = place_of(monitor); std::exchange(panes.back().filled, place) != place)
      glfwSetWindowMonitor(has->window, monitor, 0, 0, static_cast<int>(place.width),
                           static_cast<int>(place.height), GLFW_DONT_CARE);
  }
  if (!panes.empty()) replace(std::move(panes));
  tell_mode();
  log_info("output.monitors", {{"count", panes_.size()},
                               {"width", layout_.mode().size.width},
                               {"height", layout_.mode().size.height}});
}

void GlfwOutput::replace(std::vector<Pane> panes) {
  watch(panes);
  {
    const std::lock_guard lock(panes_mutex_);
    panes_.swap(panes);
    layout_ = layout_now();
  }
  for (const Pane& pane : panes)
    if (std::ranges::count(panes_, pane.window, &Pane::window) == 0) glfwDestroyWindow(pane.window);
  if (!has_focus()) glfwFocusWindow(panes_[0].window);
}

void GlfwOutput::watch(const std::vector<Pane>& panes) {
  std::vector<GLFWwindow*> windows;
  for (const Pane& pane : panes)
    windows.push_back(pane.window);
  watch_x11_windows(windows);
}

// Whoever destroys the window is done with it, as who closes it is.
void GlfwOutput::look_at_windows() {
  if (!is_x11_window_destroyed() || std::exchange(is_closed_, true)) return;
  log_warning("output.destroyed", {{"reason", "another program has destroyed the window"}});
  events_.close();
}

// On Wayland no desktop tells.
void GlfwOutput::look_whether_seen() {
  is_seen_ = std::ranges::any_of(panes_, [](const Pane& pane) {
    return glfwGetWindowAttrib(pane.window, GLFW_ICONIFIED) == GLFW_FALSE;
  });
  if (is_seen_) tell_mode();
}

// Who closes it by mistake would end every window with it: where there are some, it takes two.
void GlfwOutput::ask_before_close(GLFWwindow* window) {
  const std::size_t windows = events_.windows();
  if (windows == 0 || asked_at_) return events_.close();
  glfwSetWindowShouldClose(window, GLFW_FALSE);
  asked_at_ = glfwGetTime();
  (void)with_memory([&] {
    set_title(title + std::string(": ") +
              (windows == 1 ? "a window is" : std::to_string(windows) + " windows are") +
              " open; close again to end it");
  });
}

void GlfwOutput::look_at_question() {
  if (!asked_at_ || glfwGetTime() < *asked_at_ + close_answer_s) return;
  asked_at_.reset();
  (void)with_memory([this] { set_title(title); });
}

void GlfwOutput::wait_for_events() const {
  if (asked_at_)
    glfwWaitEventsTimeout(std::max(0.01, *asked_at_ + close_answer_s - glfwGetTime()));
  else
    glfwWaitEvents();
}

void GlfwOutput::set_title(const std::string& text) {
  for (const Pane& pane : panes_)
    glfwSetWindowTitle(pane.window, text.c_str());
}

void GlfwOutput::look_at_cursor() {
  const Cursor cursor = cursor_;
  if (std::exchange(cursor_shown_, cursor) == cursor) return;
  for (const Pane& pane : panes_)
    glfwSetCursor(pane.window, cursors_.get(cursor));
}

// Its window is one of the desktop now, until the monitors have been looked at.
void GlfwOutput::lose(const GLFWmonitor* monitor) {
  const std::lock_guard lock(panes_mutex_);
  for (Pane& pane : panes_)
    if (pane.monitor == monitor) pane.monitor = nullptr;
}

// -------------------------------------------------------------------------------------- events

void GlfwOutput::run(const std::function<void()>& serve, OutputEvents events) {
  events_ = std::move(events);
  for (const Pane& pane : panes_)
    listen(pane.window);
  tell_mode();
  running = this;
  glfwSetMonitorCallback([](GLFWmonitor* monitor, int event) {
    GlfwOutput* const output = running;
    if (output == nullptr) return;
    if (event == GLFW_DISCONNECTED) output->lose(monitor);
    output->must_rearrange_ = true;
  });
  std::atexit(stop_before_exit);
  std::thread server([&] {
    serve();
    is_over_ = true;
    glfwPostEmptyEvent();
  });
  while (!is_over_) {
    wait_for_events();
    look_at_windows();
    look_at_question();
    look_at_cursor();
    if (!with_memory([this] { look_at_monitors(); })) must_rearrange_ = true;
  }
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

void GlfwOutput::listen(GLFWwindow* pane) {
  using Kind = InputEvent::Kind;
  glfwSetWindowUserPointer(pane, this);
  glfwSetWindowCloseCallback(
      pane, [](GLFWwindow* window) { output_of(window).ask_before_close(window); });
  glfwSetWindowIconifyCallback(
      pane, [](GLFWwindow* window, int) { output_of(window).look_whether_seen(); });
  glfwSetFramebufferSizeCallback(
      pane, [](GLFWwindow* window, int, int) { output_of(window).tell_mode(); });
  glfwSetWindowContentScaleCallback(
      pane, [](GLFWwindow* window, float, float) { output_of(window).tell_mode(); });
  glfwSetWindowRefreshCallback(pane, [](GLFWwindow* window) { output_of(window).tell_mode(); });
  glfwSetCursorPosCallback(pane, [](GLFWwindow* window, double x, double y) {
    output_of(window).move_pointer(window, x, y);
  });
  glfwSetCursorEnterCallback(pane, [](GLFWwindow* window, int is_inside) {
    GlfwOutput& output = output_of(window);
    if (is_inside)
      output.has_left_ = false;
    else
      output.leave_with_pointer();
  });
  glfwSetMouseButtonCallback(pane, [](GLFWwindow* window, int button, int action, int) {
    output_of(window).press_button(button, action == GLFW_PRESS);
  });
  // GLFW counts what goes to the left as more.
  glfwSetScrollCallback(pane, [](GLFWwindow* window, double x, double y) {
    output_of(window).tell(
        {.kind = Kind::wheel, .x = -static_cast<float>(x), .y = static_cast<float>(y)});
  });
  glfwSetKeyCallback(pane, [](GLFWwindow* window, int, int scancode, int action, int) {
    GlfwOutput& output = output_of(window);
    const int code = scancode - (output.is_wayland_ ? 0 : x11_key_offset);
    if (code > 0)
      output.tell(
          {.kind = Kind::key, .press = press_of(action), .code = static_cast<std::uint32_t>(code)});
  });
  glfwSetWindowFocusCallback(pane, [](GLFWwindow* window, int is_focused) {
    GlfwOutput& output = output_of(window);
    const bool is_lost = !is_focused && (output.panes_.size() == 1 || !output.has_focus());
    if (is_lost) output.tell({.kind = Kind::leave});
  });
}

void GlfwOutput::tell(const InputEvent& event) {
  (void)with_memory([&] { events_.input(event); });
}

void GlfwOutput::tell_mode() {
  (void)with_memory([&] {
    MonitorLayout layout = layout_now();
    {
      const std::lock_guard lock(panes_mutex_);
      layout_ = std::move(layout);
    }
    events_.change(mode());
  });
}

void GlfwOutput::move_pointer(const GLFWwindow* window, double x, double y) {
  for (std::size_t i = 0; i < panes_.size(); ++i) {
    if (panes_[i].window != window) continue;
    const auto at = layout_.point(i, x, y);
    tell({.kind = InputEvent::Kind::pointer, .x = at.x, .y = at.y});
  }
}

bool GlfwOutput::has_focus() const {
  return std::ranges::any_of(panes_, [](const Pane& pane) {
    return glfwGetWindowAttrib(pane.window, GLFW_FOCUSED) != GLFW_FALSE;
  });
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
