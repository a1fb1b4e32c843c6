// What the user does with pointer and keyboard, and which window hears of it.

#include <linux/input-event-codes.h>

#include <random>

#include "tests/server/seat_fixture.h"

namespace blink::server {
namespace {

TEST_F(SeatTest, TheWindowUnderThePointerHearsIt) {
  move(first.content.x + 10, first.content.y + 20);
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_EQ(heard[0].window, &first);
  EXPECT_EQ(heard[0].x, 10);
  EXPECT_EQ(heard[0].y, 20);
  EXPECT_EQ(heard[0].value, 1u);
  heard.clear();
  move(second.content.x + 5, second.content.y + 5);
  ASSERT_EQ(heard.size(), 2u);
  EXPECT_EQ(heard[0].window, &first) << "it is told that the pointer left";
  EXPECT_EQ(heard[0].value, 0u);
  EXPECT_EQ(heard[1].window, &second);
  heard.clear();
  move(990, 590);
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_EQ(heard[0].value, 0u);
}

TEST_F(SeatTest, APressedButtonKeepsThePointer) {
  move(first.content.x + 10, first.content.y + 20);
  heard.clear();
  button(Press::pressed);
  EXPECT_EQ(stack.focused(), &first);
  EXPECT_EQ(kinds(), (std::vector{Kind::focus, Kind::focus, Kind::button}));
  EXPECT_EQ(heard[0].window, &second);
  EXPECT_EQ(heard[0].value, 0u);
  heard.clear();
  move(990, 590);
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_EQ(heard[0].window, &first);
  EXPECT_EQ(heard[0].value, 0u) << "not inside";
  heard.clear();
  button(Press::released);
  EXPECT_EQ(kinds(), (std::vector{Kind::button, Kind::pointer}));
}

TEST_F(SeatTest, ATitleBarMovesItsWindow) {
  const Rect before = first.content;
  drag(before.x + 80, before.y - 10, before.x + 180, before.y + 40);
  EXPECT_EQ(first.content, (Rect{before.x + 100, before.y + 50, 300, 200}));
  EXPECT_EQ(stack.focused(), &first);
  for (const WindowInput& input : heard)
    EXPECT_NE(input.kind, Kind::button) << "a frame is the server's";
}

TEST_F(SeatTest, AnEdgeResizes) {
  const Rect before = second.content;
  const float right = before.x + before.width, bottom = before.y + before.height;
  drag(right + 3, bottom + 3, right + 53, bottom + 33);
  EXPECT_EQ(second.content, (Rect{before.x, before.y, 350, 230}));
  drag(before.x - 3, before.y + 100, before.x + 900, before.y + 100);
  EXPECT_EQ(second.content.width, WindowFrames::content_width_min(1));
  EXPECT_EQ(outer(second).width, second.content.width + 2) << "as narrow as its frame";
  EXPECT_EQ(second.content.x + second.content.width, before.x + 350) << "the other edge stays";
}

TEST_F(SeatTest, OverAnEdgeTheCursorShowsWhichWayItMoves) {
  const Rect out = outer(second);
  const auto at = [&](float x, float y) {
    move(x, y);
    return seat.cursor();
  };
  EXPECT_EQ(at(out.x + 100, out.y + 100), Cursor::arrow);
  EXPECT_EQ(at(out.x + 100, out.y + 15), Cursor::arrow);
  EXPECT_EQ(at(out.x - 2, out.y + 100), Cursor::sideways);
  EXPECT_EQ(at(out.x + 100, out.y - 2), Cursor::upright);
  EXPECT_EQ(at(out.x + 100, out.bottom() + 2), Cursor::upright);
  EXPECT_EQ(at(out.x - 2, out.y - 2), Cursor::falling);
  EXPECT_EQ(at(out.right() + 2, out.y - 2), Cursor::rising);
  EXPECT_EQ(at(out.right() + 2, out.bottom() + 2), Cursor::falling);
  button(Press::pressed);
  EXPECT_EQ(at(500, 300), Cursor::falling) << "as long as it is held";
  button(Press::released);
  EXPECT_EQ(at(second.content.x + 5, second.content.y + 5), Cursor::arrow);
  stack.set_state(second, WindowState::maximised);
  EXPECT_EQ(at(0, 300), Cursor::arrow) << "it has no edges";
}

TEST_F(SeatTest, ANarrowWindowIsResizedFromWhereItsFrameIs) {
  WindowPlace narrow;
  stack.open(narrow, 80, 90);
  stack.move(narrow, 400, 300);
  const Rect frame = outer(narrow);
  EXPECT_GT(frame.width, 100);
  drag(frame.x + 40, frame.bottom() + 3, frame.x + 40, frame.bottom() + 13);
  EXPECT_EQ(narrow.content, (Rect{400, 300, 80, 100})) << "its height alone";
  drag(frame.right() + 3, 340, frame.right() + 23, 340);
  EXPECT_EQ(outer(narrow).right(), frame.right() + 20);
  EXPECT_EQ(narrow.content.width + 2, outer(narrow).width);
  seat.forget(narrow);
  stack.close(narrow);
}

TEST_F(SeatTest, TheButtonsOfAFrame) {
  move_to(WindowFrames::parts(second.content, 1).close);
  button(Press::pressed);
  EXPECT_TRUE(heard.empty()) << "not before it is released";
  button(Press::released);
  EXPECT_EQ(kinds(), std::vector{Kind::close});
  EXPECT_EQ(heard[0].window, &second);

  move_to(WindowFrames::parts(second.content, 1).maximise);
  click();
  EXPECT_EQ(second.state, WindowState::maximised);
  EXPECT_EQ(outer(second), (Rect{0, 0, 1000, 600}));
  EXPECT_EQ(second.content, (Rect{0, 30, 1000, 570})) << "no border at the screen's edge";

  move_to(WindowFrames::parts(second.content, 1).minimise);
  click();
  EXPECT_TRUE(second.is_minimised);
  EXPECT_EQ(stack.focused(), &first);
  EXPECT_EQ(second.content.height, 0);
  // Its bar has one button, and brings it back as it was.
  heard.clear();
  move_to(WindowFrames::parts(second.content, 1).close);
  click();
  EXPECT_EQ(kinds(), std::vector{Kind::close});
  EXPECT_TRUE(second.is_minimised);
  move_to(WindowFrames::parts(second.content, 1).title_bar);
  click();
  EXPECT_FALSE(second.is_minimised);
  EXPECT_EQ(second.state, WindowState::maximised);
  EXPECT_EQ(stack.focused(), &second);
}

TEST_F(SeatTest, AButtonCountsOnlyWhereItWasPressed) {
  move_to(WindowFrames::parts(second.content, 1).close);
  button(Press::pressed);
  move_to(WindowFrames::parts(second.content, 1).maximise);
  button(Press::released);
  EXPECT_EQ(second.state, WindowState::normal);
  EXPECT_TRUE(heard.empty());
}

TEST_F(SeatTest, TheButtonUnderThePointerIsLit) {
  const FrameParts parts = WindowFrames::parts(second.content, 1);
  const WindowPart close{&second, WindowPart::Kind::close};
  EXPECT_EQ(seat.lit_button(), LitButton{});
  move_to(parts.title_bar);
  EXPECT_EQ(seat.lit_button(), LitButton{});
  move_to(parts.close);
  EXPECT_EQ(seat.lit_button(), (LitButton{close, false}));
  button(Press::pressed);
  EXPECT_EQ(seat.lit_button(), (LitButton{close, true}));
  move_to(parts.minimise);
  EXPECT_EQ(seat.lit_button(), LitButton{}) << "let go here, nothing would happen";
  move_to(parts.close);
  EXPECT_EQ(seat.lit_button(), (LitButton{close, true})) << "and back";
  button(Press::released);
  EXPECT_EQ(seat.lit_button(), (LitButton{close, false}));
  take({.kind = InputEvent::Kind::leave});
  EXPECT_EQ(seat.lit_button(), LitButton{});
}

TEST_F(SeatTest, NoButtonIsLitWhileSomethingIsHeld) {
  move(second.content.x + 10, second.content.y + 10);
  button(Press::pressed);
  move_to(WindowFrames::parts(second.content, 1).close);
  EXPECT_EQ(seat.lit_button(), LitButton{}) << "the window has the pointer";
  button(Press::released);
  EXPECT_EQ(seat.lit_button().part.kind, WindowPart::Kind::close);
}

TEST_F(SeatTest, AFingerLightsAButtonWhileItIsDown) {
  const Rect close = WindowFrames::parts(second.content, 1).close;
  InputEvent finger{.kind = InputEvent::Kind::touch,
                    .press = Press::pressed,
                    .x = middle(close.x, close.width),
                    .y = middle(close.y, close.height)};
  take(finger);
  EXPECT_TRUE(seat.lit_button().is_pressed);
  finger.press = Press::released;
  take(finger);
  EXPECT_EQ(kinds(), std::vector{Kind::close});
  EXPECT_EQ(seat.lit_button(), LitButton{});
}

TEST_F(SeatTest, TwoClicksOnATitleBarMaximise) {
  move(second.content.x + 80, second.content.y - 10);
  click();
  now += std::chrono::seconds(1);
  click();
  EXPECT_EQ(second.state, WindowState::normal) << "too slow";
  now += std::chrono::milliseconds(100);
  click();
  EXPECT_EQ(second.state, WindowState::maximised);
}

TEST_F(SeatTest, DraggedToTheScreensEdgeAWindowTakesPartOfIt) {
  const Rect before = second.content;
  drag(before.x + 80, before.y - 10, 0, 300);
  EXPECT_EQ(second.state, WindowState::left_half);
  EXPECT_EQ(outer(second), (Rect{0, 0, 500, 600}));
  EXPECT_EQ(second.content, (Rect{0, 30, 499, 570})) << "a border towards what lies beside it";
  // Dragged away it has its own size again.
  drag(80, 10, 300, 200);
  EXPECT_EQ(second.state, WindowState::normal);
  EXPECT_EQ(second.content.width, before.width);
}

TEST_F(SeatTest, WhereItWillLandIsKnownBeforeItIsLetGo) {
  const auto bar = [&] { return WindowFrames::parts(second.content, 1).title_bar; };
  move(bar().x + 80, bar().y + 15);
  button(Press::pressed);
  EXPECT_EQ(seat.landing(), Landing());
  struct Place {
    float x, y;
    WindowState state;
  };
  for (const Place& at : {Place{0, 300, WindowState::left_half},
                          {999, 300, WindowState::right_half},
                          {500, 0, WindowState::maximised}}) {
    move(at.x, at.y);
    EXPECT_EQ(seat.landing().window, &second);
    const Rect area = seat.landing().area;
    button(Press::released);
    EXPECT_EQ(second.state, at.state);
    EXPECT_EQ(outer(second), area);
    EXPECT_EQ(seat.landing(), Landing());
    // Away from the edge it is normal again.
    move(outer(second).x + 80, 10);
    button(Press::pressed);
    move(500, 300);
    EXPECT_EQ(seat.landing(), Landing());
  }
  move(0, 300);
  take({.kind = InputEvent::Kind::leave});
  EXPECT_EQ(seat.landing(), Landing()) << "nothing is held any more";
  drag(outer(second).right() - 1, outer(second).bottom() - 1, 999, 300);
  EXPECT_EQ(second.state, WindowState::normal) << "it was resized";
}

TEST_F(SeatTest, LargeWindowsHaveBordersOnlyBetweenThem) {
  stack.set_state(first, WindowState::left_half);
  EXPECT_EQ(first.borders, (FrameBorders{.left = false, .right = true, .bottom = false}));
  stack.set_state(second, WindowState::right_half);
  EXPECT_EQ(second.borders, (FrameBorders{.left = true, .right = false, .bottom = false}));
  EXPECT_EQ(outer(first).right(), outer(second).x);
  stack.set_state(second, WindowState::maximised);
  EXPECT_EQ(second.borders, (FrameBorders{false, false, false}));
  stack.minimise(first);
  EXPECT_EQ(second.borders, (FrameBorders{false, false, true})) << "its bar lies below";
  EXPECT_EQ(first.borders, FrameBorders());
  stack.set_state(second, WindowState::normal);
  EXPECT_EQ(second.borders, FrameBorders());
}

TEST_F(SeatTest, KeysSwitchAndPlaceWindows) {
  WindowPlace third;
  stack.open(third, 300, 200);
  key(KEY_LEFTALT, Press::pressed);
  strike(KEY_TAB);
  EXPECT_EQ(stack.focused(), &second);
  strike(KEY_TAB);
  EXPECT_EQ(stack.focused(), &first) << "on through the order of before";
  key(KEY_LEFTALT, Press::released);
  key(KEY_LEFTALT, Press::pressed);
  strike(KEY_TAB);
  key(KEY_LEFTALT, Press::released);
  EXPECT_EQ(stack.focused(), &third) << "back to the one before";
  for (const WindowInput& input : heard)
    EXPECT_FALSE(input.kind == Kind::key && input.code == KEY_TAB) << "no client hears that";

  key(KEY_LEFTMETA, Press::pressed);
  strike(KEY_RIGHT);
  EXPECT_EQ(third.state, WindowState::right_half);
  strike(KEY_DOWN);
  EXPECT_EQ(third.state, WindowState::normal);
  strike(KEY_DOWN);
  EXPECT_TRUE(third.is_minimised);
  key(KEY_LEFTMETA, Press::released);
  seat.forget(third);
  stack.close(third);
}

// While Alt is held there is a list of them to be shown.
TEST_F(SeatTest, SwitchingIsSeen) {
  WindowPlace third;
  stack.open(third, 300, 200);
  stack.minimise(first);
  EXPECT_TRUE(seat.switching().windows.empty());
  key(KEY_LEFTALT, Press::pressed);
  EXPECT_TRUE(seat.switching().windows.empty());
  strike(KEY_TAB);
  strike(KEY_TAB);
  const std::vector<const WindowPlace*> all{&third, &second, &first};
  EXPECT_EQ(seat.switching().windows, all);
  EXPECT_EQ(seat.switching().chosen, 2u);
  EXPECT_FALSE(first.is_minimised);
  strike(KEY_TAB);
  EXPECT_EQ(seat.switching().chosen, 0u);
  EXPECT_TRUE(first.is_minimised) << "the user has gone on";
  strike(KEY_TAB);
  strike(KEY_ESC);
  EXPECT_TRUE(seat.switching().windows.empty());
  EXPECT_EQ(stack.focused(), &third) << "as before";
  strike(KEY_TAB);
  seat.forget(third);
  stack.close(third);
  EXPECT_EQ(seat.switching().windows.size(), 2u);
  EXPECT_EQ(seat.switching().chosen, 0u);
  key(KEY_LEFTALT, Press::released);
  EXPECT_TRUE(seat.switching().windows.empty());
}

TEST_F(SeatTest, APressBesideAllWindowsTakesTheKeyboardFromThem) {
  key(KEY_A, Press::pressed);
  move(990, 590);
  heard.clear();
  button(Press::pressed);
  ASSERT_EQ(kinds(), std::vector{Kind::focus});
  EXPECT_EQ(heard[0].window, &second);
  EXPECT_EQ(heard[0].value, 0u);
  EXPECT_EQ(stack.focused(), nullptr);
  button(Press::released);
  heard.clear();
  key(KEY_A, Press::released);
  strike(KEY_B);
  key(KEY_LEFTALT, Press::pressed);
  strike(KEY_F4);
  key(KEY_LEFTALT, Press::released);
  key(KEY_LEFTMETA, Press::pressed);
  strike(KEY_LEFT);
  key(KEY_LEFTMETA, Press::released);
  EXPECT_TRUE(heard.empty()) << "the keyboard goes nowhere";
  EXPECT_EQ(second.state, WindowState::normal);
  EXPECT_EQ(stack.order().back(), &second) << "it lies where it lay";

  key(KEY_LEFTALT, Press::pressed);
  strike(KEY_TAB);
  key(KEY_LEFTALT, Press::released);
  EXPECT_EQ(stack.focused(), &second) << "the one that had it last";
  move(990, 590);
  click();
  EXPECT_EQ(stack.focused(), nullptr);
  move_to(first.content);
  click();
  EXPECT_EQ(stack.focused(), &first);
  move(990, 590);
  click();
  WindowPlace third;
  stack.open(third, 300, 200);
  EXPECT_EQ(stack.focused(), &third) << "nobody was typing to anybody";
  stack.close(third);
}

TEST_F(SeatTest, WhereThePointerIsNowhereAPressChangesNothing) {
  take({.kind = InputEvent::Kind::leave});
  click();
  EXPECT_EQ(stack.focused(), &second);
}

TEST_F(SeatTest, KeysGoToTheFocusWithWhatTheyType) {
  key(KEY_LEFTSHIFT, Press::pressed);
  heard.clear();
  key(KEY_A, Press::pressed);
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_EQ(heard[0].window, &second);
  EXPECT_EQ(heard[0].text, "A");
  EXPECT_EQ(heard[0].modifiers, Keyboard::shift);
  key(KEY_A, Press::repeated);
  EXPECT_EQ(heard.back().value, 2u);
  EXPECT_EQ(heard.back().text, "A");
  heard.clear();
  key(KEY_A, Press::pressed);
  EXPECT_TRUE(heard.empty()) << "it is down already";
  key(KEY_B, Press::released);
  EXPECT_TRUE(heard.empty()) << "it was never down";
}

TEST_F(SeatTest, WhenTheUserLeavesNothingIsHeld) {
  move(second.content.x + 5, second.content.y + 5);
  button(Press::pressed);
  key(KEY_LEFTCTRL, Press::pressed);
  key(KEY_A, Press::pressed);
  heard.clear();
  take({.kind = InputEvent::Kind::leave});
  int released = 0;
  for (const WindowInput& input : heard) {
    EXPECT_EQ(input.window, &second);
    EXPECT_EQ(input.value, 0u);
    released += input.kind == Kind::key || input.kind == Kind::button;
  }
  EXPECT_EQ(released, 3);
  heard.clear();
  key(KEY_A, Press::pressed);
  EXPECT_EQ(heard.back().modifiers, 0u);
}

TEST_F(SeatTest, AFingerIsThePointerToo) {
  const float x = second.content.x + 30, y = second.content.y + 40;
  take({.kind = InputEvent::Kind::touch, .press = Press::pressed, .code = 0, .x = x, .y = y});
  EXPECT_EQ(kinds(), (std::vector{Kind::pointer, Kind::button, Kind::touch}));
  EXPECT_EQ(heard.back().x, 30);
  heard.clear();
  take({.kind = InputEvent::Kind::touch, .press = Press::released, .code = 0, .x = x, .y = y});
  EXPECT_EQ(kinds(), (std::vector{Kind::pointer, Kind::touch, Kind::button}));
}

TEST_F(SeatTest, AWindowThatGoesIsForgotten) {
  move(second.content.x + 5, second.content.y + 5);
  button(Press::pressed);
  seat.forget(second);
  stack.close(second);
  heard.clear();
  move(900, 500);
  button(Press::released);
  key(KEY_A, Press::pressed);
  for (const WindowInput& input : heard)
    EXPECT_EQ(input.window, &first);
}

// Whatever comes, windows stay within reach, and only windows that are there hear anything.
TEST_F(SeatTest, RandomInput) {
  std::mt19937 random(1);
  const auto number = [&](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  const std::uint32_t keys[] = {KEY_LEFTALT, KEY_LEFTMETA, KEY_LEFTSHIFT, KEY_TAB, KEY_F4,  KEY_UP,
                                KEY_DOWN,    KEY_LEFT,     KEY_RIGHT,     KEY_A,   KEY_ESC, 999,
                                ~0u};
  bool has_second = true;
  for (int i = 0; i < 200'000; ++i) {
    InputEvent event{.kind = static_cast<InputEvent::Kind>(number(6)),
                     .press = static_cast<Press>(number(3)),
                     .code = static_cast<std::uint32_t>(number(4)),
                     .x = static_cast<float>(number(1100) - 50),
                     .y = static_cast<float>(number(700) - 50)};
    if (event.kind == InputEvent::Kind::key) event.code = keys[number(std::size(keys))];
    if (event.kind == InputEvent::Kind::leave && number(50) != 0) continue;
    heard.clear();
    take(event);
    for (const WindowInput& input : heard)
      ASSERT_TRUE(input.window == &first || (input.window == &second && has_second));
    for (const WindowPlace* window : stack.order()) {
      const Rect bar = WindowFrames::parts(window->content, 1).title_bar;
      ASSERT_LT(bar.x, 1000);
      ASSERT_GT(bar.x + bar.width, 0);
      ASSERT_GE(bar.y, -bar.height) << i;
      ASSERT_LT(bar.y, 600) << i;
      ASSERT_GE(window->normal.width, WindowStack::content_side_min);
    }
    if (number(500) != 0) continue;
    if (has_second) {
      seat.forget(second);
      stack.close(second);
    } else {
      stack.open(second, 300, 200);
    }
    has_second = !has_second;
    heard.clear();
    seat.look_again(heard);
  }
}

// ---- Several monitors ----

class TwoMonitors : public SeatTest {
 protected:
  // The second stands to the right of the first, lower by 100, and is smaller.
  static constexpr Rect left{0, 0, 1000, 600}, right{1000, 100, 800, 450};
  static ScreenMode both() {
    return {.size = {1800, 600}, .monitors = {left, right}, .names = {"left", "right"}};
  }

  TwoMonitors() {
    stack.set_screen(both());
    stack.move(first, 100, 100);
    stack.move(second, 1200, 200);
  }
};

TEST_F(TwoMonitors, AMaximisedWindowFillsTheOneThatHoldsMostOfIt) {
  stack.set_state(first, WindowState::maximised);
  EXPECT_EQ(outer(first), left);
  stack.set_state(second, WindowState::maximised);
  EXPECT_EQ(outer(second), right);
  stack.set_state(second, WindowState::right_half);
  EXPECT_EQ(outer(second), (Rect{1400, 100, 400, 450}));
  stack.set_state(first, WindowState::normal);
  stack.move(first, 851, 100);  // of 300, 149 on the left
  stack.set_state(first, WindowState::maximised);
  EXPECT_EQ(outer(first), right);
}

TEST_F(TwoMonitors, AWindowIsDraggedFromOneToTheOther) {
  const Rect from = first.content;
  move(from.x + 80, from.y - 10);
  button(Press::pressed);
  for (float x = 0; x <= 1000; x += 7) {
    move(from.x + 80 + x, from.y + 90);
    ASSERT_EQ(first.content, (Rect{from.x + x, from.y + 100, 300, 200})) << "never held back";
  }
  button(Press::released);
  EXPECT_EQ(first.state, WindowState::normal);
}

TEST_F(TwoMonitors, WhereTheyMeetIsNoEdgeOfTheScreen) {
  drag(first.content.x + 80, first.content.y - 10, 999, 300);
  EXPECT_EQ(first.state, WindowState::normal);
  drag(first.content.x + 10, first.content.y - 10, 1799, 300);
  EXPECT_EQ(first.state, WindowState::right_half);
  EXPECT_EQ(outer(first), (Rect{1400, 100, 400, 450})) << "of the monitor under the pointer";
}

TEST_F(TwoMonitors, AboveTheLowerOneIsNothing) {
  stack.move(second, 1300, -50);
  EXPECT_GE(outer(second).y, right.y) << "its title bar would not be seen";
}

TEST_F(TwoMonitors, NewAndMinimisedWindowsAreOnTheMainOne) {
  stack.set_screen({.size = {1800, 600}, .monitors = {right, left}, .names = {"right", "left"}});
  WindowPlace third;
  stack.open(third, 100, 100);
  EXPECT_TRUE(contains(right, outer(third)));
  stack.minimise(third);
  EXPECT_TRUE(contains(right, outer(third)));
  stack.set_state(second, WindowState::maximised);
  EXPECT_LT(outer(second).bottom(), outer(third).y);
  stack.set_state(first, WindowState::maximised);
  EXPECT_EQ(outer(first), left) << "there are no bars";
}

TEST_F(TwoMonitors, OneIsUnplugged) {
  const Rect before = first.content;
  stack.set_screen({.size = {1000, 600}, .names = {"left"}});
  EXPECT_EQ(first.content, before);
  EXPECT_TRUE(contains(left, outer(second))) << "it has come over";
}

TEST_F(TwoMonitors, WhatIsOnTheRightOneStaysWhenTheLeftOneGoes) {
  const Rect before = second.content;
  stack.set_screen({.size = {800, 450}, .names = {"right"}, .left = 1000, .top = 100});
  EXPECT_EQ(second.content, (Rect{before.x - 1000, before.y - 100, 300, 200}));
  EXPECT_TRUE(contains({0, 0, 800, 450}, outer(first)));
  stack.set_screen(both());
  EXPECT_EQ(second.content, before);
}

TEST(Keyboard, TypesByItsLayout) {
  auto german = Keyboard::create("de").take();
  EXPECT_EQ(german->take(KEY_Y, true), "z");
  EXPECT_EQ(german->take(KEY_SEMICOLON, true), "\xC3\xB6");
  EXPECT_EQ(german->take(KEY_ENTER, true), "\r");
  EXPECT_EQ(german->take(KEY_ESC, true), "");
  german->take(KEY_RIGHTALT, true);
  EXPECT_EQ(german->take(KEY_E, true), "\xE2\x82\xAC") << "the third level";
  EXPECT_EQ(Keyboard::create("no such layout").status().text().substr(0, 27),
            "there is no keyboard layout");
  EXPECT_TRUE(Keyboard::create("fr(bepo)").is_ok());
}

}  // namespace
}  // namespace blink::server
