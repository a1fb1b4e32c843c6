// blinkd and one client, as tests of outputs use them.

#pragma once

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "jit/text/assembler.h"
#include "server/control.h"
#include "tests/support/daemon.h"
#include "tests/support/png_pixels.h"
#include "vso/client_array.h"

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

template <typename IsRight>
bool becomes(IsRight is_right) {
  for (int i = 0; i < 400; ++i) {
    if (is_right()) return true;
    ::usleep(25'000);
  }
  return false;
}

inline Picture screenshot_of(const Daemon& daemon) {
  auto answer = server::ask_server(daemon.directory, "screenshot");
  EXPECT_TRUE(answer.is_ok()) << answer.status().text();
  return picture_of(answer->payload);
}

// A client with one window, drawn by a procedure.
class RedWindow {
 public:
  static constexpr std::uint32_t left = 24, top = 54, side = 100;  // where it stands

  explicit RedWindow(const Daemon& daemon,
                     const std::string& redraw = "ClearColor 1, 0, 0, 1\nClear COLOR_BUFFER_BIT\n")
      : client(daemon.connect().take()), array(client->add_array(16).value()) {
    const auto words = jit::assemble(".procedure redraw\n" + redraw).words;
    const std::uint32_t object =
        put(BLINK_OBJECT_WINDOW, std::as_bytes(std::span("window", 6)), {side, side});
    put(BLINK_OBJECT_PROCEDURE, std::as_bytes(std::span(words)), {object});
  }
  // The next input of that kind; what else there is is passed over.
  std::optional<vso::ClientEvent> wait_for(std::uint32_t kind) {
    const auto deadline = vso::Client::Clock::now() + std::chrono::seconds(10);
    while (client->wait_for_event(deadline)) {
      auto event = client->next_event();
      if (!event.is_ok() || !event.value()) break;
      if (event.value()->type == BLINK_EVENT_INPUT && event.value()->kind == kind)
        return event.take();
    }
    return std::nullopt;
  }

 private:
  std::uint32_t put(std::uint16_t type, std::span<const std::byte> bytes,
                    const vso::ClientArray::Params& params) {
    const std::uint32_t made = array->create(type, bytes.size(), params).value();
    std::ranges::copy(bytes, array->content(made).begin());
    array->end_update(made);
    return made;
  }

  std::unique_ptr<vso::Client> client;
  vso::ClientArray* array;
};

}  // namespace blink::test
