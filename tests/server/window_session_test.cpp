// Windows from a client's objects to the screen, through a real blinkd.

#include <gtest/gtest.h>

#include <spawn.h>
#include <sys/wait.h>

#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "jit/text/assembler.h"
#include "server/control.h"
#include "server/screen/window_frames.h"
#include "tests/support/client_window.h"
#include "tests/support/daemon.h"
#include "tests/support/png_pixels.h"
#include "vso/client_array.h"

extern char** environ;

namespace blink::server {
namespace {

using test::becomes;
using test::Daemon;
using test::Picture;
using test::screen_of;
using test::Window;
using test::windows_of;

constexpr std::uint32_t left = 24, top = 54, red = 0xFF0000, green = 0x00FF00, black = 0;

TEST(WindowSession, ComesAndGoesWithItsObjects) {
  Daemon daemon;
  const Picture empty = screen_of(daemon);
  Window window(daemon);
  const std::uint32_t redraw =
      window.give("redraw\nClearColor 1, 0, 0, 1\nClear COLOR_BUFFER_BIT\n");
  const auto is = [&](std::uint32_t colour) {
    return [&daemon, colour] { return screen_of(daemon).at(left + 50, top + 50) == colour; };
  };
  EXPECT_TRUE(becomes(is(red)));
  window.array->retire(redraw);
  EXPECT_TRUE(becomes(is(black)));
  const float half[] = {0, 1};
  window.give("redraw\nparam r0, 1\nClearColor 0, r0, 0, 1\nClear COLOR_BUFFER_BIT\n");
  window.put(BLINK_OBJECT_PARAMS, std::as_bytes(std::span(half)), {window.object});
  EXPECT_TRUE(becomes(is(green)));
  window.array->retire(window.object);
  EXPECT_TRUE(becomes([&] { return screen_of(daemon) == empty; }));
}

TEST(WindowSession, ARefusedProcedureIsToldWhy) {
  Daemon daemon;
  Window window(daemon);
  window.give("redraw\nClearColor 0, 1, 0, 1\nClear COLOR_BUFFER_BIT\n");
  EXPECT_TRUE(becomes([&] { return screen_of(daemon).at(left + 50, top + 50) == green; }));
  std::string text = "redraw\n";
  for (int i = 0; i < 40; ++i)
    text += "PushMatrix\n";
  window.give(text);
  const auto event = window.wait_for(BLINK_EVENT_OBJECT_REFUSED);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->code, std::uint32_t{BLINK_END_CONTENT});
  EXPECT_NE(event->text.find("PushMatrix: pushes deeper"), std::string::npos) << event->text;
  EXPECT_EQ(screen_of(daemon).at(left + 50, top + 50), green) << "the one before stays";
}

// Every window costs the server memory, also one that is only spoken of.
TEST(WindowSession, HasOnlySoManyWindows) {
  Daemon daemon;
  auto client = daemon.connect().take();
  vso::ClientArray* array = client->add_array(1024).value();
  const float number = 1;
  for (std::uint32_t i = 0; i < 256 + 3; ++i) {
    const std::uint32_t made = array->create(BLINK_OBJECT_PARAMS, 4, {1000 + i}).value();
    std::memcpy(array->content(made).data(), &number, 4);
    array->end_update(made);
  }
  int refused = 0;
  while (client->wait_for_event(vso::Client::Clock::now() + std::chrono::milliseconds(500))) {
    const auto event = client->next_event();
    ASSERT_TRUE(event.is_ok() && event.value());
    EXPECT_EQ(event.value()->code, std::uint32_t{BLINK_END_QUOTA});
    ++refused;
  }
  EXPECT_EQ(refused, 3);
}

// Pixels go from the client's pages into a texture; procedures show the newest version of them.
TEST(WindowSession, ShowsPicturesInProcedures) {
  Daemon daemon;
  const Picture empty = screen_of(daemon);
  Window window(daemon);
  constexpr std::uint32_t width = 2, height = 2, blue = 0x0000FF, white = 0xFFFFFF;
  std::uint32_t pixels[width * height] = {0x0000FF, 0x00FF00, 0xFF0000, 0xFFFFFF};  // red first
  const std::uint32_t picture =
      window.put(BLINK_OBJECT_PICTURE, std::as_bytes(std::span(pixels)),
                 {width, height, BLINK_FORMAT_RGBX8, width * 4, BLINK_PICTURE_IN_PROCEDURES});
  window.give(
      "init\nGenTextures 1\nBindTexture TEXTURE_2D, 1\n"
      "TexParameteri TEXTURE_2D, TEXTURE_MIN_FILTER, NEAREST\n"
      "TexParameteri TEXTURE_2D, TEXTURE_MAG_FILTER, NEAREST\n");
  const std::uint32_t redraw =
      window.give("redraw\nBindTexture TEXTURE_2D, 1\nEGLImageTargetTexture2DOES TEXTURE_2D, " +
                  std::to_string(picture) +
                  "\nEnable TEXTURE_2D\nBegin QUADS\n"
                  "TexCoord2f 0, 0\nVertex2f -1, 1\nTexCoord2f 1, 0\nVertex2f 1, 1\n"
                  "TexCoord2f 1, 1\nVertex2f 1, -1\nTexCoord2f 0, 1\nVertex2f -1, -1\nEnd\n");
  const auto shows = [&](std::uint32_t upper_left) {
    return [&daemon, upper_left] {
      const Picture now = screen_of(daemon);
      return now.at(left + 25, top + 25) == upper_left && now.at(left + 75, top + 25) == green &&
             now.at(left + 25, top + 75) == blue && now.at(left + 75, top + 75) == white;
    };
  };
  EXPECT_TRUE(becomes(shows(red)));
  // A new version, of which one pixel differs.
  window.array->begin_update(picture);
  window.array->content(picture)[2] = std::byte{0xFF};
  window.array->end_update(picture, vso::ClientArray::Range{2, 3});
  EXPECT_TRUE(becomes(shows(0xFF00FF)));
  // What is shown stays though the object is gone, and nothing of it appears beside the window.
  window.array->retire(picture);
  ASSERT_TRUE(window.client->ping().is_ok());
  EXPECT_TRUE(becomes(shows(0xFF00FF)));
  window.array->retire(redraw);
  window.array->retire(window.object);
  EXPECT_TRUE(becomes([&] { return screen_of(daemon) == empty; }));
}

// Who paints is told of each frame in which it is seen, once.
TEST(WindowSession, APictureIsSeen) {
  Daemon daemon;
  Window picture(daemon);  // a window, and a picture beside it
  const std::uint32_t pixels[] = {0x0000FF, 0x00FF00, 0xFF0000, 0xFFFFFF};
  const std::uint32_t object = picture.put(BLINK_OBJECT_PICTURE, std::as_bytes(std::span(pixels)),
                                           {2, 2, BLINK_FORMAT_RGBX8, 8, BLINK_PICTURE_SHOWN});
  for (int i = 0; i < 3; ++i) {
    const auto seen = picture.wait_for(BLINK_EVENT_SHOWN);
    ASSERT_TRUE(seen) << i;
    EXPECT_EQ(seen->object, object);
    EXPECT_EQ(seen->number[0], 60);
    (void)screen_of(daemon);  // and another frame would be told by now
    ASSERT_TRUE(picture.client->ping().is_ok());
    EXPECT_FALSE(picture.client->next_event().value()) << i;
    picture.array->begin_update(object);
    picture.array->end_update(object);
  }
}

// `update` draws into an image of its own, on the session's thread, when the client asks for it.
TEST(WindowSession, UpdatesWhenItsClientAsks) {
  Daemon daemon;
  Window window(daemon);
  const std::string id = std::to_string(window.object);
  window.give(
      "init\nGenTextures 1\nBindTexture TEXTURE_2D, 1\n"
      "TexParameteri TEXTURE_2D, TEXTURE_MIN_FILTER, NEAREST\n");
  window.give("redraw\nBindTexture TEXTURE_2D, 1\nEGLImageTargetTexture2DOES TEXTURE_2D, " + id +
              "\nEnable TEXTURE_2D\nBegin QUADS\nTexCoord2f 0, 0\nVertex2f -1, -1\n"
              "TexCoord2f 1, 0\nVertex2f 1, -1\nTexCoord2f 1, 1\nVertex2f 1, 1\n"
              "TexCoord2f 0, 1\nVertex2f -1, 1\nEnd\n");
  EXPECT_EQ(window.client->update(*window.array, window.object).code(),
            std::uint32_t{BLINK_END_CONTENT})
      << "there is no update yet";
  window.give("update\nparam r0, 0\nColor3f r0, 0, 1\nRectf -1, 0, 1, 1\n");
  float param = 1;
  const std::uint32_t params =
      window.put(BLINK_OBJECT_PARAMS, std::as_bytes(std::span(&param, 1)), {window.object});
  // A slow host may draw it beside the screen, and then it comes a little later.
  const auto is_after_update = [&](std::uint32_t upper_half) {
    const Status status = window.client->update(*window.array, window.object);
    EXPECT_TRUE(status.is_ok()) << status.text();
    return becomes([&] { return screen_of(daemon).at(left + 50, top + 25) == upper_half; });
  };
  EXPECT_TRUE(is_after_update(0xFF00FF));
  EXPECT_EQ(screen_of(daemon).at(left + 50, top + 75), black);
  // New params are seen when it runs again, and not before.
  window.array->begin_update(params);
  param = 0;
  std::memcpy(window.array->content(params).data(), &param, sizeof param);
  window.array->end_update(params);
  ASSERT_TRUE(window.client->ping().is_ok());
  EXPECT_EQ(screen_of(daemon).at(left + 50, top + 25), 0xFF00FFu);
  EXPECT_TRUE(is_after_update(0x0000FF));
  // Every image is in turn drawn into while the one before is shown.
  for (int i = 0; i < 20; ++i)
    EXPECT_TRUE(is_after_update(0x0000FF));
}

// What takes too long for the screen is drawn by its session, and the screen goes on.
TEST(WindowSession, ASlowRedrawIsDrawnBesideTheScreen) {
  Daemon daemon;
  Window slow(daemon);
  slow.give("init\nNewList 1, COMPILE\nColor4f 0, 1, 0, 0.5\nBegin QUADS\n" + [] {
    std::string quads;  // as large as the window, and blended: much to do, nothing new to be seen
    for (int i = 0; i < 500; ++i)
      quads += "Vertex2f 0, 0\nVertex2f 100, 0\nVertex2f 100, 100\nVertex2f 0, 100\n";
    return quads;
  }() + "End\nEndList\n");
  std::string text =
      "redraw\ninput r0, time\nClearColor 0, 1, 0, 1\nClear COLOR_BUFFER_BIT\nEnable BLEND\n"
      "BlendFunc SRC_ALPHA, ONE_MINUS_SRC_ALPHA\n";
  for (int i = 0; i < 16; ++i)
    text += "CallList 1\n";
  slow.give(text);
  const auto told = slow.wait_for(BLINK_EVENT_PROCEDURE);
  ASSERT_TRUE(told);
  EXPECT_NE(told->text.find("beside the screen"), std::string::npos) << told->text;
  // On a busy host it may have been sent there before it had shown anything.
  EXPECT_TRUE(becomes([&] { return screen_of(daemon).at(left + 50, top + 50) == green; }));
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(screen_of(daemon).at(left + 50, top + 50), green) << "it shows what it has shown";
  // Meanwhile somebody else has frames as ever.
  Window other(daemon);
  other.give(
      "redraw\ninput r0, frame\nmul r0, r0, 0.001\nClearColor 1, 0, r0, 1\n"
      "Clear COLOR_BUFFER_BIT\npost r0, 0\n");
  ASSERT_TRUE(other.wait_for(BLINK_EVENT_POST));
  const auto begin = vso::Client::Clock::now();
  for (int i = 0; i < 30; ++i)
    ASSERT_TRUE(other.wait_for(BLINK_EVENT_POST));
  const auto took = std::chrono::duration<double>(vso::Client::Clock::now() - begin).count();
  EXPECT_LT(took, 5) << "the slow one alone takes longer for so many";
  EXPECT_EQ(screen_of(daemon).at(left + 5, top + 5), green);
}

// Here on a screen on which nothing is drawn: there, too.
TEST(WindowSession, FramesThatShowSomethingNewAreCounted) {
  Daemon daemon({"--output", "none"});
  Window moving(daemon);
  moving.give("redraw\ninput r0, time\nClearColor 0, r0, 0, 1\nClear COLOR_BUFFER_BIT\n");
  const auto count = [&](std::size_t session, const char* what) -> int {
    auto answer = ask_server(daemon.directory, "ps");
    const auto body = nlohmann::json::parse(answer->json);
    return body["sessions"].at(session)["screen"][what];
  };
  EXPECT_TRUE(becomes([&] { return count(0, "frames") > 0; }));
  Window still(daemon);  // before a part of the other, and drawn anew with it
  still.give("redraw\nClearColor 0, 1, 0, 1\nClear COLOR_BUFFER_BIT\n");
  EXPECT_TRUE(becomes([&] { return count(1, "frames") > 10; }));
  EXPECT_LE(count(1, "changes"), 3) << "when it came, and got its procedure";
  EXPECT_GE(count(0, "changes"), 10);
}

// What a user does, through the control socket.
void act(const Daemon& daemon, const std::string& events) {
  const auto answer = ask_server(daemon.directory, "input", events);
  EXPECT_TRUE(answer.is_ok()) << answer.status().text();
}
std::string at(std::uint32_t x, std::uint32_t y) {
  return "{\"kind\":\"pointer\",\"x\":" + std::to_string(x) + ",\"y\":" + std::to_string(y) + "}";
}
std::string press(const char* kind, std::uint32_t code, bool is_down) {
  return std::string("{\"kind\":\"") + kind + "\",\"code\":" + std::to_string(code) +
         ",\"press\":" + (is_down ? "1" : "0") + "}";
}
constexpr std::uint32_t key_a = 30;

TEST(WindowSession, ItsProceduresHearTheUserFirst) {
  Daemon daemon;
  Window window(daemon);
  window.give(
      "input\ninput r0, event\njump_not_equal r0, 2, no\ninput r0, button_left\n"
      "jump_equal r0, 0, no\nset_cell 3, 1\ninput r1, pointer_x\npost r1, 7\nno:\nskip\n");
  window.give("redraw\ncell r0, 3\nClearColor 1, r0, 0, 1\nClear COLOR_BUFFER_BIT\n");
  EXPECT_TRUE(becomes([&] { return screen_of(daemon).at(left + 50, top + 50) == red; }));
  act(daemon, "[" + at(left + 40, top + 30) + "," + press("button", 1, true) + "]");
  EXPECT_TRUE(becomes([&] { return screen_of(daemon).at(left + 50, top + 50) == 0xFFFF00; }));
  const auto posted = window.wait_for(BLINK_EVENT_POST);
  ASSERT_TRUE(posted);
  EXPECT_EQ(posted->object, window.object);
  EXPECT_EQ(posted->number[0], 40);
  EXPECT_EQ(posted->number[1], 7);
}

TEST(WindowSession, ItIsToldWhatTheVerifierSkips) {
  Daemon daemon;
  Window window(daemon);
  window.give("redraw\njump on\nClear COLOR_BUFFER_BIT\non:\nLinkProgram 3\nLinkProgram 4\n");
  const auto told = window.wait_for(BLINK_EVENT_PROCEDURE);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->code, 0u);
  EXPECT_EQ(told->text,
            "redraw: word 6, LinkProgram: may not stand in redraw: skipped; and 1 more");
}

TEST(WindowSession, ItsProceduresKnowWhenItIsShown) {
  Daemon daemon({"--size", "640x480"});
  Window window(daemon);
  window.give("show\ninput r0, visible\npost 1, r0\n");
  window.give("hide\ninput r0, visible\npost 2, r0\n");
  window.give("redraw\nClear COLOR_BUFFER_BIT\n");
  const auto expect_post = [&](float what, float is_visible) {
    const auto posted = window.wait_for(BLINK_EVENT_POST);
    ASSERT_TRUE(posted);
    EXPECT_EQ(posted->number[0], what);
    EXPECT_EQ(posted->number[1], is_visible);
  };
  expect_post(1, 1);
  const Rect minimise = WindowFrames::parts({left, top, 100, 100}, 1).minimise;
  const auto click = [&](float x, float y) {
    act(daemon, "[" + at(static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y)) + "," +
                    press("button", 1, true) + "," + press("button", 1, false) + "]");
  };
  click(minimise.x + 5, minimise.y + 5);
  expect_post(2, 1);
  click(60, 480 - 8 - 15);  // its bar, at the lower edge
  expect_post(1, 1);
}

Result<ControlAnswer> ask_for_picture(const Daemon& daemon, const std::string& window) {
  return ask_server(daemon.directory, "screenshot", "{\"window\":\"" + window + "\"}");
}
bool is_all(const Daemon& daemon, const std::string& window, std::uint32_t colour) {
  auto answer = ask_for_picture(daemon, window);
  EXPECT_TRUE(answer.is_ok()) << answer.status().text();
  if (!answer.is_ok()) return false;
  const Picture picture = test::picture_of(answer->payload);
  EXPECT_EQ(std::pair(picture.width, picture.height), std::pair(Window::side, Window::side));
  for (std::uint32_t y = 0; y < picture.height; ++y)
    for (std::uint32_t x = 0; x < picture.width; ++x)
      if (picture.at(x, y) != colour) return false;
  return true;
}

TEST(WindowSession, APictureOfAWindowShowsNothingThatCoversIt) {
  Daemon daemon;
  Window lower(daemon, "lower");
  lower.give("redraw\nClearColor 1, 0, 0, 1\nClear COLOR_BUFFER_BIT\n");
  EXPECT_TRUE(becomes([&] { return screen_of(daemon).at(left + 50, top + 50) == red; }));
  Window upper(daemon, "upper");
  upper.give("redraw\nClearColor 0, 1, 0, 1\nClear COLOR_BUFFER_BIT\n");
  constexpr std::uint32_t right = 89, down = 56;  // so far is the upper one from the lower
  EXPECT_TRUE(
      becomes([&] { return screen_of(daemon).at(left + right + 50, top + down + 50) == green; }));
  act(daemon, "[" + at(left + right + 40, top + down - 14) + "," + press("button", 1, true) + "," +
                  at(left + 40, top - 14) + "," + press("button", 1, false) + "]");
  EXPECT_TRUE(becomes([&] { return screen_of(daemon).at(left + 5, top + 5) == green; }));
  const Picture before = screen_of(daemon);
  EXPECT_TRUE(is_all(daemon, "lower", red));
  EXPECT_TRUE(is_all(daemon, "upper", green));
  EXPECT_TRUE(is_all(daemon, "1:" + std::to_string(lower.object), red));
  EXPECT_TRUE(is_all(daemon, "2:0:" + std::to_string(upper.object), green));
  // What is minimised, and what the screen's edge cuts off.
  constexpr std::uint32_t super = 125, down_key = 108;
  act(daemon, "[" + press("key", super, true) + "," + press("key", down_key, true) + "," +
                  press("key", down_key, false) + "," + press("key", super, false) + "]");
  EXPECT_TRUE(becomes([&] { return screen_of(daemon).at(left + 50, top + 50) == red; }));
  EXPECT_TRUE(is_all(daemon, "upper", green));
  act(daemon, "[" + at(left + 40, top - 14) + "," + press("button", 1, true) + "," +
                  at(left + 30, 238) + "," + press("button", 1, false) + "]");
  EXPECT_TRUE(becomes([&] { return screen_of(daemon).at(left + 50, top + 50) != red; }));
  EXPECT_TRUE(is_all(daemon, "lower", red));
  EXPECT_NE(screen_of(daemon), before);
  EXPECT_EQ(screen_of(daemon).width, before.width);
}

TEST(WindowSession, APictureOfAWindowDrawnBesideShowsItsLastImage) {
  Daemon daemon({"--redraw-ms", "1"});
  Window slow(daemon);
  std::string text = "redraw\ninput r0, time\nClearColor 0, 1, 0, 1\nClear COLOR_BUFFER_BIT\n";
  slow.give("init\nNewList 1, COMPILE\nBegin POINTS\n" + [] {
    std::string points;
    for (int i = 0; i < 20'000; ++i)
      points += "Vertex2f 5, 5\n";
    return points;
  }() + "End\nEndList\n");
  for (int i = 0; i < 45; ++i)
    text += "CallList 1\n";
  slow.give(text);
  ASSERT_TRUE(slow.wait_for(BLINK_EVENT_PROCEDURE));
  EXPECT_TRUE(becomes([&] { return bool(is_all(daemon, "window", green)); }));
}

TEST(WindowSession, APictureOfNoWindowIsRefused) {
  Daemon daemon;
  const auto refusal = [&](const std::string& window) {
    return std::string(ask_for_picture(daemon, window).status().text());
  };
  EXPECT_EQ(refusal("1"), "there is no window '1'; there is none at all");
  Window one(daemon, "same");
  EXPECT_TRUE(becomes([&] { return refusal("x").find("1:0:") != std::string::npos; }));
  Window other(daemon, "same");
  EXPECT_TRUE(becomes([&] { return refusal("x").find("2:0:") != std::string::npos; }));
  const std::string number = std::to_string(one.object);
  const std::string both =
      "1:0:" + number + " 'same' of 'test', 2:0:" + number + " 'same' of 'test'";
  EXPECT_EQ(refusal("x"), "there is no window 'x'; there are " + both);
  EXPECT_EQ(refusal("same"),
            "several windows are 'same': " + both + "; ask for SESSION:ARRAY:OBJECT");
  for (const char* wrong : {"7", "[]", "{}", "null", "{\"window\":1}", "\"same\""})
    EXPECT_EQ(ask_server(daemon.directory, "screenshot", wrong).status().text(),
              "a picture of one window is asked for with {\"window\": WHICH}");
  EXPECT_TRUE(is_all(daemon, "1:" + number, black));
}

TEST(WindowSession, TheFocusedWindowAloneHearsKeys) {
  Daemon daemon;
  Window first(daemon);
  ASSERT_TRUE(first.wait_for(BLINK_EVENT_INPUT)) << "it gets the focus";
  Window second(daemon);
  ASSERT_TRUE(second.wait_for(BLINK_EVENT_INPUT)) << "now the second has it";
  act(daemon, "[" + press("key", key_a, true) + "," + press("key", key_a, false) + "]");
  const auto typed = second.wait_for(BLINK_EVENT_INPUT);
  ASSERT_TRUE(typed);
  EXPECT_EQ(typed->kind, std::uint32_t{BLINK_INPUT_KEY});
  EXPECT_EQ(typed->code, key_a);
  EXPECT_EQ(typed->value, 1u);
  EXPECT_EQ(typed->text, "a");
  // The first hears nothing but that the focus went, also of the pointer over the second.
  act(daemon, "[" + at(left + 89 + 50, top + 56 + 50) + "," + press("button", 1, true) + "," +
                  press("button", 1, false) + "]");
  ASSERT_TRUE(second.wait_for(BLINK_EVENT_INPUT));
  ASSERT_TRUE(first.client->ping().is_ok());
  const auto lost = first.client->next_event().take();
  ASSERT_TRUE(lost);
  EXPECT_EQ(lost->kind, std::uint32_t{BLINK_INPUT_FOCUS});
  EXPECT_EQ(lost->value, 0u);
  EXPECT_FALSE(first.client->next_event().take()) << "somebody else's input";
}

TEST(WindowSession, NobodyTakesTheKeyboardFromWhoTypes) {
  Daemon daemon;
  Window first(daemon);
  ASSERT_TRUE(first.wait_for(BLINK_EVENT_INPUT)) << "it gets the focus";
  const std::string type_a = press("key", key_a, true) + "," + press("key", key_a, false);
  act(daemon, "[" + press("key", key_a, true) + "]");
  ASSERT_TRUE(first.wait_for(BLINK_EVENT_INPUT)) << "it is held";
  Window second(daemon);
  ASSERT_TRUE(second.client->ping().is_ok());
  ASSERT_TRUE(becomes([&] { return windows_of(daemon) == 2; }));
  act(daemon, "[" + press("key", key_a, false) + "," + type_a + "]");
  ::usleep(1'200'000);  // the user thinks
  const std::string title = "another";
  second.put(BLINK_OBJECT_WINDOW, std::as_bytes(std::span(title)), {1, 1});
  ASSERT_TRUE(becomes([&] { return windows_of(daemon) == 3; }));
  act(daemon, "[" + type_a + "]");
  for (int i = 0; i < 5; ++i) {
    const auto typed = first.wait_for(BLINK_EVENT_INPUT);
    ASSERT_TRUE(typed);
    EXPECT_EQ(typed->kind, std::uint32_t{BLINK_INPUT_KEY});
  }
  while (auto event = second.client->next_event().take())
    EXPECT_NE(event->type, BLINK_EVENT_INPUT) << "it has the keyboard";
  // The first of a session comes to who is not typing.
  ::usleep(1'200'000);
  Window third(daemon);
  EXPECT_TRUE(third.wait_for(BLINK_EVENT_INPUT));
  const std::string title_of_fourth = "more";
  third.put(BLINK_OBJECT_WINDOW, std::as_bytes(std::span(title_of_fourth)), {50, 50});
  EXPECT_TRUE(third.wait_for(BLINK_EVENT_INPUT)) << "its own comes on top";
}

// Whatever its procedures are called for, and however many windows it shares that out among.
TEST(WindowSession, HasItsShareOfTheScreensTime) {
  std::string much = "input r0, time\n";
  for (int i = 0; i < 600'000; ++i)
    much += "atan2 r1, r0, 3\n";
  const auto is_told = [&](const std::string& procedure, const std::string& what) {
    Daemon daemon;
    Window window(daemon, "much", 64 << 20);
    for (int i = 0; i < 2; ++i) {
      if (i > 0) window.object = window.put(BLINK_OBJECT_WINDOW, {}, {Window::side, Window::side});
      window.give("redraw\ninput r0, time\nClearColor r0, 0, 0, 1\nClear COLOR_BUFFER_BIT\n");
      window.give(procedure + "\n" + much);
    }
    std::string keys = press("key", key_a, true);
    for (int i = 0; i < 400; ++i)
      keys += "," + press("key", key_a, i % 2 != 0);
    const auto deadline = vso::Client::Clock::now() + std::chrono::seconds(20);
    while (vso::Client::Clock::now() < deadline) {
      if (procedure == "input") act(daemon, "[" + keys + "]");
      while (const auto event = window.client->next_event().take())
        if (event->type == BLINK_EVENT_PROCEDURE && event->text.starts_with(procedure + what))
          return true;
      ::usleep(50'000);
    }
    return false;
  };
  EXPECT_TRUE(is_told("frame", ": took "));
  EXPECT_TRUE(is_told("input", ": the session has used its share of the screen's time: it waits"));
}

TEST(WindowSession, IsToldItsNewSizeAndThatItIsToClose) {
  Daemon daemon({"--size", "640x480"});
  Window window(daemon);
  ASSERT_TRUE(becomes([&] { return windows_of(daemon) == 1; }));
  // Twice on the title bar: all of the screen.
  const std::string click = press("button", 1, true) + "," + press("button", 1, false);
  act(daemon, "[" + at(left + 60, top - 10) + "," + click + "," + click + "]");
  const auto larger = window.wait_for(BLINK_EVENT_CONFIGURE);
  ASSERT_TRUE(larger);
  EXPECT_EQ(larger->number[0], 640);
  EXPECT_EQ(larger->number[1], 450);
  EXPECT_EQ(larger->value, BLINK_WINDOW_STATE_MAXIMISED);
  act(daemon, "[" + at(640 - 15, 15) + "," + click + "]");
  const auto close = window.wait_for(BLINK_EVENT_CLOSE);
  ASSERT_TRUE(close);
  EXPECT_EQ(close->object, window.object);
}

// It never reads what it is told.
TEST(WindowSession, OneThatDoesNotAnswerIsEndedByTheUser) {
  Daemon daemon({"--size", "640x480"});
  const Picture empty = screen_of(daemon);
  Window window(daemon, "A window");
  EXPECT_TRUE(becomes([&] { return screen_of(daemon) != empty; }));
  const Rect close = WindowFrames::parts({left, top, Window::side, Window::side}, 1).close;
  const auto x = static_cast<std::uint32_t>(close.x) + 10,
             y = static_cast<std::uint32_t>(close.y) + 10;
  const std::string click =
      "[" + at(x, y) + "," + press("button", 1, true) + "," + press("button", 1, false) + "]";
  act(daemon, click);
  const Picture asked = screen_of(daemon);
  const auto frames = [&] {  // asking for the screen would wake it
    return nlohmann::json::parse(ask_server(daemon.directory, "ps")->json)["frames"].get<int>();
  };
  const int frames_before = frames();
  EXPECT_TRUE(becomes([&] { return frames() > frames_before; }));
  EXPECT_NE(screen_of(daemon), asked) << "its title says so";
  act(daemon, click);
  const auto end = window.wait_for(BLINK_EVENT_END);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->code, std::uint32_t{BLINK_END_CLOSED});
  EXPECT_EQ(end->text, "closed by the user: it did not answer");
  EXPECT_TRUE(becomes([&] { return screen_of(daemon) == empty; }));
  EXPECT_NE(daemon.log().find("closed by the user"), std::string::npos) << daemon.log();
}

TEST(WindowSession, IsToldWhatItsProceduresDidNotDo) {
  Daemon daemon;
  Window window(daemon);
  window.give(
      "redraw\ninput r0, time\nRasterPos2f 0, 0\nDrawPixels 4, 4, RGBA, "
      "UNSIGNED_BYTE, 77, 0\n");
  const auto complaint = window.wait_for(BLINK_EVENT_PROCEDURE);
  ASSERT_TRUE(complaint);
  EXPECT_EQ(complaint->code, std::uint32_t{BLINK_END_NONE});
  EXPECT_EQ(complaint->text, "redraw: pixels that do not lie within their object");
  // It is drawn at every frame, and told once.
  ::usleep(200'000);
  ASSERT_TRUE(window.client->ping().is_ok());
  while (auto event = window.client->next_event().take())
    EXPECT_NE(event->type, BLINK_EVENT_PROCEDURE);
}

TEST(WindowSession, LivesWhileItsProgramIsStopped) {
  Daemon daemon({"--size", "640x480"});
  const auto folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  std::string program = folder / "demo-gears", socket = daemon.socket_path();
  char* arguments[] = {program.data(), socket.data(), nullptr};
  pid_t pid = 0;
  ASSERT_EQ(::posix_spawn(&pid, program.c_str(), nullptr, nullptr, arguments, environ), 0);
  const auto is_red = [&] {  // some of the large gear
    const Picture picture = screen_of(daemon);
    for (std::uint32_t x = left; x < left + 400; ++x)
      if (picture.at(x, top + 250) >> 16 > 0x80) return true;
    return false;
  };
  EXPECT_TRUE(becomes(is_red));
  ::kill(pid, SIGSTOP);
  const Picture then = screen_of(daemon);
  EXPECT_TRUE(becomes([&] { return screen_of(daemon) != then; })) << "it goes on turning";
  EXPECT_TRUE(is_red());
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  EXPECT_TRUE(becomes([&] { return !is_red(); })) << "it goes with its program";
}

}  // namespace
}  // namespace blink::server
