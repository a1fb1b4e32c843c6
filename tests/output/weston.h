// Weston, a Wayland compositor, without a screen: its pixels are had by its own screenshot program.
// With several monitors it draws them in windows of an X server; alone it has one.

#pragma once

#include <X11/Xlib.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tests/output/ask_to_close.h"
#include "tests/support/png_pixels.h"
#include "tests/support/xvfb.h"

namespace blink::test {

class Weston {
 public:
  explicit Weston(int monitors = 1) : monitors_(monitors) {
    if (monitors > 1) x_server_.emplace();
    char name[] = "/tmp/blink-weston-XXXXXX";
    folder_ = ::mkdtemp(name);
    if (const int version = installed_version(); version != 0)
      start(version < 12 ? "--use-pixman" : "--renderer=pixman");
  }
  Weston(const Weston&) = delete;
  Weston& operator=(const Weston&) = delete;
  ~Weston() {
    stop();
    std::filesystem::remove_all(folder_);
  }

  bool is_running() const { return process_ > 0; }
  void stop() {
    if (process_ <= 0) return;
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
  }
  // For this process, or in a child.
  void set_environment() const {
    ::setenv("XDG_RUNTIME_DIR", folder_.c_str(), 1);
    ::setenv("WAYLAND_DISPLAY", "test", 1);
    ::unsetenv("DISPLAY");
  }
  std::string variables() const { return "XDG_RUNTIME_DIR=" + folder_ + " WAYLAND_DISPLAY=test"; }

  // Of several: closes the window that one of them is.
  void pull_out_a_monitor() const {
    Display* const display = ::XOpenDisplay(x_server_->display().c_str());
    ::Window root = 0, parent = 0, *windows = nullptr;
    unsigned count = 0;
    ::XQueryTree(display, DefaultRootWindow(display), &root, &parent, &windows, &count);
    for (unsigned i = 0; i < count; ++i) {
      XWindowAttributes its{};
      if (::XGetWindowAttributes(display, windows[i], &its) == 0 || its.width != 640) continue;
      ask_to_close(display, windows[i]);
      break;
    }
    ::XFree(windows);
    ::XCloseDisplay(display);
  }

  std::optional<Picture> screen() const {
    const pid_t shooter = ::fork();
    if (shooter == 0) {
      set_environment();
      if (::chdir(folder_.c_str()) == 0)
        ::execlp("weston-screenshooter", "weston-screenshooter", nullptr);
      ::_exit(127);
    }
    int status = 0;
    if (::waitpid(shooter, &status, 0) != shooter || status != 0) return std::nullopt;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      if (entry.path().extension() != ".png") continue;
      std::ifstream file(entry.path(), std::ios::binary);
      const std::vector<char> png{std::istreambuf_iterator<char>(file), {}};
      std::filesystem::remove(entry.path());
      return picture_of(std::as_bytes(std::span(png)));
    }
    return std::nullopt;
  }

 private:
  static int installed_version() {
    FILE* const pipe = ::popen("weston --version 2>/dev/null", "r");
    int version = 0;
    if (std::fscanf(pipe, "weston %d", &version) != 1) version = 0;
    ::pclose(pipe);
    return version;
  }
  void start(const char* renderer) {
    process_ = ::fork();
    if (process_ == 0) {
      set_environment();
      ::unsetenv("WAYLAND_DISPLAY");
      const int nowhere = ::open("/dev/null", O_RDWR);
      ::dup2(nowhere, STDOUT_FILENO);
      ::dup2(nowhere, STDERR_FILENO);
      if (x_server_) ::setenv("DISPLAY", x_server_->display().c_str(), 1);
      const char* const backend =
          x_server_ ? "--backend=x11-backend.so" : "--backend=headless-backend.so";
      const std::string count = "--output-count=" + std::to_string(monitors_);
      // With --debug it lets others see its screen.
      ::execlp("weston", "weston", backend, renderer, "--socket=test", "--debug", "--width=640",
               "--height=480", "--no-config", x_server_ ? count.c_str() : nullptr, nullptr);
      ::_exit(127);
    }
    for (int i = 0; i < 2'000 && !std::filesystem::exists(folder_ + "/test"); ++i) {
      if (::waitpid(process_, nullptr, WNOHANG) == process_) {
        process_ = -1;
        return;
      }
      ::usleep(5'000);
    }
  }

  const int monitors_;
  std::optional<Xvfb> x_server_;
  std::string folder_;
  pid_t process_ = -1;
};

}  // namespace blink::test
