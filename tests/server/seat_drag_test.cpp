// What becomes of windows that the user drags, and of what is minimised.

#include <linux/input-event-codes.h>

#include <utility>

#include "tests/server/seat_fixture.h"

namespace blink::server {
namespace {

// ---- What is minimised ----

TEST_F(SeatTest, SuperAndUpBringsBackWhatWasMinimisedLast) {
  key(KEY_LEFTMETA, Press::pressed);
  strike(KEY_DOWN);
  strike(KEY_DOWN);
  ASSERT_TRUE(first.is_minimised && second.is_minimised);
  strike(KEY_UP);
  EXPECT_EQ(stack.focused(), &first) << "the last one";
  EXPECT_EQ(first.state, WindowState::normal);
  EXPECT_TRUE(second.is_minimised);
  strike(KEY_UP);
  EXPECT_EQ(first.state, WindowState::maximised);
}

TEST_F(SeatTest, AltAndTabComesToMinimisedWindowsLast) {
  WindowPlace third;
  stack.open(third, 300, 200);
  stack.minimise(second);
  key(KEY_LEFTALT, Press::pressed);
  strike(KEY_TAB);
  EXPECT_EQ(stack.focused(), &first);
  strike(KEY_TAB);
  EXPECT_EQ(stack.focused(), &second);
  strike(KEY_TAB);
  EXPECT_EQ(stack.focused(), &third);
  key(KEY_LEFTALT, Press::released);
  stack.minimise(second);
  stack.minimise(first);
  stack.minimise(third);
  key(KEY_LEFTALT, Press::pressed);
  strike(KEY_TAB);
  EXPECT_EQ(stack.focused(), &third) << "the one that was minimised last";
  key(KEY_LEFTALT, Press::released);
  seat.forget(third);
  stack.close(third);
}

}  // namespace
}  // namespace blink::server
