// blinkd in a window of a real Wayland compositor, if one is installed and GLFW knows Wayland:
// Debian 12's libglfw3 does not, its libglfw3-wayland does, and so does Debian 13's libglfw3.

#include <gtest/gtest.h>

#include <algorithm>

#include "server/control.h"
#include "tests/output/red_window.h"
#include "tests/output/weston.h"
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

class WaylandOutput : public ::testing::Test {
 protected:
  explicit WaylandOutput(int monitors = 1) : desktop(monitors) {}
  void SetUp() override {
    if (!desktop.is_running()) GTEST_SKIP() << "weston is not installed";
    const auto [said, status] = run_blinkd(desktop.variables(), "--output window --monitor 1000");
    EXPECT_EQ(status, 1);
    if (said.find("(X11: ") != said.npos) GTEST_SKIP() << "this GLFW is for X11 alone";
  }
  std::unique_ptr<Daemon> start(std::vector<std::string> options = {}) {
    options.insert(options.begin(), {"--output", "window"});
    return std::make_unique<Daemon>(options, [this] { desktop.set_environment(); });
  }

  test::Weston desktop;
};

std::size_t red_pixels(const Picture& picture) {
  std::size_t count = 0;
  for (std::uint32_t y = 0; y < picture.height; ++y)
    for (std::uint32_t x = 0; x < picture.width; ++x)
      count += picture.at(x, y) == red;
  return count;
}

TEST_F(WaylandOutput, ShowsWindows) {
  auto daemon = start();
  RedWindow window(*daemon);
  EXPECT_TRUE(becomes([&] {
    const auto screen = desktop.screen();
    return screen && red_pixels(*screen) == RedWindow::side * RedWindow::side;
  }));
}

TEST_F(WaylandOutput, FillsAMonitor) {
  auto daemon = start({"--fullscreen"});
  RedWindow window(*daemon);
  EXPECT_TRUE(becomes([&] {
    const Picture screenshot = screen_of(*daemon);
    const auto screen = desktop.screen();
    return red_pixels(screenshot) != 0 && screen && *screen == screenshot;
  }));
}

class WaylandMonitors : public WaylandOutput {
 protected:
  WaylandMonitors() : WaylandOutput(2) {}
};

std::size_t pixels_off(const Picture& a, const Picture& b) {
  std::size_t count = a.width == b.width && a.height == b.height ? 0 : ~std::size_t{0};
  for (std::uint32_t y = 0; y < a.height && count != ~std::size_t{0}; ++y)
    for (std::uint32_t x = 0; x < a.width; ++x)
      count += a.at(x, y) != b.at(x, y);
  return count;
}

TEST_F(WaylandMonitors, EachShowsItsPartOfTheScreen) {
  auto daemon = start({"--fullscreen", "--monitor", "all"});
  RedWindow window(*daemon);
  // Where they meet.
  const auto answer =
      ask_server(daemon->directory, "input",
                 R"([{"kind":"pointer","x":60,"y":40},{"kind":"button","code":1,"press":1},)"
                 R"({"kind":"pointer","x":650,"y":90},{"kind":"button","code":1,"press":0}])");
  EXPECT_TRUE(answer.is_ok());
  EXPECT_TRUE(becomes([&] {
    const Picture screenshot = screen_of(*daemon);
    const auto screen = desktop.screen();
    // The desktop's own pointer lies over it.
    return screenshot.width == 1280 && red_pixels(screenshot) != 0 && screen &&
           pixels_off(*screen, screenshot) < 600;
  }));
}

TEST_F(WaylandMonitors, OneMayBePulledOut) {
  auto daemon = start({"--fullscreen", "--monitor", "all"});
  RedWindow window(*daemon);
  EXPECT_EQ(screen_of(*daemon).width, 1280u);
  desktop.pull_out_a_monitor();
  EXPECT_TRUE(becomes([&] { return screen_of(*daemon).width == 640; })) << daemon->log();
  EXPECT_EQ(red_pixels(screen_of(*daemon)), RedWindow::side * RedWindow::side);
}

TEST_F(WaylandOutput, EndsInGoodOrder) {
  auto daemon = start();
  EXPECT_TRUE(ask_server(daemon->directory, "stop").is_ok());
  EXPECT_EQ(daemon->wait(10'000), 0);
}

TEST_F(WaylandOutput, TheDesktopMayGo) {
  auto daemon = start();
  RedWindow window(*daemon);
  ASSERT_TRUE(becomes([&] { return red_pixels(screen_of(*daemon)) != 0; }));
  desktop.stop();
  EXPECT_NE(daemon->wait(10'000), -1);
  EXPECT_NE(daemon->log().find("reason=\"the server stops\""), std::string::npos) << daemon->log();
}

}  // namespace
}  // namespace blink::server
