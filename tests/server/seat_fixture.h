// Two windows on a screen, and a user.

#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "server/screen/seat.h"
#include "server/screen/window_frames.h"

namespace blink::server {

using Kind = WindowInput::Kind;
using Press = InputEvent::Press;

class SeatTest : public ::testing::Test {
 protected:
  SeatTest() : seat(stack, Keyboard::create("us").take()) {
    stack.open(first, 300, 200);
    stack.open(second, 300, 200);
    seat.look_again(heard);
    heard.clear();
  }

  void take(InputEvent event) { seat.take(event, now, heard); }
  void move(float x, float y) { take({.kind = InputEvent::Kind::pointer, .x = x, .y = y}); }
  void button(Press press, std::uint32_t code = 1) {
    take({.kind = InputEvent::Kind::button, .press = press, .code = code});
  }
  void click() {
    button(Press::pressed);
    button(Press::released);
  }
  void key(std::uint32_t code, Press press) {
    take({.kind = InputEvent::Kind::key, .press = press, .code = code});
  }
  void strike(std::uint32_t code) {
    key(code, Press::pressed);
    key(code, Press::released);
  }
  void drag(float x, float y, float to_x, float to_y) {
    move(x, y);
    button(Press::pressed);
    move(to_x, to_y);
    button(Press::released);
  }
  static Rect outer(const WindowPlace& window) {
    return WindowFrames::outer(window.content, 1, window.borders);
  }
  static float middle(float at, float size) { return at + size / 2; }
  void move_to(Rect part) { move(middle(part.x, part.width), middle(part.y, part.height)); }
  std::vector<Kind> kinds() const {
    std::vector<Kind> all;
    for (const WindowInput& input : heard)
      all.push_back(input.kind);
    return all;
  }

  WindowStack stack{ScreenMode{.size = {1000, 600}}};
  WindowPlace first, second;
  Seat seat;
  Seat::Clock::time_point now{};
  std::vector<WindowInput> heard;
};

}  // namespace blink::server
