// The frames of windows, pixel by pixel on the real GL driver.

#include "server/screen/window_frames.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>
#include <tuple>

#include "common/limits.h"
#include "tests/support/gl_screen.h"

namespace blink::server {
namespace {

Rect all_of(const GlScreen& screen) {
  return {0, 0, static_cast<float>(screen.width), static_cast<float>(screen.height)};
}

class WindowFramesTest : public ::testing::Test {
 protected:
  WindowFramesTest() {
    const Status status = frames.prepare();
    EXPECT_TRUE(status.is_ok()) << status.text();
  }
  ~WindowFramesTest() override {
    frames.release();
    EXPECT_EQ(screen.gl().GetError(), gl::GL_NO_ERROR);
  }

  static FrameLook look(Rect content, float scale = 1) {
    return {content, "A title", "work", machine_colour("work"), true, scale};
  }
  void draw(const FrameLook& look) {
    frames.draw(look, screen.width, screen.height, all_of(screen));
  }
  std::uint32_t pixel(float x, float y) {
    return screen.read()[static_cast<std::size_t>(y) * screen.width + static_cast<std::size_t>(x)];
  }

  using Pixels = std::vector<std::uint32_t>;
  // How many pixels are not the same, in a part of the screen.
  std::size_t differing(const Pixels& a, const Pixels& b, Rect within) const {
    std::size_t count = 0;
    for (std::size_t at = 0; at < a.size(); ++at) {
      const auto x = static_cast<float>(at % screen.width),
                 y = static_cast<float>(at / screen.width);
      count += a[at] != b[at] && contains(within, x, y);
    }
    return count;
  }
  std::size_t differing(const Pixels& a, const Pixels& b) const {
    return differing(a, b, all_of(screen));
  }

  GlScreen screen{640, 480};
  WindowFrames frames{screen.gl()};
};

TEST_F(WindowFramesTest, TheContentIsNeverTouched) {
  constexpr Colour untouched{1, 0, 1};
  std::mt19937 random(1);
  const auto up_to = [&](float most) { return std::uniform_real_distribution(0.0f, most)(random); };
  for (int i = 0; i < 60; ++i) {
    const float whole = i % 2 == 0 ? 1.0f : 0.25f;  // every other one ends within pixels
    const auto rounded = [&](float at) { return std::round(at / whole) * whole; };
    FrameLook frame = look({rounded(up_to(900) - 200), rounded(up_to(700) - 150),
                            rounded(up_to(i % 5 == 0 ? 20.0f : 700.0f)), rounded(up_to(400))},
                           i % 3 == 0   ? 1.0f
                           : i % 3 == 1 ? 1.5f
                                        : 2.0f);
    frame.is_focused = i % 4 < 2;
    if (i % 7 == 6) frame.borders = {i % 2 == 0, i % 3 == 0, i % 5 == 0};
    screen.fill(untouched);
    draw(frame);
    const auto pixels = screen.read();
    const Rect content = frame.content;
    std::size_t touched = 0, changed = 0;
    for (std::size_t at = 0; at < pixels.size(); ++at) {
      const float x = static_cast<float>(at % screen.width) + 0.5f - content.x;
      const float y = static_cast<float>(at / screen.width) + 0.5f - content.y;
      const bool is_content = x >= 0 && y >= 0 && x < content.width && y < content.height;
      const bool is_changed = pixels[at] != 0xFFFF00FF;
      touched += is_content && is_changed;
      changed += is_changed;
    }
    EXPECT_EQ(touched, 0u) << content.x << " " << content.y << " " << content.width << " "
                           << content.height << " at scale " << frame.scale;
    const bool is_on_screen =
        content.x < 640 && content.x + content.width > 0 && content.y > 0 && content.y < 480;
    EXPECT_TRUE(!is_on_screen || changed > 0);
  }
}

TEST_F(WindowFramesTest, NoGapIsLeftAroundTheContent) {
  screen.fill({1, 0, 1});
  draw(look({100, 100, 300, 200}));
  for (const auto& [x, y] :
       {std::pair(250.0f, 99.0f), {250, 300}, {99, 200}, {400, 200}, {99, 300}, {400, 300}})
    EXPECT_GT(pixel(x, y) >> 8 & 0xFF, 10u) << x << " " << y;
}

TEST_F(WindowFramesTest, BesideNarrowContentTheFrameIsDark) {
  const FrameLook frame = look({100, 100, 60, 80});
  screen.fill({1, 0, 1});
  draw(frame);
  const Rect outer = WindowFrames::outer(frame.content, 1);
  for (const float x : {160.0f, 170.0f, outer.right() - 3})
    for (const float y : {100.0f, 140.0f, outer.bottom() - 3})
      for (const int shift : {0, 8, 16})
        EXPECT_LT(pixel(x, y) >> shift & 0xFF, 0x20u) << x << " " << y;
  const auto green_of = [&](float x) { return pixel(x, 140) >> 8 & 0xFF; };
  EXPECT_GT(green_of(outer.right() - 1), 0x40u) << "a border all around";
}

TEST_F(WindowFramesTest, PartsFitTogether) {
  for (const float scale : {1.0f, 1.25f, 1.5f, 2.0f, 3.0f}) {
    for (const float width : {0.0f, 1.0f, 100.0f, 333.0f, 4000.0f}) {
      const FrameParts parts = WindowFrames::parts({10, 20, width, 50}, scale);
      const auto right = [](Rect rect) { return rect.x + rect.width; };
      EXPECT_EQ(parts.title_bar.y + parts.title_bar.height, parts.content.y);
      EXPECT_LT(parts.outer.x, parts.content.x);
      EXPECT_GT(right(parts.outer), right(parts.content));
      EXPECT_GT(parts.outer.y + parts.outer.height, parts.content.y + parts.content.height);
      EXPECT_GE(parts.minimise.x - parts.outer.x, 60 * scale) << "the name has room";
      EXPECT_EQ(right(parts.minimise), parts.maximise.x);
      EXPECT_EQ(right(parts.maximise), parts.close.x);
      EXPECT_LT(right(parts.close), right(parts.outer));
    }
  }
}

// Its title is all that a client decides about its frame.
TEST_F(WindowFramesTest, ATitleStaysBetweenTheNameAndTheButtons) {
  FrameLook frame = look({50, 80, 400, 200});
  frame.title.clear();
  screen.fill({});
  draw(frame);
  const auto without = screen.read();
  const FrameParts parts = WindowFrames::parts(frame.content, 1);
  for (const std::string& title :
       {std::string(500, 'W'), std::string("\u202Ework \u202C"),
        std::string("\xEF\xBF\xBD\x00\n", 5), std::string("\u0489\u0489\u0489\u0489Z\u0338"),
        std::string("\U0001F600 \u2588\u2588\u2588")}) {
    frame.title = title;
    screen.fill({});
    draw(frame);
    const auto with = screen.read();
    std::size_t changed = 0;
    for (std::size_t at = 0; at < with.size(); ++at) {
      if (with[at] == without[at]) continue;
      ++changed;
      const auto x = static_cast<float>(at % screen.width),
                 y = static_cast<float>(at / screen.width);
      ASSERT_GE(x, parts.outer.x + 50) << "where the name stands";
      ASSERT_LT(x, parts.minimise.x);
      ASSERT_GT(y, parts.title_bar.y);
      ASSERT_LT(y, parts.content.y);
    }
    EXPECT_GT(changed, 0u);
  }
}

TEST_F(WindowFramesTest, AButtonIsLitAndNothingElse) {
  FrameLook frame = look({50, 80, 400, 200});
  const FrameParts parts = WindowFrames::parts(frame.content, 1);
  const auto drawn = [&](FrameButton lit, bool is_pressed) {
    frame.lit = lit;
    frame.is_pressed = is_pressed;
    screen.fill({});
    draw(frame);
    return screen.read();
  };
  const auto quiet = drawn(FrameButton::none, false);
  for (const auto& [button, rect] : {std::pair(FrameButton::minimise, parts.minimise),
                                     {FrameButton::maximise, parts.maximise},
                                     {FrameButton::close, parts.close}}) {
    const auto hovered = drawn(button, false), pressed = drawn(button, true);
    EXPECT_GT(differing(quiet, hovered, rect), 300u) << "a field around the symbol";
    EXPECT_GT(differing(hovered, pressed, rect), 300u);
    EXPECT_EQ(differing(quiet, hovered), differing(quiet, hovered, rect));
    EXPECT_EQ(differing(quiet, pressed), differing(quiet, pressed, rect));
  }
}

TEST_F(WindowFramesTest, TheButtonOfALargeWindowShowsThatItMakesItSmaller) {
  FrameLook frame = look({50, 80, 400, 200});
  screen.fill({});
  draw(frame);
  const auto normal = screen.read();
  frame.is_large = true;
  screen.fill({});
  draw(frame);
  const auto large = screen.read();
  const Rect button = WindowFrames::parts(frame.content, 1).maximise;
  EXPECT_GT(differing(normal, large, button), 10u);
  EXPECT_EQ(differing(normal, large), differing(normal, large, button));
}

// All of its area, and no pixel beyond.
TEST_F(WindowFramesTest, WhereItFitsToOthersItIsSquareAndCastsNoShadow) {
  FrameLook frame = look({50, 80, 400, 200});
  for (const FrameBorders borders :
       {FrameBorders{false, false, false}, {true, false, false}, {false, true, true}}) {
    frame.borders = borders;
    const FrameParts parts = WindowFrames::parts(frame.content, 1, borders);
    EXPECT_EQ(WindowFrames::reach(frame.content, 1, true, borders), parts.outer);
    screen.fill({1, 0, 1});
    const auto before = screen.read();
    draw(frame);
    const auto after = screen.read();
    const float area = parts.outer.width * parts.outer.height - 400 * 200;
    EXPECT_EQ(static_cast<float>(differing(before, after, parts.outer)), area);
    EXPECT_EQ(static_cast<float>(differing(before, after)), area);
    // The bar's colour, and not a border's, is what reaches a side without one.
    EXPECT_EQ(pixel(parts.outer.x, 65) == pixel(parts.outer.x + 1, 65), !borders.left);
    EXPECT_EQ(pixel(parts.outer.right() - 1, 65) == pixel(parts.outer.right() - 2, 65),
              !borders.right);
  }
}

TEST_F(WindowFramesTest, CornersAreRoundAsFarAsTheContentAllows) {
  const FrameLook frame = look({50, 80, 400, 200});
  const Rect outer = WindowFrames::parts(frame.content, 1).outer;
  screen.fill({1, 0, 1});
  draw(frame);
  const std::uint32_t side = pixel(outer.x, 200), lower = pixel(outer.x + 20, outer.bottom() - 1);
  EXPECT_EQ(side, lower);
  EXPECT_NE(pixel(outer.x, outer.y + 5), side);
  EXPECT_NE(pixel(outer.x, outer.bottom() - 1), lower) << "the background shows through";
  EXPECT_NE(pixel(outer.right() - 1, outer.bottom() - 1), lower);
  EXPECT_EQ(pixel(outer.x + 3, outer.bottom() - 1), lower);
}

TEST_F(WindowFramesTest, ANoteIsSeenAfterAnyTitle) {
  FrameLook frame = look({50, 80, 400, 200});
  for (const std::string& title : {std::string(), std::string("short"), std::string(300, 'W')}) {
    frame.title = title;
    frame.note.clear();
    screen.fill({});
    draw(frame);
    const auto without = screen.read();
    frame.note = " (does not answer)";
    screen.fill({});
    draw(frame);
    const auto with = screen.read();
    const FrameParts parts = WindowFrames::parts(frame.content, 1);
    const Rect bar = parts.title_bar;
    EXPECT_GT(differing(without, with), 150u) << title;
    EXPECT_EQ(
        differing(without, with),
        differing(without, with, {bar.x + 50, bar.y, parts.minimise.x - bar.x - 50, bar.height}));
  }
}

// A narrow one has a short one; and nothing but the colour, where the name needs the room.
TEST_F(WindowFramesTest, ANarrowWindowHasAShortNote) {
  FrameLook frame = look({50, 80, 230, 60});
  frame.machine = "a machine of a long name";
  const auto drawn = [&](const char* note, const char* short_note) {
    frame.note = note;
    frame.short_note = short_note;
    screen.fill({});
    draw(frame);
    return screen.read();
  };
  const Pixels without = drawn("", ""), with = drawn(" (does not answer)", " (hangs)");
  EXPECT_EQ(with, drawn(" (hangs)", " (hangs)"));
  EXPECT_NE(with, without);
  const Rect bar = WindowFrames::parts(frame.content, 1).title_bar;
  EXPECT_EQ(differing(without, with, {bar.x, bar.y, 40, bar.height}), 0u);
  frame.content.width = 48;
  EXPECT_EQ(drawn(" (does not answer)", " (hangs)"), drawn("", ""));
  const Pixels quiet = drawn("", "");
  frame.is_alarming = true;
  EXPECT_GT(differing(quiet, drawn("", "")), 1'000u);
}

// What is switched through has a row without buttons.
TEST_F(WindowFramesTest, ATitleTakesTheRoomOfButtons) {
  FrameLook frame = look({50, 80, 300, 0});
  frame.title = std::string(300, 'W');
  const Rect buttons = WindowFrames::parts(frame.content, 1).minimise;
  frame.buttons = FrameButtons::none;
  screen.fill({});
  draw(frame);
  const auto with = screen.read();
  frame.title.clear();
  screen.fill({});
  draw(frame);
  EXPECT_GT(differing(screen.read(), with, buttons), 50u);
}

// Title bars are kept once they were drawn again, wherever their window goes.
TEST_F(WindowFramesTest, WhatIsKeptLooksTheSame) {
  const auto drawn = [&](const FrameLook& look) {
    screen.fill({0.4f, 0.5f, 0.3f});
    draw(look);
    return screen.read();
  };
  FrameLook frame = look({150, 120, 300, 200});
  const auto is_alike = [&] {
    const Pixels first = drawn(frame);
    (void)drawn(frame);
    const Pixels kept = drawn(frame);
    for (std::size_t at = 0; at < first.size(); ++at)
      for (int shift = 0; shift < 24; shift += 8) {
        const auto channel = [&](const Pixels& of) {
          return static_cast<int>(of[at] >> shift & 255);
        };
        if (std::abs(channel(first) - channel(kept)) > 1) return false;
      }
    return true;
  };
  EXPECT_TRUE(is_alike());
  frame.content.x += 37, frame.content.y += 11;
  EXPECT_TRUE(is_alike());
  frame.content.height = 0;
  EXPECT_TRUE(is_alike());
  frame.lit = FrameButton::close;
  EXPECT_TRUE(is_alike());
  frame.borders = {true, false, false};
  frame.note = " (a note)";
  EXPECT_TRUE(is_alike());
  frame.scale = 1.5f;
  frame.title = "Another, and longer";
  EXPECT_TRUE(is_alike());
  frame.content.width = 20;
  EXPECT_TRUE(is_alike());
}

TEST_F(WindowFramesTest, OnlySoManyTitleBarsAreKept) {
  TitleBars bars(screen.gl());
  for (std::size_t i = 0; i < limits::title_bars_max + 50; ++i)
    (void)bars.draw(std::to_string(i));
  EXPECT_EQ(bars.count(), limits::title_bars_max);
  std::size_t made = 0;
  for (std::size_t i = 0; i < 50; ++i) {
    TitleBars::Bar& bar = bars.draw(std::to_string(i));
    EXPECT_EQ(bar.texture, 0u);
    ASSERT_TRUE(bars.begin(bar, 4096, 128));
    bars.end();
    if (i % limits::title_bars_made_max == limits::title_bars_made_max - 1) {
      EXPECT_FALSE(bars.begin(bars.draw("one more"), 64, 64)) << "for this frame";
      bars.end_frame();
    }
    made += bar.bytes;
    EXPECT_EQ(bars.draw(std::to_string(i)).texture, bar.texture);
    EXPECT_LE(bars.texture_bytes(), limits::title_bars_bytes_max);
  }
  EXPECT_GT(made, limits::title_bars_bytes_max);
  bars.end_frame();
  EXPECT_FALSE(bars.begin(bars.draw("a large one"), 16'384, 120));
  bars.release();
  EXPECT_EQ(bars.texture_bytes(), 0u);
}

TEST_F(WindowFramesTest, FocusIsSeen) {
  FrameLook frame = look({50, 80, 400, 200});
  draw(frame);
  const std::uint32_t focused = pixel(300, 75);
  frame.is_focused = false;
  draw(frame);
  EXPECT_NE(pixel(300, 75), focused);
}

// One rule for every machine and in every state: dark letters on its colour.
TEST_F(WindowFramesTest, ANameLooksTheSameWithAndWithoutFocus) {
  constexpr int rows = 18, columns = 24;  // of the chip, between its round ends
  for (const char* name : {"work", "gears", "video", "clock", "tiny", "cursor", "buttons"}) {
    FrameLook frame = look({50, 80, 400, 200});
    frame.machine = name;
    frame.colour = machine_colour(name);
    const Rect outer = WindowFrames::outer(frame.content, 1);
    const auto chip = [&] {
      screen.fill({});
      draw(frame);
      const Pixels all = screen.read();
      Pixels part;
      for (int y = 0; y < rows; ++y)
        for (int x = 0; x < columns; ++x)
          part.push_back(all[(static_cast<std::size_t>(outer.y) + 6 + y) * screen.width +
                             static_cast<std::size_t>(outer.x) + 18 + x]);
      return part;
    };
    const Pixels focused = chip();
    frame.is_focused = false;
    EXPECT_EQ(chip(), focused) << name;
    const auto colour_of = [](std::uint32_t pixel) {
      const auto channel = [&](int shift) {
        return static_cast<float>(pixel >> shift & 0xFF) / 255;
      };
      return Colour{channel(0), channel(8), channel(16)};
    };
    constexpr Colour black{0, 0, 0};
    const Colour ground = colour_of(focused[0]);
    float most = 0;
    for (const std::uint32_t pixel : focused) {
      EXPECT_LE(contrast(colour_of(pixel), black), contrast(ground, black) + 0.2f) << "not light";
      most = std::max(most, contrast(colour_of(pixel), ground));
    }
    EXPECT_GE(most, 4.5f) << name;
  }
}

TEST_F(WindowFramesTest, WhateverStateOthersLeave) {
  const gl::Dispatch& gl = screen.gl();
  const FrameLook frame = look({50, 80, 400, 200});
  screen.fill({0, 0.5f, 0});
  draw(frame);
  const auto expected = screen.read();
  screen.fill({0, 0.5f, 0});

  for (const gl::GLenum on :
       {gl::GL_SCISSOR_TEST, gl::GL_STENCIL_TEST, gl::GL_DEPTH_TEST, gl::GL_CULL_FACE,
        gl::GL_COLOR_LOGIC_OP, gl::GL_RASTERIZER_DISCARD, gl::GL_FRAMEBUFFER_SRGB, gl::GL_BLEND,
        gl::GL_CLIP_DISTANCE0, gl::GL_SAMPLE_MASK})
    gl.Enable(on);
  gl.Scissor(0, 0, 1, 1);
  gl.CullFace(gl::GL_FRONT_AND_BACK);
  gl.LogicOp(gl::GL_INVERT);
  gl.BlendFunc(gl::GL_ZERO, gl::GL_ZERO);
  gl.BlendEquation(gl::GL_FUNC_REVERSE_SUBTRACT);
  gl.ColorMask(0, 0, 1, 0);
  gl.PolygonMode(gl::GL_FRONT_AND_BACK, gl::GL_LINE);
  gl.Viewport(1, 2, 3, 4);
  gl.ActiveTexture(gl::GL_TEXTURE5);
  gl::GLuint sampler = 0, buffer = 0;
  gl.GenSamplers(1, &sampler);
  gl.SamplerParameteri(sampler, gl::GL_TEXTURE_MIN_FILTER, gl::GL_LINEAR_MIPMAP_LINEAR);
  gl.BindSampler(0, sampler);
  gl.BindSampler(1, sampler);
  for (const gl::GLenum skip : {gl::GL_UNPACK_ROW_LENGTH, gl::GL_UNPACK_SKIP_ROWS,
                                gl::GL_UNPACK_SKIP_PIXELS, gl::GL_UNPACK_LSB_FIRST})
    gl.PixelStorei(skip, 1);
  gl.PixelStorei(gl::GL_UNPACK_ALIGNMENT, 8);
  gl.GenBuffers(1, &buffer);
  gl.BindBuffer(gl::GL_PIXEL_UNPACK_BUFFER, buffer);

  WindowFrames fresh(gl);  // which has no text yet
  ASSERT_TRUE(fresh.prepare().is_ok());
  fresh.draw(frame, screen.width, screen.height, all_of(screen));
  EXPECT_EQ(gl.GetError(), gl::GL_NO_ERROR);
  EXPECT_TRUE(screen.read() == expected);

  EXPECT_FALSE(gl.IsEnabled(gl::GL_BLEND));
  const auto bound = [&](gl::GLenum what) {
    gl::GLint value = -1;
    gl.GetIntegerv(what, &value);
    return value;
  };
  EXPECT_EQ(bound(gl::GL_CURRENT_PROGRAM), 0);
  EXPECT_EQ(bound(gl::GL_VERTEX_ARRAY_BINDING), 0);
  for (const gl::GLenum unit :
       {gl::GL_TEXTURE5, gl::GL_TEXTURE2, gl::GL_TEXTURE1, gl::GL_TEXTURE0}) {
    gl.ActiveTexture(unit);
    EXPECT_EQ(bound(gl::GL_TEXTURE_BINDING_2D), 0);
  }
  fresh.release();
}

TEST(MachineColour, NamesAreReadableOnIt) {
  std::mt19937 random(2);
  for (int i = 0; i < 200; ++i) {
    std::string name;
    for (auto length = random() % 20; length > 0; --length)
      name += static_cast<char>(random());
    const Colour colour = machine_colour(name);
    EXPECT_EQ(machine_colour(name), colour);
    EXPECT_GE(contrast(ink_on(colour), colour), 4.5f);
    EXPECT_LT(contrast(ink_on(colour), {}), contrast(colour, {})) << "always the darker one";
    EXPECT_GE(contrast(colour, {0.115f, 0.135f, 0.180f}), 3.0f) << "the background of the scene";
    // As in a window without focus, or any other colour there may be.
    for (const float share : {0.3f, 0.5f, 0.7f, 0.9f}) {
      const Colour dim = mix(colour, {}, share);
      EXPECT_GE(contrast(ink_on(dim), dim), 4.5f);
    }
  }
}

TEST(MachineColour, UsualNamesDiffer) {
  std::set<std::tuple<float, float, float>> colours;
  for (const char* name : {"personal", "work", "vault", "untrusted", "development", "banking",
                           "mail", "web", "disposable", "sys-net", "sys-usb", "sys-firewall"}) {
    const Colour colour = machine_colour(name);
    EXPECT_TRUE(colours.emplace(colour.red, colour.green, colour.blue).second) << name;
  }
}

// For people to look at, in the folder for temporary files.
TEST(WindowFramesPicture, IsDrawn) {
  struct Window {
    Rect content;
    const char* title;
    const char* machine;
    bool is_focused;
    Colour paper;
    FrameButton lit = FrameButton::none;
    bool is_pressed = false, is_large = false;
  };
  constexpr Colour paper{0.96f, 0.96f, 0.95f}, dark{0.11f, 0.12f, 0.14f};
  const Window windows[] = {
      {{40, 60, 420, 220},
       "Inbox (3) — ada@example.org — Mail",
       "personal",
       false,
       paper,
       FrameButton::close,
       true},
      {{420, 130, 380, 260},
       "To Wave: AVATAR — Ångström, Ελληνικά, Привет.pdf",
       "work",
       false,
       dark,
       FrameButton::maximise,
       true,
       true},
      {{70, 330, 400, 200},
       "~/src/blink — make -j2 && ctest",
       "development",
       true,
       dark,
       FrameButton::close},
      {{560, 430, 250, 120},
       "A title that is much too long for its narrow window",
       "vault",
       false,
       paper,
       FrameButton::minimise},
      {{500, 40, 60, 40}, "Tiny", "untrusted-with-a-long-name", false, paper},
  };
  for (const float scale : {1.0f, 1.5f, 2.0f}) {
    GlScreen large(static_cast<std::uint32_t>(860 * scale),
                   static_cast<std::uint32_t>(600 * scale));
    WindowFrames drawn(large.gl());
    ASSERT_TRUE(drawn.prepare().is_ok());
    large.fill({0.085f, 0.098f, 0.130f});
    for (const Window& window : windows) {
      const Rect at{window.content.x * scale, window.content.y * scale,
                    window.content.width * scale, window.content.height * scale};
      large.fill(window.paper, at);
      drawn.draw({.content = at,
                  .title = window.title,
                  .machine = window.machine,
                  .colour = machine_colour(window.machine),
                  .is_focused = window.is_focused,
                  .scale = scale,
                  .lit = window.lit,
                  .is_pressed = window.is_pressed,
                  .is_large = window.is_large},
                 large.width, large.height, all_of(large));
    }
    for (int i = 0; i < 24; ++i) {
      const std::string name = "vm" + std::to_string(i);
      large.fill(machine_colour(name),
                 {(20 + 30 * static_cast<float>(i)) * scale, 575 * scale, 26 * scale, 16 * scale});
    }
    large.write_png(::testing::TempDir() + "blink-frames-" + std::to_string(scale).substr(0, 3) +
                    ".png");
    drawn.release();
    EXPECT_EQ(large.gl().GetError(), gl::GL_NO_ERROR);
  }
}

}  // namespace
}  // namespace blink::server
