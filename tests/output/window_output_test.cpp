// blinkd in a window of a real X server: what is drawn gets there, what the user does gets here.

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "server/control.h"
#include "tests/output/red_window.h"
#include "tests/output/x_desktop.h"
#include "tests/support/daemon.h"

namespace blink::server {
namespace {

using test::becomes;
using test::Daemon;
using test::Picture;
using test::red;
using test::RedWindow;
using test::run_blinkd;
using test::screen_of;

constexpr std::uint32_t width = 320, height = 240;
constexpr std::uint32_t left = RedWindow::left, top = RedWindow::top, side = RedWindow::side;

class WindowOutput : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!desktop.is_there()) GTEST_SKIP() << "Xvfb is not installed";
  }
  // Mesa does not free what libxcb tells it of a window that has gone.
  static std::string leaks_of_others() {
    const std::string path = testing::TempDir() + "leaks_of_others." + std::to_string(::getpid());
    std::ofstream(path) << "leak:libxcb.so\n";
    return "suppressions=" + path + ":print_suppressions=0";
  }
  std::function<void()> on_desktop() {
    return [name = desktop.name(), leaks = leaks_of_others()] {
      ::setenv("LSAN_OPTIONS", leaks.c_str(), 1);
      ::setenv("DISPLAY", name.c_str(), 1);
      ::unsetenv("WAYLAND_DISPLAY");
    };
  }
  std::unique_ptr<Daemon> start(std::vector<std::string> options = {}) {
    options.insert(options.begin(), {"--output", "window"});
    return std::make_unique<Daemon>(options, on_desktop());
  }
  // The X server has what the compositor has.
  bool is_shown(const Daemon& daemon) {
    const Picture picture = screen_of(daemon);
    return picture == desktop.screen(picture.width, picture.height);
  }
  bool is_red(std::uint32_t x, std::uint32_t y) {
    return desktop.screen(width, height).at(x, y) == red;
  }

  test::XDesktop desktop;
};

TEST_F(WindowOutput, ShowsWhatAScreenshotShows) {
  auto daemon = start();
  RedWindow window(*daemon);
  EXPECT_TRUE(becomes([&] { return is_red(left + 50, top + 50); }));
  EXPECT_TRUE(becomes([&] { return is_shown(*daemon); }));
}

TEST_F(WindowOutput, EndsThoughTheDesktopHangs) {
  auto daemon = start();
  RedWindow window(*daemon);
  ASSERT_TRUE(becomes([&] { return is_red(left + 50, top + 50); }));
  desktop.hang(true);
  ::kill(daemon->pid, SIGTERM);
  EXPECT_EQ(daemon->wait(20'000), 0);
  desktop.hang(false);
}

TEST_F(WindowOutput, IsDrawnAgainAfterItWasCovered) {
  auto daemon = start();
  RedWindow window(*daemon);
  ASSERT_TRUE(becomes([&] { return is_red(left + 50, top + 50); }));
  desktop.cover_and_uncover();
  EXPECT_TRUE(becomes([&] { return is_shown(*daemon); }));
}

TEST_F(WindowOutput, TheMouseMovesWindows) {
  auto daemon = start();
  RedWindow window(*daemon);
  ASSERT_TRUE(becomes([&] { return is_red(left + 50, top + 50); }));
  ASSERT_FALSE(is_red(left + side + 40, top + side + 30));
  desktop.move_pointer(left + 40, top - 14);
  desktop.press_button(1, true);
  desktop.move_pointer(left + 60, top);
  desktop.move_pointer(left + 90, top + 26);
  desktop.press_button(1, false);
  EXPECT_TRUE(becomes([&] { return is_red(left + side + 40, top + side + 30); }));
  EXPECT_FALSE(is_red(left + 20, top + 20));
}

TEST_F(WindowOutput, ADragGoesOnBeyondTheWindow) {
  auto daemon = start();
  RedWindow window(*daemon);
  ASSERT_TRUE(becomes([&] { return is_red(left + 50, top + 50); }));
  desktop.move_pointer(left + 40, top - 14);
  desktop.press_button(1, true);
  desktop.move_pointer(width + 100, top + 20);
  desktop.move_pointer(left + 90, top + 26);
  desktop.press_button(1, false);
  EXPECT_TRUE(becomes([&] { return is_red(left + side + 40, top + side + 30); }));
}

TEST_F(WindowOutput, TheCursorShowsWhichWayAnEdgeMoves) {
  auto daemon = start();
  RedWindow window(*daemon);
  ASSERT_TRUE(becomes([&] { return is_red(left + 50, top + 50); }));
  desktop.move_pointer(left + 50, top + 50);
  const auto arrow = desktop.cursor();
  std::vector<std::vector<unsigned long>> all = {arrow};
  constexpr int beside = left - 3, above = top - 32, below = top + side + 2;
  for (const auto& [x, y] : {std::pair{beside, int{top} + 50},
                             {int{left} + 50, below},
                             {beside, below},
                             {beside, above}}) {
    desktop.move_pointer(x, y);
    EXPECT_TRUE(becomes([&] { return std::ranges::count(all, desktop.cursor()) == 0; }))
        << x << ", " << y;
    all.push_back(desktop.cursor());
  }
  desktop.move_pointer(left + 50, top + 50);
  EXPECT_TRUE(becomes([&] { return desktop.cursor() == arrow; }));
}

TEST_F(WindowOutput, AClientHearsMouseAndKeys) {
  auto daemon = start();
  RedWindow window(*daemon);
  ASSERT_TRUE(becomes([&] { return is_red(left + 50, top + 50); }));
  desktop.move_pointer(left + 10, top + 20);
  const auto moved = window.wait_for(BLINK_INPUT_POINTER);
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->number[0], 10);
  EXPECT_EQ(moved->number[1], 20);
  desktop.press_button(3, true);
  const auto pressed = window.wait_for(BLINK_INPUT_BUTTON);
  ASSERT_TRUE(pressed);
  EXPECT_EQ(pressed->code, 3u);
  desktop.press_button(4,
                       true);  // X has wheels as buttons: 4 is away from the user, 7 to the right
  const auto away = window.wait_for(BLINK_INPUT_WHEEL);
  ASSERT_TRUE(away);
  EXPECT_EQ(away->number[1], 1);
  desktop.press_button(7, true);
  const auto right = window.wait_for(BLINK_INPUT_WHEEL);
  ASSERT_TRUE(right);
  EXPECT_EQ(right->number[0], 1);
  desktop.press_key(KEY_W + 8, true);
  const auto key = window.wait_for(BLINK_INPUT_KEY);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->code, std::uint32_t{KEY_W});
  EXPECT_EQ(key->text, "w");
  desktop.press_key(KEY_W + 8, false);
}

TEST_F(WindowOutput, ResizedItIsAnotherScreen) {
  auto daemon = start();
  RedWindow window(*daemon);
  for (const auto& [wide, high] : {std::pair{500u, 400u}, {200u, 150u}, {333u, 221u}}) {
    desktop.resize(desktop.find_window("Blink"), wide, high);
    EXPECT_TRUE(becomes([&] {
      const Picture picture = screen_of(*daemon);
      return picture.width == wide && picture.height == high &&
             picture == desktop.screen(wide, high);
    })) << wide
        << "x" << high;
  }
}

TEST_F(WindowOutput, FillsAMonitor) {
  auto daemon = start({"--fullscreen", "--monitor", "1"});
  RedWindow window(*daemon);
  EXPECT_TRUE(becomes([&] {
    const Picture picture = screen_of(*daemon);
    return picture.width == 640 && picture.height == 480 && picture == desktop.screen(640, 480);
  }));
}

TEST_F(WindowOutput, TheDesktopsScaleIsTheScreens) {
  desktop.set_dpi(192);
  auto daemon = start({"--size", "400x300"});
  RedWindow window(*daemon,
                   "input r0, scale\nmul r0, r0, 0.5\nClearColor r0, 0, 0, 1\n"
                   "Clear COLOR_BUFFER_BIT\n");
  // A frame is twice as high: so much further below is the window.
  const std::uint32_t twice = top + (top - left) - 1;
  EXPECT_TRUE(becomes([&] { return is_red(left + 50, twice + 50); }));
  const auto light = [screen = desktop.screen(width, height)](std::uint32_t x, std::uint32_t y) {
    return screen.at(x, y) & 0xFF;
  };
  for (const std::uint32_t y : {left + 6, twice - 6})
    EXPECT_GT(light(left + 6, y), light(left - 6, y) + 16) << "no title bar at " << y;
}

TEST_F(WindowOutput, ClosedItEndsInGoodOrder) {
  auto daemon = start();
  desktop.ask_to_close(desktop.find_window("Blink"));
  EXPECT_EQ(daemon->wait(10'000), 0);
  EXPECT_NE(daemon->log().find("server.down"), std::string::npos);
}

TEST_F(WindowOutput, ClosedWithWindowsItAsksFirst) {
  constexpr const char* question = "Blink: a window is open; close again to end it";
  auto daemon = start();
  RedWindow window(*daemon);
  ASSERT_TRUE(becomes([&] { return is_red(left + 50, top + 50); }));
  desktop.ask_to_close(desktop.find_window("Blink"));
  EXPECT_TRUE(becomes([&] { return desktop.find_window(question) != 0; }));
  EXPECT_TRUE(becomes([&] { return desktop.find_window("Blink") != 0; })) << "no answer is a no";
  ASSERT_TRUE(daemon->is_alive());
  desktop.ask_to_close(desktop.find_window("Blink"));
  EXPECT_TRUE(becomes([&] { return desktop.find_window(question) != 0; }));
  desktop.ask_to_close(desktop.find_window(question));
  EXPECT_EQ(daemon->wait(10'000), 0);
  EXPECT_NE(daemon->log().find("server.down"), std::string::npos);
}

TEST_F(WindowOutput, IconifiedItDrawsOnlyWhatIsAskedFor) {
  auto daemon = start();
  RedWindow window(*daemon,
                   "input r0, time\nfract r0, r0\nClearColor 1, 0, r0, 1\n"
                   "Clear COLOR_BUFFER_BIT\n");
  const auto frames = [&] {
    auto answer = ask_server(daemon->directory, "ps");
    return nlohmann::json::parse(answer->json)["frames"].get<int>();
  };
  EXPECT_TRUE(becomes([&] { return frames() > 20; }));
  desktop.say_iconified(desktop.find_window("Blink"), true);
  EXPECT_TRUE(becomes([&] {
    const int before = frames();
    ::usleep(300'000);
    return frames() == before;
  }));
  const Picture picture = screen_of(*daemon);
  ::usleep(20'000);
  EXPECT_NE(screen_of(*daemon), picture) << "a picture shows what there is now";
  desktop.say_iconified(desktop.find_window("Blink"), false);
  const int before = frames();
  EXPECT_TRUE(becomes([&] { return frames() > before + 20; }));
}

TEST_F(WindowOutput, DestroyedByAnotherItEndsInGoodOrder) {
  auto daemon = start();
  desktop.destroy(desktop.find_window("Blink"));
  EXPECT_EQ(daemon->wait(10'000), 0);
  EXPECT_NE(daemon->log().find("output.destroyed"), std::string::npos) << daemon->log();
  EXPECT_NE(daemon->log().find("server.down"), std::string::npos) << daemon->log();
}

// Frames are on their way then, to a window that is no more.
TEST_F(WindowOutput, DestroyedWhileItDrawsItEndsInGoodOrder) {
  for (int round = 0; round < 5; ++round) {
    auto daemon = start();
    RedWindow window(*daemon,
                     "input r0, time\nsin r0, r0\nmul r0, r0, r0\nClearColor r0, 0.2, 0, 1\n"
                     "Clear COLOR_BUFFER_BIT\n");
    const auto seen = [&] { return desktop.screen(width, height).at(left + 50, top + 50); };
    ASSERT_TRUE(becomes([&] { return (seen() >> 8 & 0xFF) == 51; }));
    desktop.destroy(desktop.find_window("Blink"));
    EXPECT_EQ(daemon->wait(10'000), 0) << daemon->log();
    EXPECT_NE(daemon->log().find("server.down"), std::string::npos) << daemon->log();
  }
}

TEST_F(WindowOutput, TheDesktopMayGo) {
  auto daemon = start();
  RedWindow window(*daemon);
  ASSERT_TRUE(becomes([&] { return is_red(left + 50, top + 50); }));
  desktop.stop();
  EXPECT_EQ(daemon->wait(10'000), 1);
  EXPECT_NE(daemon->log().find("output.lost"), std::string::npos) << daemon->log();
  EXPECT_NE(daemon->log().find("reason=\"the server stops\""), std::string::npos) << daemon->log();
}

TEST_F(WindowOutput, EndsAlsoOtherwise) {
  auto asked = start();
  EXPECT_TRUE(ask_server(asked->directory, "stop").is_ok());
  EXPECT_EQ(asked->wait(10'000), 0);
  auto terminated = start();
  ::kill(terminated->pid, SIGTERM);
  EXPECT_EQ(terminated->wait(10'000), 0);
  EXPECT_NE(terminated->log().find("server.down"), std::string::npos);
}

// ---- Where there is no window ----

TEST(NoWindow, IsSaidInOneLine) {
  const auto [said, status] = run_blinkd("DISPLAY=:59000", "--output window");
  EXPECT_EQ(status, 1);
  EXPECT_EQ(std::ranges::count(said, '\n'), 1) << said;
  EXPECT_NE(said.find("no window can be opened"), std::string::npos) << said;
  EXPECT_NE(said.find("--output headless"), std::string::npos) << said;
}

// Debian 12's.
TEST(NoWindow, AGlfwForX11AloneIsSaidToBeSo) {
  const auto [said, status] = run_blinkd("WAYLAND_DISPLAY=wayland-0", "--output window");
  EXPECT_EQ(status, 1);
  EXPECT_EQ(std::ranges::count(said, '\n'), 1) << said;
  if (said.find("X11") == std::string::npos) GTEST_SKIP() << "this GLFW knows Wayland";
  EXPECT_NE(said.find("this GLFW knows X11 alone: install libglfw3-wayland, or set DISPLAY"),
            std::string::npos)
      << said;
}

TEST_F(WindowOutput, AMonitorThatIsNotThereIsSaidInOneLine) {
  const auto [said, status] =
      run_blinkd("DISPLAY=" + desktop.name(), "--output window --fullscreen --monitor 7");
  EXPECT_EQ(status, 1);
  EXPECT_EQ(std::ranges::count(said, '\n'), 1) << said;
  EXPECT_NE(said.find("no monitor 7; this desktop has 1: 1 is "), std::string::npos) << said;
}

TEST_F(WindowOutput, ADesktopWithoutEglIsSaidInOneLine) {
  const auto [said, status] = run_blinkd(
      "__EGL_VENDOR_LIBRARY_FILENAMES=/nowhere DISPLAY=" + desktop.name(), "--output window");
  EXPECT_EQ(status, 1);
  EXPECT_EQ(std::ranges::count(said, '\n'), 1) << said;
  EXPECT_NE(said.find("(EGL: "), std::string::npos) << said;
  EXPECT_NE(said.find("install libegl-mesa0"), std::string::npos) << said;
}

TEST(NoWindow, AutoIsHeadless) {
  for (const char* display : {":59000", ""}) {
    Daemon daemon({"--output", "auto"}, [=] {
      ::setenv("DISPLAY", display, 1);
      ::unsetenv("WAYLAND_DISPLAY");
    });
    EXPECT_EQ(screen_of(daemon).width, width);
  }
}

TEST_F(WindowOutput, AutoIsAWindowWhereOneCanBe) {
  Daemon daemon({"--output", "auto"}, on_desktop());
  EXPECT_NE(desktop.find_window("Blink"), 0u);
}

}  // namespace
}  // namespace blink::server
