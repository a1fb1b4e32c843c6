// blinkd and one client, as tests of outputs use them.

#pragma once

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "tests/support/client_window.h"

namespace blink::test {

constexpr std::uint32_t red = 0xFF0000;

// What blinkd says, and its exit status, when `variables` are set.
inline std::pair<std::string, int> run_blinkd(const std::string& variables,
                                              const std::string& options) {
  const std::string program =
      std::filesystem::read_symlink("/proc/self/exe").parent_path() / "blinkd";
  const std::string command =
      "env -u WAYLAND_DISPLAY -u DISPLAY " + variables + " " + program + " " + options + " 2>&1";
  FILE* const pipe = ::popen(command.c_str(), "r");
  std::string said;
  for (int c = 0; (c = std::fgetc(pipe)) != EOF;)
    said += static_cast<char>(c);
  return {said, WEXITSTATUS(::pclose(pipe))};
}

// A client with one window, drawn by a procedure.
class RedWindow : private Window {
 public:
  static constexpr std::uint32_t left = 24, top = 54;  // where it stands
  using Window::side;

  explicit RedWindow(const Daemon& daemon,
                     const std::string& redraw = "ClearColor 1, 0, 0, 1\nClear COLOR_BUFFER_BIT\n")
      : Window(daemon) {
    give("redraw\n" + redraw);
  }
  // The next input of that kind; what else there is is passed over.
  std::optional<vso::ClientEvent> wait_for(std::uint32_t kind) {
    for (;;) {
      auto event = Window::wait_for(BLINK_EVENT_INPUT);
      if (!event || event->kind == kind) return event;
    }
  }
};

}  // namespace blink::test
