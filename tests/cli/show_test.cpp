// blink sp show: procedures in a window, and what the server has to say of them.

#include <gtest/gtest.h>

#include <unistd.h>
#include <csignal>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/cli/shell.h"
#include "tests/support/png_pixels.h"
#include "tests/support/program.h"

namespace blink {
namespace {

// The procedure in a README, as it stands there.
std::string example_of(const std::string& path) {
  std::ifstream file(path);
  std::string text, line;
  while (std::getline(file, line)) {
    if (line.starts_with("    .procedure redraw")) text = "\n";
    if (text.empty()) continue;
    if (line.empty()) break;
    text += line + "\n";
  }
  return text;
}

class ShowTest : public ShellTest {
 protected:
  ShowTest() { EXPECT_EQ(blink("up --size 640x480 --redraw-ms 10000" + there()).status, 0); }
  ~ShowTest() override { (void)blink("down" + there()); }

  std::string there() const { return " --runtime-dir " + folder_ + "/server"; }
  Outcome blink(const std::string& arguments) const {
    return shell(std::string(BLINK_PROGRAM) + " " + arguments);
  }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << text;
    return folder_ + "/" + name;
  }
  test::Program show(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"sp", "show", "--runtime-dir", folder_ + "/server"});
    return {"blink", arguments, folder_ + "/said"};
  }
  template <typename IsRight>
  static bool becomes(IsRight is_right) {
    for (int i = 0; i < 200; ++i) {
      if (is_right()) return true;
      ::usleep(50'000);
    }
    return false;
  }
  static bool is_shown(const test::Program& program) {
    return becomes([&] { return has(program.said(), "shown; "); });
  }
  test::Picture window(const std::string& which) const {
    const Outcome made = blink("screenshot --window '" + which + "' w.png" + there());
    if (made.status != 0) return {};
    const std::string png = read(folder_ + "/w.png");
    return test::picture_of(std::as_bytes(std::span(png)));
  }
  // Of the window that has the keyboard.
  void close_window() const {
    EXPECT_EQ(blink("input down alt key f4 up alt" + there()).status, 0);
  }
};

TEST_F(ShowTest, AWindowUntilItIsClosed) {
  write("red.sp", ".procedure redraw\nClearColor 1, 0, 0, 1\nClear COLOR_BUFFER_BIT\n");
  test::Program program = show({folder_ + "/red.sp", "--size", "120x80"});
  ASSERT_TRUE(is_shown(program)) << program.said();
  EXPECT_TRUE(becomes([&] {
    const test::Picture shown = window("red.sp");
    return shown.width == 120 && shown.height == 80 && shown.at(60, 40) == 0xFF0000;
  }));
  close_window();
  EXPECT_EQ(program.wait(), 0);
  EXPECT_TRUE(becomes([&] { return window("red.sp").width == 0; }));
}

TEST_F(ShowTest, SeveralProceduresParamsAndData) {
  // Four pixels, of which one is blue; the place of data among the objects is as it is printed.
  const std::string data = write("pixels", std::string("\0\0\xff\xff", 4));
  const std::string init =
      write("init.sp",
            ".procedure init\n"
            "GenTextures 1\n"
            "BindTexture TEXTURE_2D, 1\n"
            "TexParameteri TEXTURE_2D, TEXTURE_MIN_FILTER, NEAREST\n"
            "TexImage2D TEXTURE_2D, 0, RGBA8, 1, 1, RGBA, UNSIGNED_BYTE, 262145, 0\n");
  const std::string redraw = write("redraw.sp",
                                   ".procedure redraw\n"
                                   "param r0, 3\n"
                                   "ClearColor 0, r0, 0, 1\n"
                                   "Clear COLOR_BUFFER_BIT\n"
                                   "Enable TEXTURE_2D\n"
                                   "BindTexture TEXTURE_2D, 1\n"
                                   "Rectf -1, -1, 0, 1\n");
  ASSERT_EQ(blink("sp asm redraw.sp -o redraw.blgl").status, 0);
  test::Program program = show({init, folder_ + "/redraw.blgl", "--title=Two halves", "--param",
                                "3=1", "--param", "0=5", "--data", "/dev/null", "--data", data});
  ASSERT_TRUE(is_shown(program)) << program.said();
  EXPECT_TRUE(has(program.said(), "/dev/null is object 262144\n" + data + " is object 262145\n"))
      << program.said();
  EXPECT_TRUE(becomes([&] {
    const test::Picture shown = window("Two halves");
    return shown.width == 480 && shown.at(100, 100) == 0x0000FF && shown.at(400, 100) == 0x00FF00;
  })) << std::hex
      << window("Two halves").at(100, 100) << " " << window("Two halves").at(400, 100);
  program.interrupt();
  EXPECT_EQ(program.wait(), 128 + SIGINT);
  EXPECT_TRUE(becomes([&] { return window("Two halves").width == 0; }));
}

TEST_F(ShowTest, TellsWhatTheServerSays) {
  const std::string bad = write("bad.sp", ".procedure redraw\n  copy r0, 1\n  jump 4\n");
  test::Program refused = show({bad});
  EXPECT_EQ(refused.wait(), 1);
  EXPECT_TRUE(refused.said().starts_with(bad + ":3:3: error: refused: ")) << refused.said();
  EXPECT_TRUE(has(refused.said(), "jumps beyond the end\n 3 |   jump 4\n")) << refused.said();

  const std::string odd =
      write("odd.sp", ".procedure redraw\n  Clear COLOR_BUFFER_BIT\n  CullFace LINES\n");
  const std::string init = write("init.sp", ".procedure init\n  copy r0, 1\n");
  test::Program skipped = show({init, odd});
  ASSERT_TRUE(is_shown(skipped)) << skipped.said();
  EXPECT_TRUE(has(skipped.said(), odd + ":3:3: warning: redraw: ")) << skipped.said();
  EXPECT_TRUE(has(skipped.said(), ": skipped\n 3 |   CullFace LINES\n")) << skipped.said();
  EXPECT_EQ(blink("down" + there()).status, 0);
  EXPECT_EQ(skipped.wait(), 1);
  EXPECT_TRUE(has(skipped.said(), "blink: sp show: the server ")) << skipped.said();
}

TEST_F(ShowTest, SaysWhatIsWrongWithALine) {
  write("a.sp", ".procedure redraw\n");
  write("b.sp", ".procedure redraw\n");
  const auto wrong = [&](const std::string& line, int status, const std::string& why) {
    const Outcome made = blink("sp show " + line + there());
    EXPECT_EQ(made.status, status) << line;
    EXPECT_TRUE(made.err.starts_with("blink: sp show: " + why)) << line << ": " << made.err;
  };
  wrong("", 2, "FILE is missing");
  wrong("a.sp --size 5", 2, "--size: '5' is not WIDTHxHEIGHT");
  wrong("a.sp --size 5x0", 2, "--size: '5x0' is not WIDTHxHEIGHT");
  wrong("a.sp --size 5x16385", 2, "--size: ");
  wrong("a.sp --param 256=1", 2, "'256' is no param");
  wrong("a.sp --param 1=1e99", 2, "'1=1e99': '1e99' is too large");
  wrong("a.sp --nonsense", 2, "unknown option --nonsense");
  wrong("a.sp b.sp", 1, "a.sp and b.sp are both for redraw");
  wrong("a.sp --data none", 1, "cannot read none: No such file or directory");
  EXPECT_EQ(blink("sp show none.sp" + there()).status, 1);
  EXPECT_EQ(blink("sp check a.sp b.sp").err,
            "blink: sp check: one FILE only; see blink sp --help\n");
  EXPECT_TRUE(
      has(blink("sp show a.sp --runtime-dir /nowhere").err, "blink: sp show: cannot reach"));
}

// The first picture of whoever reads the README.
TEST_F(ShowTest, TheExampleOfTheReadmeIsANicePicture) {
  const std::string path = write("wheel.sp", example_of(BLINK_README));
  EXPECT_EQ(blink("sp check wheel.sp").err, "");
  for (const std::string size : {"300x300", "400x200"}) {
    test::Program program = show({path, "--size", size});
    ASSERT_TRUE(is_shown(program)) << program.said();
    std::uint32_t left = ~0u, right = 0, top = ~0u, bottom = 0;
    std::set<std::uint32_t> colours;
    ASSERT_TRUE(becomes([&] { return window("wheel.sp").width != 0; }));
    // It turns: over a while it goes through all of a circle.
    for (int i = 0; i < 30; ++i) {
      const test::Picture shown = window("wheel.sp");
      const std::uint32_t ground = shown.at(1, 1);
      for (std::uint32_t y = 0; y < shown.height; ++y)
        for (std::uint32_t x = 0; x < shown.width; ++x)
          if (shown.at(x, y) != ground) {
            colours.insert(shown.at(x, y));
            left = std::min(left, x), right = std::max(right, x);
            top = std::min(top, y), bottom = std::max(bottom, y);
          }
      ::usleep(80'000);
    }
    EXPECT_GT(colours.size(), 100u) << "of many colours";
    const double width = right - left, height = bottom - top;
    EXPECT_NEAR(width, height, 0.15 * height) << size << ": as wide as high";
    close_window();
    EXPECT_EQ(program.wait(), 0);
  }
}

}  // namespace
}  // namespace blink
