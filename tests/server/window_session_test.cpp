// Windows from a client's objects to the screen, through a real blinkd.

#include <gtest/gtest.h>

#include <spawn.h>
#include <sys/wait.h>

#include <csignal>
#include <filesystem>

#include "jit/text/assembler.h"
#include "server/control.h"
#include "tests/support/daemon.h"
#include "tests/support/png_pixels.h"
#include "vso/client_array.h"

extern char** environ;

namespace blink::server {
namespace {

using test::Daemon;
using test::Picture;

Picture screen_of(const Daemon& daemon) {
  auto answer = ask_server(daemon.directory, "screenshot");
  EXPECT_TRUE(answer.is_ok()) << answer.status().text();
  return test::picture_of(answer->payload);
}

template <typename IsRight>
bool becomes(IsRight is_right) {
  for (int i = 0; i < 400; ++i) {
    if (is_right()) return true;
    ::usleep(25'000);
  }
  return false;
}

class Window {
 public:
  explicit Window(const Daemon& daemon) : client(daemon.connect().take()) {
    array = client->add_array(16).value();
    object = put(BLINK_OBJECT_WINDOW, std::as_bytes(std::span("window", 6)), {100, 100});
  }
  std::uint32_t put(std::uint16_t type, std::span<const std::byte> bytes,
                    const vso::ClientArray::Params& params) {
    const std::uint32_t made = array->create(type, bytes.size(), params).value();
    std::ranges::copy(bytes, array->content(made).begin());
    array->end_update(made);
    return made;
  }
  std::uint32_t give(const std::string& text) {
    const auto words = jit::assemble(".procedure " + text).words;
    return put(BLINK_OBJECT_PROCEDURE, std::as_bytes(std::span(words)), {object});
  }

  // The next event of that type; others before it are passed over.
  std::optional<vso::ClientEvent> wait_for(std::uint16_t type) {
    const auto deadline = vso::Client::Clock::now() + std::chrono::seconds(10);
    while (client->wait_for_event(deadline)) {
      auto event = client->next_event();
      if (!event.is_ok() || !event.value()) break;
      if (event.value()->type == type) return event.take();
    }
    return std::nullopt;
  }

  std::unique_ptr<vso::Client> client;
  vso::ClientArray* array = nullptr;
  std::uint32_t object = 0;
};

constexpr std::uint32_t left = 24, top = 54, red = 0xFF0000, green = 0x00FF00, black = 0;

TEST(WindowSession, ComesAndGoesWithItsObjects) {
  Daemon daemon;
  const Picture empty = screen_of(daemon);
  Window window(daemon);
  const std::uint32_t redraw =
      window.give("redraw\nClearColor 1, 0, 0, 1\nClear COLOR_BUFFER_BIT\n");
  const auto is = [&](std::uint32_t colour) {
    return [&daemon, colour] { return screen_of(daemon).at(left + 50, top + 50) == colour; };
  };
  EXPECT_TRUE(becomes(is(red)));
  window.array->retire(redraw);
  EXPECT_TRUE(becomes(is(black)));
  const float half[] = {0, 1};
  window.give("redraw\nparam r0, 1\nClearColor 0, r0, 0, 1\nClear COLOR_BUFFER_BIT\n");
  window.put(BLINK_OBJECT_PARAMS, std::as_bytes(std::span(half)), {window.object});
  EXPECT_TRUE(becomes(is(green)));
  window.array->retire(window.object);
  EXPECT_TRUE(becomes([&] { return screen_of(daemon) == empty; }));
}

TEST(WindowSession, ARefusedProcedureIsToldWhy) {
  Daemon daemon;
  Window window(daemon);
  window.give("redraw\nClearColor 0, 1, 0, 1\nClear COLOR_BUFFER_BIT\n");
  EXPECT_TRUE(becomes([&] { return screen_of(daemon).at(left + 50, top + 50) == green; }));
  std::string text = "redraw\n";
  for (int i = 0; i < 40; ++i)
    text += "PushMatrix\n";
  window.give(text);
  const auto event = window.wait_for(BLINK_EVENT_OBJECT_REFUSED);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->code, std::uint32_t{BLINK_END_CONTENT});
  EXPECT_NE(event->text.find("PushMatrix: pushes deeper"), std::string::npos) << event->text;
  EXPECT_EQ(screen_of(daemon).at(left + 50, top + 50), green) << "the one before stays";
}

// Every window costs the server memory, also one that is only spoken of.
TEST(WindowSession, HasOnlySoManyWindows) {
  Daemon daemon;
  auto client = daemon.connect().take();
  vso::ClientArray* array = client->add_array(1024).value();
  const float number = 1;
  for (std::uint32_t i = 0; i < 256 + 3; ++i) {
    const std::uint32_t made = array->create(BLINK_OBJECT_PARAMS, 4, {1000 + i}).value();
    std::memcpy(array->content(made).data(), &number, 4);
    array->end_update(made);
  }
  int refused = 0;
  while (client->wait_for_event(vso::Client::Clock::now() + std::chrono::milliseconds(500))) {
    const auto event = client->next_event();
    ASSERT_TRUE(event.is_ok() && event.value());
    EXPECT_EQ(event.value()->code, std::uint32_t{BLINK_END_QUOTA});
    ++refused;
  }
  EXPECT_EQ(refused, 3);
}

TEST(WindowSession, LivesWhileItsProgramIsStopped) {
  Daemon daemon({"--size", "640x480"});
  const auto folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  std::string program = folder / "demo-gears", socket = daemon.socket_path();
  char* arguments[] = {program.data(), socket.data(), nullptr};
  pid_t pid = 0;
  ASSERT_EQ(::posix_spawn(&pid, program.c_str(), nullptr, nullptr, arguments, environ), 0);
  const auto is_red = [&] {  // some of the large gear
    const Picture picture = screen_of(daemon);
    for (std::uint32_t x = left; x < left + 400; ++x)
      if (picture.at(x, top + 250) >> 16 > 0x80) return true;
    return false;
  };
  EXPECT_TRUE(becomes(is_red));
  ::kill(pid, SIGSTOP);
  const Picture then = screen_of(daemon);
  EXPECT_TRUE(becomes([&] { return screen_of(daemon) != then; })) << "it goes on turning";
  EXPECT_TRUE(is_red());
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  EXPECT_TRUE(becomes([&] { return !is_red(); })) << "it goes with its program";
}

}  // namespace
}  // namespace blink::server
