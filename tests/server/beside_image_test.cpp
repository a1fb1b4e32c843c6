// What is seen of a window that is drawn beside the screen, wherever it is, and while its size
// changes.

#include <gtest/gtest.h>

#include <linux/input-event-codes.h>

#include "tests/support/client_window.h"

namespace blink::server {
namespace {

using test::becomes;
using test::Daemon;
using test::Picture;
using test::screen_of;
using test::Window;

constexpr std::uint32_t left = 24, top = 54, side = Window::side;
constexpr std::uint32_t red = 0xFF0000, green = 0x00FF00, blue = 0x0000FF;

std::string press(std::uint32_t key, bool is_down) {
  return "{\"kind\":\"key\",\"code\":" + std::to_string(key) +
         ",\"press\":" + std::to_string(is_down) + "}";
}
std::string with_super(std::uint32_t key) {
  return "[" + press(KEY_LEFTMETA, true) + "," + press(key, true) + "," + press(key, false) + "," +
         press(KEY_LEFTMETA, false) + "]";
}
constexpr const char* drag_half_off =
    R"([{"kind":"pointer","x":70,"y":40},{"kind":"button","code":1,"press":1},)"
    R"({"kind":"pointer","x":200,"y":60},{"kind":"pointer","x":314,"y":140},)"
    R"({"kind":"button","code":1,"press":0}])";

std::string filled(const char* colour) {
  return std::string("ClearColor ") + colour + ", 1\nClear COLOR_BUFFER_BIT\n";
}
// More changes of state than the screen may wait for.
std::string too_much() {
  std::string text;
  for (int i = 0; i < 300; ++i)
    text += "BlendFunc SRC_ALPHA, ONE\n";
  return text;
}
// Right half and lower half of it are others.
const std::string three_colours =
    "redraw\n" + filled("0, 1, 0") +
    "Color3f 1, 0, 0\nRectf 0, 0, 1, 1\nColor3f 0, 0, 1\nRectf -1, -1, 1, 0\n" + too_much();

class BesideImage : public ::testing::Test {
 protected:
  void act(const std::string& events) {
    const auto answer = ask_server(daemon.directory, "input", events);
    EXPECT_TRUE(answer.is_ok()) << answer.status().text();
  }
  Picture alone() {
    auto answer = ask_server(daemon.directory, "screenshot", R"({"window":"window"})");
    EXPECT_TRUE(answer.is_ok()) << answer.status().text();
    return answer.is_ok() ? test::picture_of(answer->payload) : Picture{};
  }
  bool shows(std::uint32_t colour) {
    return becomes([&] { return screen_of(daemon).at(left + 25, top + 25) == colour; });
  }
  static void expect_three_colours(const Picture& picture) {
    ASSERT_EQ(picture.width, side);
    ASSERT_EQ(picture.height, side);
    EXPECT_EQ(picture.at(25, 25), green);
    EXPECT_EQ(picture.at(75, 25), red);
    EXPECT_EQ(picture.at(98, 2), red);
    EXPECT_EQ(picture.at(2, 98), blue);
    EXPECT_EQ(picture.at(98, 98), blue);
  }
  // What it was fills it until it is drawn anew.
  void expect_never_empty() {
    act(with_super(KEY_UP));
    for (int i = 0; i < 60; ++i) {
      const Picture picture = screen_of(daemon);
      ASSERT_EQ(picture.at(left + 25, top + 25), green) << i;
      ASSERT_EQ(picture.at(250, 200), green) << i;
    }
  }

  Daemon daemon{{"--output", "headless", "--redraw-ms", "10000"}};
};

TEST_F(BesideImage, IsWholeWhereTheScreenEnds) {
  Window window(daemon);
  window.give(three_colours);
  ASSERT_TRUE(shows(green)) << daemon.log();
  act(drag_half_off);
  ASSERT_NE(screen_of(daemon).at(left + 25, top + 25), green);
  expect_three_colours(alone());
}

TEST_F(BesideImage, IsWholeThoughNothingWasEverSeenOfIt) {
  Window window(daemon);
  act(with_super(KEY_DOWN));
  window.give(three_colours);
  ASSERT_TRUE(window.client->ping().is_ok());
  expect_three_colours(alone());
}

TEST_F(BesideImage, IsNewThoughNobodySawIt) {
  Window window(daemon);
  const std::uint32_t old = window.give(three_colours);
  ASSERT_TRUE(shows(green)) << daemon.log();
  act(with_super(KEY_DOWN));
  window.array->retire(old);
  window.give("redraw\n" + filled("0, 0, 1") + too_much());
  ASSERT_TRUE(window.client->ping().is_ok());
  EXPECT_EQ(alone().at(25, 25), blue);
  window.give("redraw\ninput r0, time\n" + filled("1, 0, 0") + too_much());
  ASSERT_TRUE(window.client->ping().is_ok());
  EXPECT_EQ(alone().at(25, 25), red);
}

TEST_F(BesideImage, HasTheWindowsSizeSoon) {
  Window window(daemon);
  // As wide as the window is: how wide it is drawn for.
  window.give(
      "redraw\ninput r0, window_width\nselect_less r1, r0, 200, 0, 1\nClearColor r1, 1, 0, 1\n"
      "Clear COLOR_BUFFER_BIT\n" +
      too_much());
  ASSERT_TRUE(shows(green)) << daemon.log();
  act(with_super(KEY_UP));
  EXPECT_TRUE(shows(0xFFFF00));
}

TEST_F(BesideImage, IsNotEmptyWhileTheWindowBecomesLarger) {
  Window window(daemon);
  window.give("redraw\ninput r0, time\n" + filled("0, 1, 0") + too_much());
  ASSERT_TRUE(shows(green)) << daemon.log();
  expect_never_empty();
}

TEST_F(BesideImage, IsNotEmptyWhereALargeWindowIsTooMuch) {
  Window window(daemon);
  std::string text = "redraw\ninput r0, time\n" + filled("0, 1, 0") + "Begin POINTS\n";
  for (int i = 0; i < 10'000; ++i)  // that are nowhere to be seen
    text += "Vertex2f 2, 2\n";
  window.give(text + "End\n");
  ASSERT_TRUE(shows(green)) << daemon.log();
  EXPECT_EQ(daemon.log().find("redraw.slow"), std::string::npos) << "small, it is on the screen";
  expect_never_empty();
  EXPECT_NE(daemon.log().find("redraw.slow"), std::string::npos) << "large, it is beside";
}

}  // namespace
}  // namespace blink::server
