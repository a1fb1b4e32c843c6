// Where new windows go.

#include <gtest/gtest.h>

#include <deque>
#include <random>

#include "server/screen/window_frames.h"
#include "server/screen/window_stack.h"

namespace blink::server {
namespace {

class FreePlace : public ::testing::Test {
 protected:
  static constexpr Rect monitor{0, 0, 1000, 600};

  WindowPlace& open(float width, float height) {
    stack.open(windows.emplace_back(), width, height);
    return windows.back();
  }
  static FrameParts parts(const WindowPlace& window) {
    return WindowFrames::parts(window.content, 1, window.borders);
  }
  static Rect outer(const WindowPlace& window) { return parts(window).outer; }

  WindowStack stack{ScreenMode{.size = {1000, 600}}};
  std::deque<WindowPlace> windows;
};

TEST_F(FreePlace, WindowsDoNotLieOverEachOtherWhileThereIsRoom) {
  for (int i = 0; i < 4; ++i)
    open(i % 2 == 0 ? 400 : 300, 200);
  EXPECT_EQ(windows[0].content, (Rect{24, 54, 400, 200})) << "the upper left";
  EXPECT_EQ(windows[1].content.y, 54) << "beside it";
  for (const WindowPlace& a : windows) {
    EXPECT_TRUE(contains(monitor, outer(a)));
    for (const WindowPlace& b : windows)
      EXPECT_TRUE(&a == &b || !meet(outer(a), outer(b)));
  }
}

TEST_F(FreePlace, ALargeScreenHasRoomForManyWindows) {
  stack = WindowStack{ScreenMode{.size = {4096, 2160}}};
  for (int i = 0; i < 200; ++i)
    open(64, 64);
  for (const WindowPlace& a : windows)
    for (const WindowPlace& b : windows)
      ASSERT_TRUE(&a == &b || !meet(outer(a), outer(b))) << a.content.x << ", " << a.content.y;
}

TEST_F(FreePlace, AGapIsFilled) {
  for (int i = 0; i < 3; ++i)
    open(280, 500);
  const Rect middle = windows[1].content;
  stack.close(windows[1]);
  EXPECT_EQ(open(280, 500).content, middle);
}

TEST_F(FreePlace, WhereNoneIsFreeItCoversLittle) {
  open(600, 300);
  const WindowPlace& second = open(500, 300);
  EXPECT_EQ(outer(second).right(), 1000 - 24);
  EXPECT_EQ(outer(second).bottom(), 600 - 24);
}

TEST_F(FreePlace, OverWhatIsEverywhereItIsAStepFromTheOneBefore) {
  stack.set_state(open(300, 200), WindowState::maximised);
  stack.set_state(open(300, 200), WindowState::maximised);
  EXPECT_EQ(open(600, 300).content, (Rect{24 + 179, 54 + 112, 600, 300}));
}

TEST_F(FreePlace, BarsOfMinimisedWindowsAreNotCovered) {
  open(900, 250);
  stack.minimise(open(300, 200));
  const Rect bar = outer(windows[1]);
  EXPECT_LE(outer(open(900, 230)).bottom(), bar.y);
}

// No new window hides all of another's, in a crowd that covers the screen twice.
TEST_F(FreePlace, NoTitleBarIsHiddenBySmallWindows) {
  std::mt19937 random(3);
  const auto number = [&](unsigned below) { return static_cast<float>(random() % below); };
  for (int i = 0; i < 300; ++i) {
    const WindowPlace& window = open(200 + number(250), 40 + number(250));
    EXPECT_TRUE(contains(monitor, outer(window)));
    for (const WindowPlace& other : windows)
      EXPECT_TRUE(&other == &window || !contains(outer(window), parts(other).title_bar)) << i;
    if (windows.size() < 8) continue;
    stack.close(windows.front());
    windows.pop_front();
  }
}

}  // namespace
}  // namespace blink::server
