#include "server/screen/output_x11.h"

#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <vector>

#include <X11/Xlib.h>
#include <X11/Xproto.h>

namespace blink::server {
namespace {

// As <X11/Xlibint.h> has it, which defines `min` and much else.
using FromWire = Bool (*)(::Display*, XEvent*, xEvent*);

// GLFW may be there without X11, and may have loaded libX11 itself.
template <class Function>
Function find(void* library, const char* name) {
  return reinterpret_cast<Function>(::dlsym(library, name));
}

// Xlib's hooks are given nothing to find their own with.
std::mutex mutex;
std::vector<::Window> watched;
std::atomic<bool> is_destroyed = false;
FromWire from_wire = nullptr;
XErrorHandler handle_others = nullptr;

bool is_watched(::Window window) {
  const std::lock_guard lock(mutex);
  return std::ranges::find(watched, window) != watched.end();
}

Bool take_destroy_notify(::Display* display, XEvent* event, xEvent* wire) {
  const Bool is_for_queue = from_wire(display, event, wire);
  if (is_watched(event->xdestroywindow.window)) is_destroyed = true;
  return is_for_queue;
}

int take_error(::Display* display, XErrorEvent* error) {
  const bool is_of_window = error->error_code == BadWindow || error->error_code == BadDrawable;
  if (is_of_window && is_watched(error->resourceid)) is_destroyed = true;
  // The driver has things of its own that went with the window.
  if (is_of_window && is_destroyed) return 0;
  return handle_others(display, error);
}

}  // namespace

void watch_x11_windows(std::span<GLFWwindow* const> windows) {
  const auto display_of = find<::Display* (*)()>(RTLD_DEFAULT, "glfwGetX11Display");
  const auto window_of = find<::Window (*)(GLFWwindow*)>(RTLD_DEFAULT, "glfwGetX11Window");
  void* const library = ::dlopen("libX11.so.6", RTLD_LAZY | RTLD_NOLOAD);
  ::Display* const display = display_of == nullptr ? nullptr : display_of();
  if (display == nullptr || window_of == nullptr || library == nullptr) return;
  {
    const std::lock_guard lock(mutex);
    watched.clear();
    for (GLFWwindow* const window : windows)
      watched.push_back(window_of(window));
  }
  const auto hook = find<FromWire (*)(::Display*, int, FromWire)>(library, "XESetWireToEvent");
  const auto handle = find<XErrorHandler (*)(XErrorHandler)>(library, "XSetErrorHandler");
  if (hook == nullptr || handle == nullptr) return;
  if (from_wire == nullptr) from_wire = hook(display, DestroyNotify, nullptr);
  hook(display, DestroyNotify, take_destroy_notify);
  // GLFW puts Xlib's own back after every window that it makes.
  const XErrorHandler before = handle(take_error);
  if (before != take_error) handle_others = before;
}

bool is_x11_window_destroyed() { return is_destroyed; }

}  // namespace blink::server
