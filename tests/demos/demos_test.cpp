// The demos as a user meets them: they show themselves, react, also while they are stopped, and end
// when they are closed or when the server has gone.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/demos/stage.h"

namespace blink::test {
namespace {

struct Window {
  const char* demo;
  std::uint32_t width, height;
};
constexpr Window windows[] = {{"demo-buttons", 340, 312},      {"demo-clock", 280, 280},
                              {"demo-cursor", 400, 280},       {"demo-gears", 380, 380},
                              {"demo-gears-switch", 380, 380}, {"demo-tiny", 300, 180},
                              {"demo-picture", 544, 340}};  // made smaller for the screen

std::string name_of(const Window& window) {
  std::string name = window.demo + 5;
  std::ranges::replace(name, '-', '_');
  return name;
}

bool has_colour(const Picture& picture, auto is_it) {
  for (std::size_t i = 0; i < picture.rgb.size(); i += 3)
    if (is_it(picture.rgb[i], picture.rgb[i + 1], picture.rgb[i + 2])) return true;
  return false;
}
bool is_red(int red, int green, int blue) { return red > 128 && green < 90 && blue < 90; }

// The middle of what is of a colour.
struct Place {
  double x, y;
};
Place middle_of(const Picture& picture, auto is_it) {
  double x = 0, y = 0, count = 0;
  for (std::uint32_t i = 0; i < picture.width * picture.height; ++i) {
    const std::uint8_t* pixel = &picture.rgb[std::size_t{i} * 3];
    if (!is_it(pixel[0], pixel[1], pixel[2])) continue;
    x += i % picture.width;
    y += i / picture.width;
    ++count;
  }
  return {x / count, y / count};
}

class Demos : public testing::TestWithParam<Window> {};

TEST_P(Demos, EndWhenTheirWindowIsClosed) {
  const auto [demo, width, height] = GetParam();
  Stage stage(demo);
  ASSERT_TRUE(stage.is_up());
  const auto is_bright = [](int red, int green, int blue) { return red + green + blue > 250; };
  EXPECT_TRUE(becomes([&] { return has_colour(stage.window(width, height), is_bright); }));
  stage.click(Stage::frame(static_cast<float>(width), static_cast<float>(height)).close);
  EXPECT_EQ(stage.program->wait(), 0);
  EXPECT_EQ(stage.program->said(), "");
  EXPECT_TRUE(becomes([&] { return stage.screen() == stage.empty; }));
}

INSTANTIATE_TEST_SUITE_P(All, Demos, testing::ValuesIn(windows),
                         [](const auto& window) { return name_of(window.param); });

class DemosWithoutServer : public testing::TestWithParam<Window> {};

TEST_P(DemosWithoutServer, SayInOneLineThatItIsGone) {
  const std::string demo = GetParam().demo;
  Stage stage(demo);
  EXPECT_TRUE(becomes([&] { return stage.screen() != stage.empty; }));
  ::kill(stage.daemon.pid, SIGTERM);
  EXPECT_EQ(stage.program->wait(), 1);
  const std::string said = stage.program->said();
  EXPECT_TRUE(said.starts_with(demo + ": the server ")) << said;
  EXPECT_EQ(std::ranges::count(said, '\n'), 1) << said;
}

INSTANTIATE_TEST_SUITE_P(All, DemosWithoutServer,
                         testing::Values(windows[0], windows[4], windows[5], windows[6]),
                         [](const auto& window) { return name_of(window.param); });

TEST(Demo, AloneSaysThatThereIsNoServer) {
  for (const char* demo : {"demo-tiny", "demo-clock"}) {
    Program program(demo, {"/nowhere"}, testing::TempDir() + "demo.alone");
    EXPECT_EQ(program.wait(), 1);
    EXPECT_EQ(program.said(), demo + std::string(": cannot reach a Blink server at /nowhere: "
                                                 "No such file or directory\n"));
  }
}

TEST(Demo, SaysHowItIsUsed) {
  for (const char* demo : {"demo-buttons", "demo-clock", "demo-cursor", "demo-gears",
                           "demo-gears-switch", "demo-picture", "demo-tiny", "demo-video"})
    for (const char* help : {"--help", "-h"}) {
      Program program(demo, {help}, testing::TempDir() + "demo.help");
      EXPECT_EQ(program.wait(), 0) << demo;
      EXPECT_TRUE(program.said().starts_with("usage: " + std::string(demo) + " ["))
          << program.said();
      EXPECT_EQ(std::ranges::count(program.said(), '\n'), 1) << program.said();
    }
}

// All of these while the program is stopped.

TEST(StoppedDemo, ButtonsAnswer) {
  Stage stage("demo-buttons");
  ASSERT_TRUE(stage.is_up());
  const auto shown = [&] { return stage.window(340, 312); };
  const auto button = [&] { return part_of(shown(), 112, 154, 116, 56); };  // Mint
  const auto is_mint = [&] {
    return (shown().at(170, 100) >> 8 & 255) > (shown().at(170, 100) >> 16) + 30;
  };
  stage.program->stop();
  const Picture at_rest = button();
  EXPECT_FALSE(is_mint());

  stage.point(170, 182);
  EXPECT_TRUE(becomes([&] { return button() != at_rest; })) << "hover";
  const Picture hovered = button();
  stage.press();
  EXPECT_TRUE(becomes([&] { return button() != hovered; })) << "press";
  EXPECT_FALSE(is_mint()) << "not yet";
  stage.point(20, 20);
  stage.release();
  stage.point(170, 182);
  EXPECT_TRUE(becomes([&] { return button() == hovered; }));
  EXPECT_FALSE(is_mint()) << "who leaves the button before letting it go does not mean it";
  stage.press();
  stage.release();
  EXPECT_TRUE(becomes(is_mint)) << "click";

  // The knob is the brightest on its line.
  const auto knob_x = [&] {
    return middle_of(part_of(shown(), 110, 233, 230, 1),
                     [](int red, int, int) { return red > 220; })
               .x +
           110;
  };
  EXPECT_NEAR(knob_x(), 134 + 0.7 * 184, 2);
  stage.point(static_cast<float>(knob_x()), 233);
  stage.press();
  stage.point(180, 240);
  EXPECT_TRUE(becomes([&] { return std::abs(knob_x() - 180) < 2; })) << "drag";
  stage.point(0, 300);
  EXPECT_TRUE(becomes([&] { return std::abs(knob_x() - 134) < 2; })) << "to its end, wherever";
  stage.point(226, 233);
  stage.release();
  stage.point(302, 276);
  const Picture on = part_of(shown(), 270, 260, 60, 32);
  stage.press();
  stage.release();
  EXPECT_TRUE(becomes([&] { return part_of(shown(), 270, 260, 60, 32) != on; })) << "switch";

  EXPECT_EQ(stage.program->said(), "") << "it has not run";
  stage.program->go_on();
  const std::string all =
      "demo-buttons: Mint\ndemo-buttons: Brightness 50 %\ndemo-buttons: Light off\n";
  EXPECT_TRUE(becomes([&] { return stage.program->said() == all; })) << stage.program->said();
}

TEST(StoppedDemo, CursorFollowsThePointer) {
  Stage stage("demo-cursor");
  ASSERT_TRUE(stage.is_up());
  stage.program->stop();
  const auto is_amber = [](int red, int, int blue) { return red > 235 && blue < 140; };
  const auto head = [&] { return middle_of(stage.window(400, 280), is_amber); };
  const auto is_near = [&](double x, double y) {
    return [&head, x, y] {
      const Place at = head();
      return std::hypot(at.x - x, at.y - y) < 12;
    };
  };
  EXPECT_TRUE(becomes(is_near(200, 140))) << "in the middle, until the pointer comes";
  stage.point(330, 60);
  EXPECT_TRUE(becomes(is_near(330, 60)));
  stage.point(70, 220);
  EXPECT_TRUE(becomes(is_near(70, 220)));
  // The others are still on their way, and arrive though nothing happens any more.
  const auto tail_away = [&] {
    const auto is_blue = [](int red, int, int blue) { return blue > red + 40; };
    const Place at = middle_of(stage.window(400, 280), is_blue);
    return std::hypot(at.x - 70, at.y - 220);
  };
  EXPECT_GT(tail_away(), 80);
  EXPECT_TRUE(becomes([&] { return tail_away() < 60; }));
  stage.point(-20, -10);
  EXPECT_TRUE(becomes(is_near(200, 140))) << "back to the middle when the pointer leaves";
}

TEST(StoppedDemo, ClockGoesOn) {
  Stage stage("demo-clock");
  ASSERT_TRUE(stage.is_up());
  stage.program->stop();
  const auto is_amber = [](int red, int, int blue) { return red > 215 && blue < 130; };
  const Place then = middle_of(stage.window(280, 280), is_amber);
  EXPECT_TRUE(becomes([&] {
    const Place now = middle_of(stage.window(280, 280), is_amber);
    return std::hypot(now.x - then.x, now.y - then.y) > 3;  // half a second's way, about
  }));
}

TEST(StoppedDemo, TinysSunFollowsThePointer) {
  Stage stage("demo-tiny");
  ASSERT_TRUE(stage.is_up());
  stage.program->stop();
  const auto is_sun = [](int red, int green, int) { return red > 250 && green > 205; };
  const auto sun_is_at = [&](double x, double y) {
    return [&stage, is_sun, x, y] {
      const Place sun = middle_of(stage.window(300, 180), is_sun);
      return std::hypot(sun.x - x, sun.y - y) < 3;
    };
  };
  EXPECT_TRUE(becomes(sun_is_at(150, 90)));
  stage.point(80, 60);
  EXPECT_TRUE(becomes(sun_is_at(80, 60)));
}

TEST(StoppedDemo, GearsSwitchStandsStill) {
  Stage stage("demo-gears-switch");
  ASSERT_TRUE(stage.is_up());
  const Picture first = stage.screen();
  EXPECT_TRUE(becomes([&] { return stage.screen() != first; })) << "it turns";
  stage.program->stop();
  Picture stopped;
  EXPECT_TRUE(becomes([&] {  // what it said before it was stopped is on its way
    stopped = stage.screen();
    ::usleep(300'000);
    return stage.screen() == stopped;
  }));
  EXPECT_TRUE(has_colour(stopped, is_red));
}

TEST(Demo, GearsFitIntoAWideWindow) {
  Stage stage("demo-gears");
  ASSERT_TRUE(stage.is_up());
  stage.click(Stage::frame(380, 380).maximise);
  const auto is_gear = [](int red, int green, int blue) {
    return std::max({red, green, blue}) - std::min({red, green, blue}) > 60;
  };
  EXPECT_TRUE(becomes([&] { return stage.screen().at(600, 300) == 0x0F1217; })) << "it is wide";
  EXPECT_TRUE(has_colour(stage.screen(), is_gear));
  for (int i = 0; i < 10; ++i) {
    const Picture shown = stage.screen();
    EXPECT_FALSE(has_colour(part_of(shown, 160, 31, 470, 3), is_gear)) << "nothing is cut at top";
    EXPECT_FALSE(has_colour(part_of(shown, 160, 474, 470, 3), is_gear)) << "nor at the bottom";
    ::usleep(100'000);
  }
}

}  // namespace
}  // namespace blink::test
