// What becomes of windows that the user drags, and of what is minimised.

#include <linux/input-event-codes.h>

#include <utility>

#include "tests/server/seat_fixture.h"

namespace blink::server {
namespace {

class DraggedWindows : public SeatTest {
 protected:
  // Where in the window's content the pointer is: 0 to 1.
  std::pair<float, float> along() const {
    const Rect in = second.content;
    return {(seat.x() - in.x) / in.width, (seat.y() - in.y) / in.height};
  }
  void hold_super() { key(KEY_LEFTMETA, Press::pressed); }
};

TEST_F(DraggedWindows, WhatBecomesSmallerStaysUnderThePointer) {
  hold_super();
  for (const WindowState state : {WindowState::maximised, WindowState::right_half}) {
    stack.move(second, 300, 200);
    stack.set_state(second, state);
    move(800, 540);
    const auto before = along();
    button(Press::pressed);
    move(790, 500);
    EXPECT_EQ(second.state, WindowState::normal);
    EXPECT_EQ(second.content.width, 300);
    EXPECT_NEAR(along().first, before.first, 0.01f);
    EXPECT_NEAR(along().second, before.second, 0.01f);
    move(500, 300);
    EXPECT_NEAR(along().first, before.first, 0.01f);
    EXPECT_NEAR(along().second, before.second, 0.01f);
    button(Press::released);
  }
}

TEST_F(DraggedWindows, HeldByItsTitleBarItStaysSo) {
  stack.set_state(second, WindowState::maximised);
  move(600, 12);
  button(Press::pressed);
  const float into_bar = 12 - outer(second).y;
  move(610, 200);
  EXPECT_EQ(second.state, WindowState::normal);
  EXPECT_EQ(200 - outer(second).y, into_bar);
  EXPECT_NEAR(along().first, 0.6f, 0.01f);
}

TEST_F(DraggedWindows, FromHalfToHalfItKeepsWhereItWasNormal) {
  const Rect before = second.content;
  stack.set_state(second, WindowState::left_half);
  drag(200, 10, 999, 300);
  EXPECT_EQ(second.state, WindowState::right_half);
  stack.set_state(second, WindowState::normal);
  EXPECT_EQ(second.content, before);
}

TEST_F(DraggedWindows, EscapePutsItBack) {
  const Rect before = second.content;
  move(before.x + 80, before.y - 10);
  button(Press::pressed);
  move(500, 400);
  heard.clear();
  strike(KEY_ESC);
  EXPECT_EQ(second.content, before);
  move(0, 300);
  EXPECT_EQ(seat.landing(), Landing());
  EXPECT_EQ(second.content, before) << "the rest of the drag does nothing";
  button(Press::released);
  EXPECT_EQ(second.content, before);
  EXPECT_EQ(second.state, WindowState::normal);
  EXPECT_TRUE(heard.empty()) << "nobody hears of it";
  strike(KEY_ESC);
  EXPECT_EQ(kinds(), (std::vector{Kind::key, Kind::key})) << "nothing is dragged any more";
  drag(before.x + 80, before.y - 10, before.x + 90, before.y - 10);
  EXPECT_EQ(second.content.x, before.x + 10) << "and the next drag is a new one";
}

TEST_F(DraggedWindows, EscapeGivesItItsStateBack) {
  const Rect before = second.normal;
  stack.set_state(second, WindowState::maximised);
  move(600, 12);
  button(Press::pressed);
  move(610, 200);
  ASSERT_EQ(second.state, WindowState::normal);
  strike(KEY_ESC);
  EXPECT_EQ(second.state, WindowState::maximised);
  EXPECT_EQ(second.normal, before);
  button(Press::released);
  EXPECT_EQ(outer(second), (Rect{0, 0, 1000, 600}));
}

TEST_F(DraggedWindows, EscapeGivesItItsSizeBack) {
  const Rect before = second.content;
  move(outer(second).right() + 3, outer(second).bottom() + 3);
  button(Press::pressed);
  move(900, 580);
  ASSERT_NE(second.content, before);
  strike(KEY_ESC);
  EXPECT_EQ(second.content, before);
  EXPECT_EQ(seat.cursor(), Cursor::arrow);
  move(950, 590);
  button(Press::released);
  EXPECT_EQ(second.content, before);
}

TEST_F(DraggedWindows, HalvesMeetWhereTheUserWants) {
  stack.set_state(first, WindowState::left_half);
  stack.set_state(second, WindowState::right_half);
  move(498, 300);
  EXPECT_EQ(seat.cursor(), Cursor::sideways);
  drag(500, 300, 600, 300);
  EXPECT_EQ(outer(first), (Rect{0, 0, 600, 600}));
  EXPECT_EQ(outer(second), (Rect{600, 0, 400, 600}));
  // From the other side; never so far that one of them cannot be read.
  stack.raise(first);
  drag(599, 300, 10, 300);
  EXPECT_EQ(outer(first).width, WindowFrames::content_width_min(1) + 2);
  EXPECT_EQ(outer(second).x, outer(first).right());

  // What comes there fills what is free; the next one begins in the middle.
  stack.set_state(second, WindowState::normal);
  stack.move(second, 300, 200);
  drag(380, 190, 999, 300);
  EXPECT_EQ(outer(second).x, outer(first).right());
  stack.set_state(first, WindowState::normal);
  stack.set_state(second, WindowState::normal);
  stack.set_state(second, WindowState::right_half);
  EXPECT_EQ(outer(second), (Rect{500, 0, 500, 600}));
}

TEST_F(DraggedWindows, AHalfHasNoOtherEdges) {
  stack.set_state(second, WindowState::right_half);
  const auto at = [&](float x, float y) { return stack.part_at(x, y).kind; };
  EXPECT_EQ(at(499, 300), WindowPart::Kind::edge);
  EXPECT_EQ(at(999, 300), WindowPart::Kind::content);
  EXPECT_EQ(at(700, 599), WindowPart::Kind::content);
  EXPECT_EQ(at(700, 0), WindowPart::Kind::title_bar);
  EXPECT_EQ(at(999, 0), WindowPart::Kind::close) << "the screen's corner is easy to hit";
  EXPECT_EQ(at(500, 0), WindowPart::Kind::edge);
}

TEST_F(DraggedWindows, EscapePutsBothHalvesBack) {
  stack.set_state(first, WindowState::left_half);
  stack.set_state(second, WindowState::right_half);
  move(500, 300);
  button(Press::pressed);
  move(700, 300);
  ASSERT_EQ(outer(first).width, 700);
  strike(KEY_ESC);
  EXPECT_EQ(outer(first).width, 500);
  EXPECT_EQ(outer(second).x, 500);
}

TEST_F(DraggedWindows, WithSuperAHalfIsResizedFromAnywhere) {
  stack.set_state(second, WindowState::right_half);
  hold_super();
  move(900, 500);
  button(Press::pressed, 3);
  move(850, 500);
  button(Press::released, 3);
  EXPECT_EQ(outer(second), (Rect{450, 0, 550, 600}));
}

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
