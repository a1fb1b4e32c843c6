// One screen over several monitors: where the parts lie, and blinkd on an X server that has two.

#include <gtest/gtest.h>

#include <array>

#include "common/limits.h"
#include "server/control.h"
#include "server/screen/monitor_layout.h"
#include "tests/output/dummy_monitors.h"
#include "tests/output/red_window.h"
#include "tests/output/x_desktop.h"
#include "tests/support/daemon.h"

namespace blink::server {
namespace {

using test::becomes;
using test::Daemon;
using test::DummyMonitors;
using test::Picture;
using test::red;
using test::RedWindow;
using test::run_blinkd;
using test::screen_of;
using Point = MonitorLayout::Point;

HostWindow window_at(float x, float y, float width, float height, float pixels = 1) {
  return {x,
          y,
          width,
          height,
          {static_cast<std::uint32_t>(width * pixels), static_cast<std::uint32_t>(height * pixels)},
          pixels};
}

TEST(MonitorLayout, ThoseOfWhichNobodySaysWhereTheyAreStandBesideEachOther) {
  std::vector<HostWindow> windows = {{0, 0, 800, 600, {1600, 1200}, 2},
                                     {0, 0, 640, 480, {640, 480}, 1},
                                     {0, 0, 100, 100, {100, 100}, 1}};
  spread(windows);
  EXPECT_EQ(windows[1].x, 800);
  EXPECT_EQ(windows[2].x, 1440);
  windows = {{0, 0, 800, 600, {}, 1}, {0, 600, 800, 600, {}, 1}, {0, 0, 800, 600, {}, 1}};
  spread(windows);
  EXPECT_EQ(windows[2].x, 0) << "somebody says where they are";
}

TEST(MonitorLayout, PartsLieAsOnTheHost) {
  const std::array windows = {window_at(0, 0, 1920, 1080), window_at(-1280, 56, 1280, 1024)};
  const MonitorLayout layout(windows);
  EXPECT_EQ(layout.mode().size, (ScreenSize{3200, 1080}));
  EXPECT_EQ(layout.part(0), (Rect{1280, 0, 1920, 1080}));
  EXPECT_EQ(layout.part(1), (Rect{0, 56, 1280, 1024}));
  EXPECT_EQ(layout.mode().monitors, (std::vector{layout.part(0), layout.part(1)}));
  EXPECT_EQ(layout.mode().left, -1280);
  EXPECT_EQ(layout.point(0, 5, 7), (Point{1285, 7}));
  EXPECT_EQ(layout.point(1, 5, 7), (Point{5, 63}));
  EXPECT_EQ(layout.point(1, 1300, -60), (Point{1300, -4})) << "a drag that has left its window";
}

TEST(MonitorLayout, MonitorsKeepTheirNames) {
  std::array windows = {window_at(0, 0, 800, 600), window_at(1e6, 0, 800, 600),
                        window_at(800, 0, 800, 600)};
  windows[0].name = "A";
  windows[1].name = "far";
  windows[2].name = "B";
  EXPECT_EQ(MonitorLayout(windows).mode().names, (std::vector<std::string>{"A", "B"}));
  EXPECT_EQ(MonitorLayout(std::span(windows).first(1)).mode().names,
            (std::vector<std::string>{"A"}));
}

TEST(MonitorLayout, OneWindowIsAllOfTheScreen) {
  const std::array windows = {window_at(700, 50, 640, 360, 2)};
  const MonitorLayout layout(windows);
  EXPECT_EQ(layout.mode(), (ScreenMode{.size = {1280, 720}, .scale = 2}));
  EXPECT_EQ(layout.point(0, 320, 10), (Point{640, 20}));
}

TEST(MonitorLayout, PlacesGoByTheFinestMonitor) {
  // The host's units are the coarse one's pixels.
  const std::array windows = {window_at(0, 0, 1000, 500), window_at(1000, 100, 800, 400, 2)};
  const MonitorLayout layout(windows);
  EXPECT_EQ(layout.part(0), (Rect{0, 0, 1000, 500}));
  EXPECT_EQ(layout.part(1), (Rect{2000, 200, 1600, 800}));
  EXPECT_EQ(layout.mode().size, (ScreenSize{3600, 1000}));
  EXPECT_EQ(layout.mode().scale, 2);
  EXPECT_EQ(layout.point(0, 999, 10), (Point{999, 10}));
  EXPECT_EQ(layout.point(1, 1, 10), (Point{2002, 220}));
}

TEST(MonitorLayout, OddOnesAreTakenAsTheyAre) {
  EXPECT_TRUE(MonitorLayout().mode().monitors.empty());
  const std::array mirrored = {window_at(0, 0, 800, 600), window_at(0, 0, 640, 480)};
  EXPECT_EQ(MonitorLayout(mirrored).mode().size, (ScreenSize{800, 600}));
  const std::array none = {window_at(0, 0, 0, 0), window_at(0, 0, 10, 10)};
  EXPECT_EQ(MonitorLayout(none).mode().size, (ScreenSize{64, 64}));
  const std::array far = {window_at(0, 0, 800, 600), window_at(1e6, 0, 800, 600)};
  EXPECT_EQ(MonitorLayout(far).mode().size.width, limits::picture_side_max);
  EXPECT_EQ(MonitorLayout(far).mode().monitors.size(), 1u);
}

TEST(MonitorOptions, AreSaid) {
  const auto [said, status] = run_blinkd("", "--monitor all");
  EXPECT_EQ(said, "blinkd: --monitor: several are for --fullscreen\n");
  EXPECT_EQ(run_blinkd("", "--fullscreen --monitor 1,1").first,
            "blinkd: --monitor: 1 is there twice\n");
  for (const char* wrong : {"1,", ",1", "1,,2", "0", "some", "1;2"})
    EXPECT_EQ(run_blinkd("", std::string("--fullscreen --monitor '") + wrong + "'").second, 2)
        << wrong;
}

class SeveralMonitors : public ::testing::Test {
 protected:
  static constexpr std::uint32_t width = 1440, height = 640;
  static constexpr std::uint32_t left = RedWindow::left, top = RedWindow::top;

  void SetUp() override {
    if (!monitors.is_there()) GTEST_SKIP() << "Xorg's driver dummy is not installed, or xrandr";
    desktop = std::make_unique<test::XDesktop>(monitors.display());
    ASSERT_TRUE(desktop->is_there());
  }
  std::unique_ptr<Daemon> start(const std::string& which = "all") {
    return std::make_unique<Daemon>(
        std::vector<std::string>{"--output", "window", "--fullscreen", "--monitor", which}, [this] {
          ::setenv("DISPLAY", monitors.display().c_str(), 1);
          ::unsetenv("WAYLAND_DISPLAY");
        });
  }
  bool has_size(const Daemon& daemon, std::uint32_t wide, std::uint32_t high) {
    const Picture picture = screen_of(daemon);
    return picture.width == wide && picture.height == high;
  }
  // What the monitors show is what the screen has there.
  bool is_shown(const Daemon& daemon, std::uint32_t right_y = DummyMonitors::right_y) {
    const std::uint32_t bottom = right_y + DummyMonitors::right_height;
    const Picture screenshot = screen_of(daemon), host = desktop->screen(width, bottom);
    const auto are_same = [&](std::uint32_t x, std::uint32_t y) {
      return screenshot.at(x, y) == host.at(x, y);
    };
    if (screenshot.width != width || screenshot.height != bottom) return false;
    for (std::uint32_t y = 0; y < DummyMonitors::left_height; ++y)
      for (std::uint32_t x = 0; x < DummyMonitors::left_width; ++x)
        if (!are_same(x, y)) return false;
    for (std::uint32_t y = right_y; y < bottom; ++y)
      for (std::uint32_t x = DummyMonitors::left_width; x < width; ++x)
        if (!are_same(x, y)) return false;
    return true;
  }
  bool is_red(std::uint32_t x, std::uint32_t y) {
    return desktop->screen(width, height).at(x, y) == red;
  }
  // By its title bar, from where it opens.
  void drag_window_to(int x, int y) {
    desktop->move_pointer(left + 40, top - 14);
    desktop->press_button(1, true);
    desktop->move_pointer(left + 60, top);
    desktop->move_pointer(x + 40, y - 14);
    desktop->press_button(1, false);
  }

  DummyMonitors monitors;
  std::unique_ptr<test::XDesktop> desktop;
};

TEST_F(SeveralMonitors, EachShowsItsPartOfTheScreen) {
  auto daemon = start();
  RedWindow window(*daemon);
  EXPECT_TRUE(becomes([&] { return is_red(left + 50, top + 50); }));
  EXPECT_TRUE(becomes([&] { return is_shown(*daemon); }));
  // The half of it on either side, by a drag that began on the left one.
  drag_window_to(DummyMonitors::left_width - 50, 300);
  EXPECT_TRUE(becomes([&] {
    return is_red(DummyMonitors::left_width - 25, 350) &&
           is_red(DummyMonitors::left_width + 25, 350);
  }));
  EXPECT_TRUE(becomes([&] { return is_shown(*daemon); }));
}

TEST_F(SeveralMonitors, AClientOnTheSecondHearsItsPointer) {
  auto daemon = start();
  RedWindow window(*daemon);
  ASSERT_TRUE(becomes([&] { return is_red(left + 50, top + 50); }));
  drag_window_to(1000, 300);
  ASSERT_TRUE(becomes([&] { return is_red(1050, 350); }));
  desktop->move_pointer(1300, 500);
  desktop->move_pointer(1010, 320);
  for (;;) {
    const auto moved = window.wait_for(BLINK_INPUT_POINTER);
    ASSERT_TRUE(moved);
    if (moved->number[0] != 10) continue;
    EXPECT_EQ(moved->number[1], 20);
    break;
  }
}

TEST_F(SeveralMonitors, OneMayBeUnpluggedAndPluggedAgain) {
  auto daemon = start();
  RedWindow window(*daemon);
  ASSERT_TRUE(becomes([&] { return is_red(left + 50, top + 50); }));
  drag_window_to(1000, 300);
  ASSERT_TRUE(becomes([&] { return is_red(1050, 350); }));
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(monitors.unplug());
    EXPECT_TRUE(becomes(
        [&] { return has_size(*daemon, DummyMonitors::left_width, DummyMonitors::left_height); }));
    const Picture picture = screen_of(*daemon);
    EXPECT_EQ(std::ranges::count(picture.rgb, 0xFF) > 5'000, true) << "its window has come over";
    ASSERT_TRUE(monitors.plug());
    EXPECT_TRUE(becomes([&] { return has_size(*daemon, width, height) && is_shown(*daemon); }));
  }
  EXPECT_TRUE(daemon->is_alive());
}

TEST_F(SeveralMonitors, OneMayMove) {
  auto daemon = start();
  RedWindow window(*daemon);
  ASSERT_TRUE(becomes([&] { return is_shown(*daemon); }));
  ASSERT_TRUE(monitors.plug(0));
  EXPECT_TRUE(becomes([&] {
    static int x = 0;
    desktop->move_pointer(100 + ++x % 50, 100);  // that is when it is noticed
    return has_size(*daemon, width, DummyMonitors::right_height) && is_shown(*daemon, 0);
  }));
}

TEST_F(SeveralMonitors, TheFirstNamedIsTheMainOne) {
  auto daemon = start("2,1");
  RedWindow window(*daemon);
  EXPECT_TRUE(becomes([&] {
    return is_red(DummyMonitors::left_width + left + 50, DummyMonitors::right_y + top + 50);
  }));
  EXPECT_TRUE(becomes([&] { return is_shown(*daemon); }));
}

TEST_F(SeveralMonitors, ClosingOneWindowEndsAll) {
  auto daemon = start();
  desktop->ask_to_close(desktop->find_window("Blink"));
  EXPECT_EQ(daemon->wait(10'000), 0);
  EXPECT_NE(daemon->log().find("server.down"), std::string::npos);
}

TEST_F(SeveralMonitors, ThatAreNotThereAreSaid) {
  const auto [said, status] =
      run_blinkd("DISPLAY=" + monitors.display(), "--output window --fullscreen --monitor 1,5");
  EXPECT_EQ(status, 1);
  EXPECT_NE(said.find("no monitor 5; this desktop has 2: 1 is DUMMY0, 2 is DUMMY1"),
            std::string::npos)
      << said;
}

}  // namespace
}  // namespace blink::server
