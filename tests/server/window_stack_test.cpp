// Where windows are: what is minimised, and what becomes of them when monitors come and go.

#include "server/screen/window_stack.h"

#include <gtest/gtest.h>

#include <array>

#include "server/screen/window_frames.h"

namespace blink::server {
namespace {

Rect outer(const WindowPlace& window) {
  return WindowFrames::outer(window.content, 1, window.borders);
}

// ---- Minimised ones ----

class MinimisedWindows : public ::testing::Test {
 protected:
  static constexpr Rect screen{0, 0, 1000, 600};

  MinimisedWindows() {
    for (WindowPlace& window : windows)
      stack.open(window, 300, 200);
  }
  void minimise(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      stack.minimise(windows[i]);
  }
  WindowPart under_bar_of(const WindowPlace& window) const {
    const Rect bar = outer(window);
    return stack.part_at(bar.x + 20, bar.y + bar.height / 2);
  }

  WindowStack stack{ScreenMode{.size = {1000, 600}}};
  std::array<WindowPlace, 23> windows;
};

TEST_F(MinimisedWindows, TheirBarsStandBesideEachOther) {
  minimise(3);
  const float between = windows[1].content.x - windows[0].content.x;
  EXPECT_EQ(windows[2].content.x - windows[1].content.x, between);
  EXPECT_EQ(windows[0].content.width, windows[2].content.width);
  const float width = windows[0].content.width;
  minimise(5);
  EXPECT_LT(windows[0].content.width, width) << "five have less room";
  EXPECT_EQ(windows[4].content.y, windows[0].content.y);
  EXPECT_TRUE(contains(screen, outer(windows[4])));
}

TEST_F(MinimisedWindows, ManyBarsStandInRows) {
  minimise(22);
  for (std::size_t i = 0; i < 22; ++i) {
    EXPECT_TRUE(contains(screen, outer(windows[i]))) << i;
    EXPECT_GE(windows[i].content.width, WindowFrames::content_width_min(1));
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_FALSE(meet(outer(windows[i]), outer(windows[j]))) << i << " and " << j;
  }
  EXPECT_LT(windows[21].content.y, windows[0].content.y);
  stack.set_state(windows[22], WindowState::maximised);
  for (std::size_t i = 0; i < 22; ++i)
    EXPECT_FALSE(meet(outer(windows[i]), outer(windows[22]))) << i;
  EXPECT_GT(windows[22].content.height, 200);
}

TEST_F(MinimisedWindows, SoManyThatTheyOverlapLeaveRoomForOthers) {
  std::array<WindowPlace, 300> more;
  for (WindowPlace& window : more) {
    stack.open(window, 300, 200);
    stack.minimise(window);
  }
  for (const WindowPlace& window : more) {
    EXPECT_TRUE(contains(screen, outer(window)));
    EXPECT_EQ(stack.part_at(outer(window).x + 2, outer(window).y + 5).window, &window);
  }
  stack.set_state(windows[0], WindowState::maximised);
  EXPECT_GT(windows[0].content.height, 200);
}

TEST_F(MinimisedWindows, TheirBarsKeepTheirOrder) {
  stack.minimise(windows[2]);
  stack.minimise(windows[0]);
  stack.minimise(windows[1]);
  EXPECT_LT(windows[2].content.x, windows[0].content.x);
  EXPECT_LT(windows[0].content.x, windows[1].content.x);
  const Rect before = windows[2].content;
  stack.raise(windows[0]);
  stack.raise(windows[5]);
  EXPECT_EQ(windows[2].content, before);
  EXPECT_LT(windows[2].content.x, windows[1].content.x);
}

TEST_F(MinimisedWindows, TheirBarsLieOverOtherWindows) {
  minimise(1);
  stack.move(windows[5], 0, 400);
  stack.raise(windows[5]);
  ASSERT_TRUE(meet(outer(windows[5]), outer(windows[0])));
  EXPECT_EQ(under_bar_of(windows[0]).window, &windows[0]);
  EXPECT_EQ(stack.order().back(), &windows[0]);
  EXPECT_EQ(stack.focused(), &windows[5]);
  WindowPlace later;
  stack.open(later, 300, 200);
  EXPECT_EQ(stack.focused(), &later);
  EXPECT_EQ(stack.order().back(), &windows[0]);
  stack.leave_windows();
  WindowPlace last;
  stack.open(last, 300, 200, false);
  EXPECT_EQ(stack.order().back(), &windows[0]);
  stack.raise(windows[0]);
  EXPECT_EQ(stack.focused(), &windows[0]);
}

TEST_F(MinimisedWindows, NoTitleBarIsLostUnderThem) {
  minimise(1);
  stack.move(windows[5], 8, 900);
  EXPECT_LE(windows[5].content.y, outer(windows[0]).y);
}

TEST_F(MinimisedWindows, TheyReturnAsTheyWere) {
  WindowStack next{ScreenMode{.size = {1000, 600}}};
  WindowPlace a, b, c, d;
  const Rect place{100, 100, 300, 200};
  next.open(a, 300, 200);
  next.reopen(c, place, WindowState::normal, true, nullptr);
  next.reopen(b, place, WindowState::normal, true, &c);
  EXPECT_EQ(next.focused(), &a);
  EXPECT_EQ(next.order(), (std::vector{&a, &b, &c}));
  next.reopen(d, place, WindowState::normal, false, &b);
  EXPECT_EQ(next.order(), (std::vector{&a, &d, &b, &c})) << "under the bars, whatever it was below";
  EXPECT_EQ(next.focused(), &d);
}

// ---- Monitors that come, go and move ----

class ChangingMonitors : public ::testing::Test {
 protected:
  static constexpr Rect left{0, 0, 1000, 600}, right{1000, 0, 800, 600};
  static ScreenMode both() { return {.size = {1800, 600}, .monitors = {left, right}}; }

  ChangingMonitors() {
    stack.open(window, 300, 200);
    stack.move(window, 1400, 300);
  }

  WindowStack stack{both()};
  WindowPlace window;
};

TEST_F(ChangingMonitors, AWindowReturnsWithItsMonitor) {
  const Rect before = window.content;
  stack.set_screen({.size = {1000, 600}});
  EXPECT_TRUE(contains(left, outer(window)));
  stack.set_screen(both());
  EXPECT_EQ(window.content, before);
}

TEST_F(ChangingMonitors, AWindowGoesWhereItsMonitorGoes) {
  const Rect before = window.content;
  stack.set_screen({.size = {1800, 900}, .monitors = {{800, 0, 1000, 600}, {0, 300, 800, 600}}});
  EXPECT_EQ(window.content, (Rect{before.x - 1000, before.y + 300, 300, 200}));
}

TEST_F(ChangingMonitors, WhatTheUserHasMovedSinceStays) {
  stack.set_screen({.size = {1000, 600}});
  stack.move(window, 50, 60);
  stack.set_screen(both());
  EXPECT_EQ(window.content, (Rect{50, 60, 300, 200}));
}

TEST_F(ChangingMonitors, WhatTheClientMakesLargerStillReturns) {
  const Rect before = window.content;
  stack.set_screen({.size = {1000, 600}});
  stack.set_normal_size(window, 320, 210);
  stack.set_screen(both());
  EXPECT_EQ(window.content, (Rect{before.x, before.y, 320, 210}));
}

TEST_F(ChangingMonitors, AMonitorIsKnownByItsName) {
  stack.set_screen({.size = {1800, 600}, .monitors = {left, right}, .names = {"A", "B"}});
  stack.move(window, 1400, 300);
  WindowPlace other;
  stack.open(other, 300, 200);
  stack.move(other, 100, 200);
  stack.set_screen({.size = {800, 600}, .names = {"B"}});
  EXPECT_EQ(window.content, (Rect{400, 300, 300, 200}));
  stack.set_screen({.size = {1800, 600},
                    .monitors = {{0, 0, 800, 600}, {800, 0, 1000, 600}},
                    .names = {"B", "A"}});
  EXPECT_EQ(window.content, (Rect{400, 300, 300, 200}));
  EXPECT_EQ(other.content, (Rect{900, 200, 300, 200}));
}

TEST_F(ChangingMonitors, OfOneNameTheyCount) {
  const ScreenMode twins{.size = {1800, 600}, .monitors = {left, right}, .names = {"A", "A"}};
  stack.set_screen(twins);
  stack.move(window, 1400, 300);
  stack.set_screen({.size = {1000, 600}, .names = {"A"}});
  stack.set_screen(twins);
  EXPECT_EQ(window.content, (Rect{1400, 300, 300, 200}));
}

TEST(WindowStack, ASmallerScreenIsForgottenWhenItGrowsAgain) {
  WindowStack stack{ScreenMode{.size = {1000, 600}}};
  WindowPlace far, large;
  stack.open(far, 300, 200);
  stack.open(large, 300, 200);
  stack.move(far, 650, 350);
  stack.set_state(large, WindowState::maximised);
  const Rect before = far.content, all = large.content;
  stack.set_screen({.size = {400, 300}});
  EXPECT_TRUE(contains({0, 0, 400, 300}, outer(far))) << "it would not have been seen";
  EXPECT_EQ(outer(large), (Rect{0, 0, 400, 300}));
  stack.set_screen({.size = {1000, 600}});
  EXPECT_EQ(far.content, before);
  EXPECT_EQ(large.content, all);
}

}  // namespace
}  // namespace blink::server
