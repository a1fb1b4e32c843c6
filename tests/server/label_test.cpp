// Text of the frames of windows: what it may contain, and what it may cost.

#include <gtest/gtest.h>

#include <chrono>

#include "common/limits.h"
#include "server/screen/label_cache.h"
#include "server/screen/label_font.h"
#include "tests/support/gl_screen.h"

namespace blink::server {
namespace {

constexpr int wide = 2'000;

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i)
    all += text;
  return all;
}

class LabelFontTest : public ::testing::Test {
 protected:
  LabelFontTest() {
    auto opened = LabelFont::open();
    EXPECT_TRUE(opened.is_ok()) << opened.status().text();
    font = opened.take();
  }
  LabelBitmap render(std::string_view text, int width_max = wide) {
    LabelBitmap line = font->render(text, {}, width_max);
    EXPECT_LE(line.width, width_max);
    EXPECT_EQ(line.coverage.size(), static_cast<std::size_t>(line.width) * line.height);
    return line;
  }
  bool look_equal(std::string_view a, std::string_view b) {
    return render(a).coverage == render(b).coverage;
  }
  static long ink(const LabelBitmap& line) {
    long sum = 0;
    for (const std::uint8_t grey : line.coverage)
      sum += grey;
    return sum;
  }

  std::unique_ptr<LabelFont> font;
};

TEST_F(LabelFontTest, LettersAreKerned) {
  EXPECT_LT(render("AVAVAVAV").width, render("AAAAVVVV").width);
}

TEST_F(LabelFontTest, WhatDoesNotFitEndsWithAnEllipsis) {
  const std::string text = "Wave: ÅÄÖ, Привет";
  const int whole = render(text).width;
  EXPECT_TRUE(render(text, whole).coverage == render(text).coverage);
  for (int width = 0; width < whole; ++width) {
    const LabelBitmap cut = render(text, width);
    if (cut.width == 0) {
      EXPECT_LT(width, render("…").width);
      continue;
    }
    bool is_beginning = false;
    for (std::size_t bytes = 0; bytes < text.size() && !is_beginning; ++bytes)
      is_beginning = cut.coverage == render(text.substr(0, bytes) + "…").coverage;
    EXPECT_TRUE(is_beginning) << width;
  }
}

TEST_F(LabelFontTest, NoCharacterTurnsOrBreaksTheLine) {
  const auto replaced = [](std::size_t count) { return "a" + repeated("\uFFFD", count) + "bc"; };
  EXPECT_TRUE(look_equal("a\nbc", replaced(1)));
  EXPECT_TRUE(
      look_equal("a\x1b"
                 "bc",
                 replaced(1)));
  EXPECT_TRUE(look_equal("a\u202Ebc", replaced(3)));
  EXPECT_TRUE(look_equal("a\u2067bc", replaced(3)));
  EXPECT_TRUE(
      look_equal("a\xFF\xC0"
                 "bc",
                 replaced(2)));
  EXPECT_GT(ink(render("\uFFFD")), 0);
}

TEST_F(LabelFontTest, WhatNobodySeesTakesNoRoom) {
  EXPECT_TRUE(look_equal("a\u200B\u00AD\uFE0F\u3164\U000E0041b", "ab"));
}

TEST_F(LabelFontTest, WhatTheFontsLackIsABox) {
  // No font has what is no character.
  EXPECT_GT(ink(render("\u0378")), 0);
  EXPECT_TRUE(look_equal("\u0378", "\u0379"));
  EXPECT_FALSE(look_equal("\u0378", "\u2714")) << "the second font has this";
}

TEST_F(LabelFontTest, OtherFontsOfTheHostHelpOut) {
  EXPECT_FALSE(look_equal("\u4E2D", "\u0378")) << "install fonts-droid-fallback";
  EXPECT_FALSE(look_equal("\u4E2D", "\u6587"));
  // In any size, one after the other.
  const LabelBitmap large = font->render("\u4E2D", {LabelWeight::regular, 40}, wide);
  const LabelBitmap small = font->render("\u4E2D", {LabelWeight::semibold, 13}, wide);
  EXPECT_GT(large.width, 2 * small.width);
  EXPECT_GT(ink(large), 4 * ink(small));
}

TEST_F(LabelFontTest, MarksPiledOnALetterStayInTheLine) {
  const LabelBitmap plain = render("e"), piled = render("e" + repeated("\u0301\u0323", 4'000));
  EXPECT_EQ(piled.height, plain.height);
  EXPECT_LE(piled.width, plain.width + render("…").width);
}

TEST_F(LabelFontTest, LongTitlesAreCheap) {
  for (const std::string& part : {std::string("W"), std::string("\u0301"), std::string("\xFF"),
                                  std::string("\u200B"), std::string("\U0001F600")}) {
    const std::string title = repeated(part, 4'000'000 / part.size());
    const auto begin = std::chrono::steady_clock::now();
    render(title);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(500)) << part;
  }
}

TEST_F(LabelFontTest, SizesAreBounded) {
  EXPECT_EQ(font->render("x", {{}, 1 << 30}, wide).height,
            font->render("x", {{}, limits::label_size_px_max}, wide).height);
  EXPECT_GT(font->render("x", {{}, -1}, wide).height, 0);
  const LabelBitmap largest = font->render(std::string(512, 'W'), {{}, 1 << 30}, 1 << 30);
  EXPECT_LE(largest.width, limits::label_width_px_max);
  EXPECT_LE(largest.height, 2 * limits::label_size_px_max);
}

TEST(LabelFont, SaysWhichPackageIsMissing) {
  auto opened = LabelFont::open("/nowhere");
  ASSERT_FALSE(opened.is_ok());
  EXPECT_NE(opened.status().text().find("install fonts-open-sans"), std::string::npos);
}

class LabelCacheTest : public ::testing::Test {
 protected:
  LabelCacheTest() { EXPECT_TRUE(cache.prepare().is_ok()); }
  ~LabelCacheTest() override {
    cache.release();
    EXPECT_EQ(cache.texture_bytes(), 0u);
    EXPECT_EQ(screen.gl().GetError(), gl::GL_NO_ERROR);
  }

  GlScreen screen{16, 16};
  LabelCache cache{screen.gl()};
};

TEST_F(LabelCacheTest, TheSameLineIsRenderedOnce) {
  const Label label = cache.line("title", {}, 200);
  EXPECT_NE(label.texture, 0u);
  EXPECT_EQ(cache.line("title", {}, 200).texture, label.texture);
  EXPECT_EQ(cache.lines_rendered(), 1u);
  cache.line("title", {}, 20);
  cache.line("title", {LabelWeight::semibold}, 200);
  cache.line("another", {}, 200);
  EXPECT_EQ(cache.lines_rendered(), 4u);
}

TEST_F(LabelCacheTest, WhatIsNotShownOfALongTitleIsNotKept) {
  const std::string title(100'000, 'i');
  cache.line(title + "a", {}, wide);
  cache.line(title + "b", {}, wide);
  EXPECT_EQ(cache.lines_rendered(), 1u);
  cache.line(title.substr(0, limits::label_bytes_max), {}, wide);
  EXPECT_EQ(cache.lines_rendered(), 2u) << "all of this one is there";
}

TEST_F(LabelCacheTest, CountsAreBounded) {
  for (std::size_t i = 0; i < 2 * limits::label_lines_max; ++i) {
    cache.line("shown in every frame", {}, 200);
    cache.line(std::to_string(i), {}, 200);
    ASSERT_LE(cache.lines(), limits::label_lines_max);
  }
  EXPECT_EQ(cache.lines_rendered(), 2 * limits::label_lines_max + 1);
}

TEST_F(LabelCacheTest, BytesAreBounded) {
  const std::string text(200, 'W');
  for (int i = 0; i < 150; ++i) {
    const Label first = cache.line(text + std::to_string(i), {{}, 1'000}, 100'000 + i);
    const Label second = cache.line("x", {{}, 1'000}, 100'000);
    ASSERT_LE(cache.texture_bytes(), limits::label_texture_bytes_max);
    ASSERT_TRUE(screen.gl().IsTexture(first.texture) && screen.gl().IsTexture(second.texture));
  }
  EXPECT_LT(cache.lines(), 151u);
}

}  // namespace
}  // namespace blink::server
