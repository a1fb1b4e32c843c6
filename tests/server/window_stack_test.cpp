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

}  // namespace
}  // namespace blink::server
