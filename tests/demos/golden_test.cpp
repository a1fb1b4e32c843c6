// What the demos look like, where that depends on nothing, with each of Mesa's software drivers.

#include <gtest/gtest.h>

#include "server/screen/output_egl.h"
#include "tests/demos/film_file.h"
#include "tests/demos/stage.h"

namespace blink::test {
namespace {

// In a process of its own: a driver is chosen once.
bool has_driver(const std::string& name) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::setenv("GALLIUM_DRIVER", name.c_str(), 1);
    auto display = server::EglDisplay::open();
    const bool is_there =
        display.is_ok() &&
        server::EglContext::create(display.take(), server::EglContext::Profile::compatibility)
            .is_ok();
    ::_exit(is_there ? 0 : 1);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return status == 0;
}

class Looks : public FilmTest, public testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    if (!has_driver(GetParam())) GTEST_SKIP() << "Mesa has no driver " << GetParam() << " here";
  }
  static void expect(const std::string& name, const std::vector<std::string>& arguments,
                     std::uint32_t width, std::uint32_t height) {
    const Stage stage("demo-" + name, arguments, GetParam());
    const Golden golden(name);
    EXPECT_TRUE(stage.is_up());
    if (golden.is_there())
      becomes([&] { return golden.is_like(stage.window(width, height)); });
    else
      ::usleep(2'000'000);  // whatever it still has to do
    golden.expect(stage.window(width, height), GetParam());
  }
};

TEST_P(Looks, OfButtons) { expect("buttons", {}, 340, 312); }
TEST_P(Looks, OfTheClock) { expect("clock", {"10:08:36"}, 280, 280); }
TEST_P(Looks, OfGears) { expect("gears", {"380", "7"}, 380, 380); }
TEST_P(Looks, OfTiny) { expect("tiny", {}, 300, 180); }
TEST_P(Looks, OfTheVideo) {
  make_folder();
  if (IsSkipped()) return;
  // In the middle between two pictures.
  const std::string file = film("test.mkv", "testsrc2=s=512x304:r=25:d=2");
  expect("video", {"--at", "1.02", file}, 512, 304);
}
// A window held at the side of the screen, and where it would be.
TEST_P(Looks, OfALandingWindow) {
  const Stage stage("demo-clock", {"10:08:36"}, GetParam());
  const Golden golden("landing");
  EXPECT_TRUE(stage.is_up());
  stage.point(140, -15);
  stage.press();
  stage.point(-Stage::left, 60);
  if (golden.is_there())
    becomes([&] { return golden.is_like(stage.screen()); });
  else
    ::usleep(2'000'000);
  golden.expect(stage.screen(), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Drivers, Looks, testing::Values("llvmpipe", "softpipe"),
                         [](const auto& driver) { return std::string(driver.param); });

}  // namespace
}  // namespace blink::test
