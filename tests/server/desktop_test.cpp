// Windows drawn by stored procedures, on the real GL driver, pixel by pixel.

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

#include <thread>

#include "jit/text/assembler.h"
#include "server/screen/compositor.h"
#include "tests/jit/random_program.h"
#include "tests/support/becomes.h"
#include "tests/support/png_pixels.h"

namespace blink::server {
namespace {

using jit::Callback;
using test::becomes;
using test::Picture;

constexpr std::uint32_t red = 0xFF0000, green = 0x00FF00, black = 0;

class DesktopTest : public ::testing::Test {
 protected:
  static constexpr std::uint32_t screen_width = 400, screen_height = 300;
  // Where the first window stands, and one that place_second() has moved, partly over it.
  static constexpr std::uint32_t left = 24, top = 54, side = 100;
  static constexpr std::uint32_t left_of_second = 24 + 89, top_of_second = 54 + 56;

  DesktopTest() {
    auto started = Compositor::start({screen_width, screen_height});
    EXPECT_TRUE(started.is_ok()) << started.status().text();
    compositor = started.take();
  }

  Picture screen() {
    const auto png = compositor->screenshot();
    EXPECT_TRUE(png.is_ok());
    return test::picture_of(png.value());
  }
  // So many since the start, soon.
  bool draws_frames(std::uint64_t frames) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (compositor->frames_drawn() < frames && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return compositor->frames_drawn() >= frames;
  }
  void tell(SessionNews news, std::uint32_t session = 1) {
    news.of = {session, "test", nullptr};
    compositor->tell(std::move(news));
  }
  void open_window(std::uint32_t object = 1, std::uint32_t session = 1, std::uint32_t size = side) {
    SessionNews news;
    news.windows[{0, object}].shape = WindowShape{"window", size, size};
    tell(std::move(news), session);
  }
  // The second of two that open_window() has opened, in the lower right.
  void place_second() {
    constexpr float x = screen_width - 24 - 150, y = screen_height - 24 - side - 16;
    constexpr float opened_left = screen_width - 24 - 189, opened_top = screen_height - 25 - side;
    const auto move = [&](float to_x, float to_y) {
      compositor->input({.kind = InputEvent::Kind::pointer, .x = to_x, .y = to_y});
    };
    const auto button = [&](InputEvent::Press press) {
      compositor->input({.kind = InputEvent::Kind::button, .press = press, .code = 1});
    };
    (void)screen();  // it is there
    move(x, y);
    button(InputEvent::Press::pressed);
    move(x + left_of_second - opened_left, y + top_of_second - opened_top);
    button(InputEvent::Press::released);
    compositor->input({.kind = InputEvent::Kind::leave});
    const auto windows = (screen(), compositor->windows());
    ASSERT_EQ(windows.back().content, (Rect{left_of_second, top_of_second, side, side}));
  }
  void close_session(std::uint32_t session = 1) {
    SessionNews news;
    news.is_over = true;
    tell(std::move(news), session);
  }
  // Whether the verifier takes it.
  bool give(std::span<const jit::Word> words, std::uint32_t object = 1, std::uint32_t session = 1) {
    auto procedure = Procedure::make(words);
    if (!procedure.is_ok()) return false;
    const auto callback = static_cast<std::size_t>(procedure.value()->program().callback());
    SessionNews news;
    news.windows[{0, object}].procedures[callback] = procedure.take();
    tell(std::move(news), session);
    return true;
  }
  void give(const std::string& text, std::uint32_t object = 1, std::uint32_t session = 1) {
    const auto assembly = jit::assemble(".procedure " + text);
    ASSERT_TRUE(assembly.is_good()) << assembly.errors[0].text;
    ASSERT_TRUE(give(assembly.words, object, session)) << text;
  }
  void give_data(std::uint32_t object, std::vector<float> floats) {
    const auto bytes = std::as_bytes(std::span(floats));
    give_bytes(object, Bytes(bytes.begin(), bytes.end()));
  }
  void give_bytes(std::uint32_t object, Bytes bytes) {
    SessionNews news;
    news.data[{0, object}] = std::make_shared<const Bytes>(std::move(bytes));
    tell(std::move(news));
  }
  void give_params(std::initializer_list<float> numbers) {
    auto params = std::make_shared<Params>();
    std::ranges::copy(numbers, params->begin());
    SessionNews news;
    news.windows[{0, 1}].params = std::move(params);
    tell(std::move(news));
  }
  std::uint32_t middle() { return screen().at(left + side / 2, top + side / 2); }

  std::unique_ptr<Compositor> compositor;
};

// What differs beyond the first window, for people; empty: nothing.
std::string difference_beyond(const Picture& a, const Picture& b, std::uint32_t left,
                              std::uint32_t top, std::uint32_t side) {
  for (std::uint32_t y = 0; y < a.height; ++y)
    for (std::uint32_t x = 0; x < a.width; ++x) {
      const bool is_within = x >= left && x < left + side && y >= top && y < top + side;
      if (!is_within && a.at(x, y) != b.at(x, y))
        return "pixel " + std::to_string(x) + ", " + std::to_string(y);
    }
  return "";
}

TEST_F(DesktopTest, ARedrawFillsItsWindow) {
  open_window();
  give("redraw\nClearColor 1, 0, 0, 1\nClear COLOR_BUFFER_BIT\n");
  const Picture picture = screen();
  for (std::uint32_t y = 0; y < side; ++y)
    for (std::uint32_t x = 0; x < side; ++x)
      ASSERT_EQ(picture.at(left + x, top + y), red) << x << ", " << y;
}

// Only what has changed is drawn anew; all of it, drawn anew, is the same.
TEST_F(DesktopTest, PartsAreDrawnAsTheWholeIs) {
  constexpr std::uint32_t windows = 5;
  for (std::uint32_t i = 1; i <= windows; ++i) {
    open_window(i, i, 60 + 20 * i);
    // Some fill their windows, others leave black what they do not draw.
    give(std::string("redraw\nparam r0, 0\nparam r1, 1\n") +
             (i % 2 == 0 ? "ClearColor r0, r1, 0.5, 1\nClear COLOR_BUFFER_BIT\n" : "") +
             "Color3f r1, 0.2, r0\nRectf -0.9, -0.5, r0, r1\n",
         i, i);
  }
  std::mt19937 random(7);
  const auto number = [&] { return static_cast<float>(random() % 256) / 255; };
  for (int round = 0; round < 30; ++round) {
    for (std::uint32_t i = 0; i <= random() % 3; ++i) {
      const auto session = static_cast<std::uint32_t>(1 + random() % windows);
      auto params = std::make_shared<Params>();
      (*params)[0] = number();
      (*params)[1] = number();
      SessionNews news;
      news.windows[{0, session}].params = std::move(params);
      tell(std::move(news), session);
    }
    if (round % 5 == 4) {  // another one comes to the top
      compositor->input({.kind = InputEvent::Kind::pointer,
                         .x = static_cast<float>(random() % screen_width),
                         .y = static_cast<float>(random() % screen_height)});
      for (const auto press : {InputEvent::Press::pressed, InputEvent::Press::released})
        compositor->input({.kind = InputEvent::Kind::button, .press = press, .code = 1});
      (void)screen();
    }
    const Picture parts = screen();
    open_window(1, 1, 60 + 20);  // as it is: everything is drawn anew
    ASSERT_EQ(difference_beyond(parts, screen(), 0, 0, 0), "") << "round " << round;
  }
}

TEST(Damage, AreasDoNotMeet) {
  const Rect screen{0, 0, 1000, 1000};
  Damage damage;
  EXPECT_EQ(damage.take(screen, {}), std::vector{screen}) << "nothing has been drawn yet";
  EXPECT_TRUE(damage.is_empty());
  damage.add({10, 10, 20, 20});
  damage.add({100, 10, 20, 20});
  damage.add({12, 12, 5, 5});
  EXPECT_EQ(damage.take(screen, {}).size(), 2u);
  damage.add({10, 10, 20, 20});
  damage.add({100, 10, 20, 20});
  const Rect content{0, 15, 500, 50};
  EXPECT_EQ(damage.take(screen, std::span(&content, 1)), (std::vector{Rect{10, 10, 110, 20}}))
      << "what is drawn in both is drawn once";
  for (float i = 0; i < 100; ++i)
    damage.add({i * 10, 0, 5, 5});
  EXPECT_EQ(damage.take(screen, {}), std::vector{screen}) << "too many";
  damage.add({});
  EXPECT_TRUE(damage.is_empty());
}

TEST(Sight, WhatLiesBehindIsNotSeen) {
  Sight sight;
  EXPECT_FALSE(sight.is_hidden({0, 0, 10, 10}));
  sight.add({0, 0, 100, 100});
  const std::size_t below_first = sight.depth();
  EXPECT_TRUE(sight.is_hidden({0, 0, 10, 10}));
  EXPECT_FALSE(sight.is_hidden({90, 0, 20, 10})) << "some of it looks out";
  sight.add({10, 10, 20, 20});
  EXPECT_EQ(sight.depth(), below_first) << "hidden itself, it hides nothing more";
  sight.add({100, 0, 50, 50});
  EXPECT_TRUE(sight.is_hidden({110, 0, 20, 10}));
  EXPECT_FALSE(sight.is_hidden({110, 0, 20, 10}, below_first)) << "it lies above the second";
}

TEST_F(DesktopTest, UpIsUp) {
  open_window();
  give("redraw\nColor3f 0, 1, 0\nRectf -1, 0, 1, 1\n");
  const Picture picture = screen();
  EXPECT_EQ(picture.at(left + 50, top + 25), green);
  EXPECT_EQ(picture.at(left + 50, top + 75), black);
}

TEST_F(DesktopTest, InitRunsOnceAndItsListsStay) {
  open_window();
  give("init\nNewList 1, COMPILE\nColor3f 0, 1, 0\nRectf -1, -1, 1, 1\nEndList\n");
  give("redraw\nCallList 1\n");
  EXPECT_EQ(middle(), green);
  EXPECT_EQ(middle(), green);
}

TEST_F(DesktopTest, ParamsChangeWithoutAnotherProcedure) {
  open_window();
  give("redraw\nparam r0, 0\nparam r1, 1\nClearColor r0, r1, 0, 1\nClear COLOR_BUFFER_BIT\n");
  EXPECT_EQ(middle(), black);
  give_params({1, 0});
  EXPECT_EQ(middle(), red);
  give_params({0, 1});
  EXPECT_EQ(middle(), green);
}

// `redraw` counts how often it runs, in red; `frame` sets green.
TEST_F(DesktopTest, AFrameThatChangesNothingIsNotDrawn) {
  open_window();
  give(
      "redraw\ncell r0, 0\nadd r0, r0, 0.0625\nset_cell 0, r0\ncell r1, 1\n"
      "ClearColor r0, r1, 0, 1\nClear COLOR_BUFFER_BIT\n");
  give("frame\ninput r0, time\nadd r0, r0, 1\nmin r0, r0, 1\nset_cell 1, r0\n");
  const auto redraws = [&] {
    return std::lround(static_cast<double>(screen().at(left + 50, top + 50) >> 16) / 16);
  };
  // The first frame was before it.
  ASSERT_TRUE(becomes([&] { return (screen().at(left + 50, top + 50) >> 8 & 0xFF) == 0xFF; }));
  const auto redraws_before = redraws();
  const std::uint64_t frames_before = compositor->frames_drawn();
  EXPECT_TRUE(draws_frames(frames_before + 3)) << "time goes on";
  EXPECT_EQ(redraws(), redraws_before);
  // What changes all the time is drawn all the time.
  give("frame\ninput r0, frame\nset_cell 1, r0\n");
  EXPECT_TRUE(becomes([&] { return redraws() >= redraws_before + 3; }));
}

// Nothing is seen of it: neither its title, which changes, nor a shadow.
TEST_F(DesktopTest, ACoveredWindowHasNoFrame) {
  const auto maximise = [&] {
    for (const std::uint32_t key : {KEY_LEFTMETA, KEY_UP})
      compositor->input(
          {.kind = InputEvent::Kind::key, .press = InputEvent::Press::pressed, .code = key});
    for (const std::uint32_t key : {KEY_UP, KEY_LEFTMETA})
      compositor->input(
          {.kind = InputEvent::Kind::key, .press = InputEvent::Press::released, .code = key});
    (void)screen();
  };
  open_window(1);
  (void)screen();
  maximise();
  open_window(2);
  (void)screen();
  const Picture before = screen();
  const auto title = [&](const std::string& text) {
    SessionNews news;
    news.windows[{0, 1}].shape = WindowShape{text, side, side};
    tell(std::move(news));
  };
  title("another");
  EXPECT_NE(screen(), before) << "its title is seen";
  maximise();
  const Picture covered = screen();
  const std::uint64_t frames = compositor->frames_drawn();
  title("a third one");
  EXPECT_EQ(screen(), covered);
  EXPECT_EQ(compositor->frames_drawn(), frames);
}

TEST_F(DesktopTest, AProcedureIsReplaced) {
  open_window();
  give("redraw\nClearColor 1, 0, 0, 1\nClear COLOR_BUFFER_BIT\n");
  EXPECT_EQ(middle(), red);
  give("redraw\nClearColor 0, 1, 0, 1\nClear COLOR_BUFFER_BIT\n");
  EXPECT_EQ(middle(), green);
}

TEST_F(DesktopTest, AWindowGoesWithItsSession) {
  const Picture empty = screen();
  open_window();
  EXPECT_NE(screen(), empty);
  close_session();
  EXPECT_EQ(screen(), empty);
}

TEST_F(DesktopTest, OnlyWhatMovesIsDrawnAgain) {
  open_window();
  give("redraw\nClear COLOR_BUFFER_BIT\n");
  (void)screen();
  const auto still = compositor->frames_drawn();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_EQ(compositor->frames_drawn(), still);
  give("redraw\ninput r0, time\nClearColor r0, 0, 0, 1\nClear COLOR_BUFFER_BIT\n");
  (void)screen();
  const auto moving = compositor->frames_drawn();
  EXPECT_TRUE(draws_frames(moving + 3));
}

// Each redraw is another red.
TEST_F(DesktopTest, WhoeverHasJustPressedBesideAllWindowsIsNotWrittenTo) {
  open_window();
  const Picture with_focus = screen();
  EXPECT_TRUE(compositor->windows().back().is_focused);
  compositor->input({.kind = InputEvent::Kind::pointer, .x = 390, .y = 290});
  for (const auto press : {InputEvent::Press::pressed, InputEvent::Press::released})
    compositor->input({.kind = InputEvent::Kind::button, .press = press, .code = 1});
  EXPECT_NE(screen(), with_focus) << "its frame says that it has no keyboard";
  EXPECT_FALSE(compositor->windows().back().is_focused);
  open_window(2, 2);
  (void)screen();
  for (const WindowView& window : compositor->windows())
    EXPECT_FALSE(window.is_focused) << window.client;
}

TEST_F(DesktopTest, AButtonIsLitWithoutItsWindowBeingDrawn) {
  open_window();
  give(
      "redraw\ncell r0, 0\nadd r0, r0, 0.0625\nset_cell 0, r0\n"
      "ClearColor r0, 0, 0, 1\nClear COLOR_BUFFER_BIT\n");
  const Picture quiet = screen();
  const Rect close = WindowFrames::parts({left, top, side, side}, 1).close;
  const auto x = static_cast<std::uint32_t>(close.x), y = static_cast<std::uint32_t>(close.y);
  const auto move = [&](float to_x, float to_y) {
    compositor->input({.kind = InputEvent::Kind::pointer, .x = to_x, .y = to_y});
  };
  move(close.x + 8, close.y + 8);
  const Picture lit = screen();
  EXPECT_NE(lit.at(x + 8, y + 8), quiet.at(x + 8, y + 8));
  EXPECT_EQ(difference_beyond(quiet, lit, x, y, 30), "") << "the content is as it was";
  const auto frames = compositor->frames_drawn();
  move(close.x + 12, close.y + 12);
  (void)screen();
  EXPECT_EQ(compositor->frames_drawn(), frames) << "it is lit already";
  move(390, 290);
  EXPECT_EQ(screen(), quiet);
}

TEST_F(DesktopTest, DepthIsClearedForEveryFrame) {
  open_window();
  give(
      "redraw\nparam r0, 0\nEnable DEPTH_TEST\nColor3f 0, 1, 0\nTranslatef 0, 0, r0\n"
      "Rectf -1, -1, 1, 1\n");
  give_params({-0.5f});  // near
  EXPECT_EQ(middle(), green);
  give_params({0.5f});  // farther than what was there
  EXPECT_EQ(middle(), green);
}

// ------------------------------------------------------------------------------------ objects

TEST_F(DesktopTest, ATextureFromAnObject) {
  open_window();
  give_bytes(7, {std::byte{0}, std::byte{255}, std::byte{0}, std::byte{255}});
  give(
      "init\nGenTextures 1\nBindTexture TEXTURE_2D, 1\n"
      "TexParameteri TEXTURE_2D, TEXTURE_MIN_FILTER, NEAREST\n"
      "TexImage2D TEXTURE_2D, 0, RGBA8, 1, 1, RGBA, UNSIGNED_BYTE, 7, 0\n");
  give("redraw\nEnable TEXTURE_2D\nBindTexture TEXTURE_2D, 1\nRectf -1, -1, 1, 1\n");
  EXPECT_EQ(middle(), green);
  // One number for each texel.
  give(
      "init\nGenTextures 1\nBindTexture TEXTURE_2D, 1\n"
      "TexParameteri TEXTURE_2D, TEXTURE_MIN_FILTER, NEAREST\n"
      "TexImage2D TEXTURE_2D, 0, LUMINANCE, 1, 1, LUMINANCE, UNSIGNED_BYTE, 7, 1\n");
  give(
      "redraw\nEnable TEXTURE_2D\nBindTexture TEXTURE_2D, 1\nColor3f 1, 0, 0\n"
      "Rectf -1, -1, 1, 1\n");
  EXPECT_EQ(middle(), red);
}

constexpr char buffers[] =
    "init\nGenBuffers 1\nBindBuffer ARRAY_BUFFER, 1\nBufferData ARRAY_BUFFER, 32, 7, 0, "
    "STATIC_DRAW\n"
    "GenBuffers 2\nBindBuffer ELEMENT_ARRAY_BUFFER, 2\n"
    "BufferData ELEMENT_ARRAY_BUFFER, 12, 8, 0, STATIC_DRAW\n";
constexpr char draw_indexed[] =
    "redraw\nColor3f 0, 1, 0\nBindBuffer ARRAY_BUFFER, 1\nVertexPointer 2, FLOAT, 0, 0\n"
    "EnableClientState VERTEX_ARRAY\nBindBuffer ELEMENT_ARRAY_BUFFER, 2\n";

Bytes indices(std::initializer_list<std::uint16_t> numbers) {
  const auto bytes = std::as_bytes(std::span(numbers.begin(), numbers.size()));
  return {bytes.begin(), bytes.end()};
}

TEST_F(DesktopTest, ADrawFromBuffers) {
  open_window();
  give_data(7, {-1, -1, 1, -1, 1, 1, -1, 1});
  give_bytes(8, indices({0, 1, 2, 0, 2, 3}));
  give(buffers);
  give(draw_indexed + std::string("DrawElements TRIANGLES, 6, UNSIGNED_SHORT, 0\n"));
  EXPECT_EQ(middle(), green);
}

TEST_F(DesktopTest, NoDrawReachesBeyondItsBuffers) {
  open_window();
  give_data(7, {-1, -1, 1, -1, 1, 1, -1, 1});
  give_bytes(8, indices({0, 1, 4, 0, 4, 3}));  // there is no vertex 4
  give(buffers);
  const std::string set_up = draw_indexed;
  for (const char* draw :
       {"DrawElements TRIANGLES, 6, UNSIGNED_SHORT, 0\n",
        "DrawElements TRIANGLES, 7, UNSIGNED_BYTE, 8\n",
        "DrawElements TRIANGLES, 6, UNSIGNED_SHORT, 2147483640\n",
        "DrawElementsBaseVertex TRIANGLES, 2, UNSIGNED_SHORT, 0, -1\n",
        "DrawElementsBaseVertex TRIANGLES, 2, UNSIGNED_SHORT, 0, 2147483647\n",
        "DrawArrays TRIANGLES, 0, 5\n", "DrawArrays TRIANGLES, 1048576, 3\n",
        "VertexPointer 2, FLOAT, 2048, 0\nDrawArrays TRIANGLES, 0, 3\n",
        "VertexPointer 2, FLOAT, 0, 2147483647\nDrawArrays TRIANGLES, 0, 3\n",
        "EnableVertexAttribArray 3\nDrawArrays TRIANGLES, 0, 3\n",
        "BindBuffer ARRAY_BUFFER, 0\nColorPointer 4, FLOAT, 0, 64\nEnableClientState COLOR_ARRAY\n"
        "DrawArrays TRIANGLES, 0, 3\n",
        "Begin TRIANGLES\nArrayElement 4\nArrayElement -1\nArrayElement 2147483647\nEnd\n"}) {
    give(set_up + draw);
    EXPECT_EQ(middle(), black) << draw;
  }
}

TEST_F(DesktopTest, NoImageReachesBeyondItsObject) {
  open_window();
  give_bytes(7, Bytes(64));
  for (const char* image :
       {"TexImage2D TEXTURE_2D, 0, RGBA8, 16384, 16384, RGBA, UNSIGNED_BYTE, 7, 0\n",
        "TexImage2D TEXTURE_2D, 0, RGBA8, 4, 4, RGBA, UNSIGNED_BYTE, 7, 4\n",
        "TexImage2D TEXTURE_2D, 0, RGBA8, 4, 4, RGBA, UNSIGNED_BYTE, 8, 0\n",
        "TexImage2D TEXTURE_2D, 0, RGBA8, 1, 1, RGBA, UNSIGNED_BYTE, 7, 2147483647\n",
        "PixelStorei UNPACK_SKIP_ROWS, 16384\nPixelStorei UNPACK_ROW_LENGTH, 16384\n"
        "TexImage2D TEXTURE_2D, 0, RGBA8, 1, 1, RGBA, UNSIGNED_BYTE, 7, 0\n",
        "CompressedTexImage2D TEXTURE_2D, 0, COMPRESSED_RGB, 4, 4, 2147483647, 7, 0\n"}) {
    give(std::string("init\nGenTextures 1\nBindTexture TEXTURE_2D, 1\n") + image);
    give(
        "redraw\nEnable TEXTURE_2D\nBindTexture TEXTURE_2D, 1\n"
        "TexEnvf TEXTURE_ENV, TEXTURE_ENV_MODE, REPLACE\nColor3f 1, 0, 0\nRectf -1, -1, 1, 1\n");
    EXPECT_EQ(middle(), red) << image << ": an incomplete texture counts as none";
  }
}

// ------------------------------------------------------------------------------------- others

constexpr char honest[] =  // uses much of what another may have changed
    "redraw\nEnable DEPTH_TEST\nEnable LIGHTING\nEnable LIGHT0\nEnable TEXTURE_2D\n"
    "Normal3f 0, 0, 1\nLineWidth 3\nBegin TRIANGLES\nColor3f 1, 1, 0\nVertex3f -0.9, -0.9, 0\n"
    "Color3f 0, 1, 1\nVertex3f 0.9, -0.9, 0.5\nVertex3f 0, 0.9, -0.5\nEnd\n"
    "Disable LIGHTING\nBegin LINES\nVertex2f -1, -1\nVertex2f 1, 1\nEnd\n"
    "Begin POINTS\nVertex2f 0.5, -0.5\nEnd\n";

TEST_F(DesktopTest, NoTrickReachesBeyondTheWindow) {
  open_window();
  give("redraw\nClear COLOR_BUFFER_BIT\n");
  const Picture quiet = screen();
  constexpr char all[] = "Color3f 1, 0, 0\nRectf -1000, -1000, 1000, 1000\n";
  const std::string tricks[] = {
      "Viewport -1000, -1000, 3000, 3000\n",
      "Scissor -1000, -1000, 3000, 3000\n",
      "Viewport 0, 0, 16384, 16384\nScissor 0, 0, 2147483647, 2147483647\n",
      "Scissor -2147483648, -2147483648, 2147483647, 2147483647\n",
      "Disable SCISSOR_TEST\n",
      "PushAttrib 0xFFFFFFFF\nDisable SCISSOR_TEST\nPopAttrib\n",
      "BindFramebuffer FRAMEBUFFER, 0\n",
      "BindFramebuffer FRAMEBUFFER, 1\n",
      "BindFramebuffer DRAW_FRAMEBUFFER, 1\nScissor 0, 0, 400, 300\nViewport 0, 0, 400, 300\n"
      "BindFramebuffer FRAMEBUFFER, 0\n",
      "BindFramebuffer FRAMEBUFFER, 1\nBlitFramebuffer 0, 0, 8, 8, -500, -500, 500, 500, "
      "COLOR_BUFFER_BIT, NEAREST\nBindFramebuffer DRAW_FRAMEBUFFER, 0\nBlitFramebuffer 0, 0, 8, 8, "
      "-500, -500, 500, 500, COLOR_BUFFER_BIT, NEAREST\n",
      "DrawBuffer FRONT\n",
      "FramebufferTexture2D FRAMEBUFFER, COLOR_ATTACHMENT0, TEXTURE_2D, 0, 0\n",
      "PointSize 64\nBegin POINTS\nVertex2f 1, 1\nVertex2f -1, -1\nEnd\n",
      "LineWidth 64\nBegin LINES\nVertex2f -1, 1\nVertex2f 1, 1\nEnd\n",
      "RasterPos2f 0.99, 0.99\nPixelZoom 1000, 1000\nDrawPixels 1, 1, RGBA, UNSIGNED_BYTE, 7, 0\n",
      "ClearColor 1, 0, 0, 1\nClear COLOR_BUFFER_BIT|DEPTH_BUFFER_BIT|STENCIL_BUFFER_BIT\n",
      "ClearBufferfv COLOR, 0, 1, 0, 0, 1\n",
  };
  give_bytes(7, Bytes(64, std::byte{255}));
  give(
      "init\nGenFramebuffers 1\nGenTextures 1\nBindTexture TEXTURE_2D, 1\n"
      "TexImage2D TEXTURE_2D, 0, RGBA8, 8, 8, RGBA, UNSIGNED_BYTE, 0, 0\n"
      "BindFramebuffer FRAMEBUFFER, 1\n"
      "FramebufferTexture2D FRAMEBUFFER, COLOR_ATTACHMENT0, TEXTURE_2D, 1, 0\n");
  for (const std::string& trick : tricks) {
    give("redraw\n" + trick + all);
    EXPECT_EQ(difference_beyond(quiet, screen(), left, top, side), "") << trick;
  }
}

// Random procedures in one window: not a pixel changes beyond it, in the frame where they run and
// in the one after, though another window draws with everything that they may have changed.
TEST_F(DesktopTest, RandomProceduresLeaveNothingBehind) {
  open_window(1, 1);
  open_window(1, 2);
  give(honest, 1, 2);
  place_second();
  const Picture quiet = screen();
  ASSERT_EQ(quiet.at(left_of_second + 50, top_of_second + 40) == black, false);
  int accepted = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    jit::test::RandomProgram random(seed);
    for (const Callback callback : {Callback::init, Callback::redraw})
      accepted += give(random.make(callback, 1 + random.below(60)));
    ASSERT_EQ(difference_beyond(quiet, screen(), left, top, side), "") << "seed " << seed;
  }
  EXPECT_GT(accepted, 60);
}

TEST_F(DesktopTest, AnErrorOfTheDriverStopsTheProcedure) {
  open_window();
  give(
      "redraw\nClearColor 1, 0, 0, 1\nClear COLOR_BUFFER_BIT\nUseProgram 0\n"
      "BindTexture TEXTURE_2D, 1\nBindTexture TEXTURE_3D, 1\n");
  give("init\nGenTextures 1\n");
  (void)screen();
  const std::uint32_t stopped = middle();
  EXPECT_NE(stopped, red);
  EXPECT_NE(stopped, black) << "it is seen that something is wrong";
  const auto has_letters = [&] {
    const Picture picture = screen();
    for (std::uint32_t x = left; x < left + side; ++x)
      for (std::uint32_t y = top + side / 2 - 6; y < top + side / 2 + 6; ++y)
        if ((picture.at(x, y) >> 8 & 0xFF) > 0xC0) return true;
    return false;
  };
  EXPECT_TRUE(has_letters()) << "and what";
  give("redraw\nClearColor 0, 1, 0, 1\nClear COLOR_BUFFER_BIT\n");
  EXPECT_EQ(middle(), green) << "another procedure gets another chance";
}

}  // namespace
}  // namespace blink::server
