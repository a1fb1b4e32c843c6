// Programs that others wrote, as Debian has them, by the host's driver and by ours: the pictures
// are alike, and each was drawn by the driver that it should be.

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "tests/support/becomes.h"
#include "tests/support/daemon.h"
#include "tests/support/golden.h"
#include "tests/support/program.h"

#include "tests/output/x_desktop.h"  // last: Xlib takes words like Status for its own

namespace blink {
namespace {

namespace fs = std::filesystem;
using test::Picture;
using test::Program;

// How pictures are compared.
enum class Likeness {
  same,   // as golden pictures are
  rough,  // the program moves: the mean colours of its parts
  scene,  // it goes through a scene: the same of some moment in the host's first seconds
};

struct Case {
  const char* name;
  std::vector<std::string> command;
  const char* client;  // what the server calls it
  Likeness likeness = Likeness::same;
  int seconds_min = 2;                // until it shows what is compared
  const char* preferences = nullptr;  // a file for its folder `@` of this start
};

void PrintTo(const Case& it, std::ostream* out) { *out << it.name; }

// The colours of a grid's cells, each the mean of its pixels.
Picture means_of(const Picture& picture) {
  constexpr std::uint32_t side = 8;
  Picture means{side, side, {}};
  for (std::uint32_t row = 0; row < side; ++row)
    for (std::uint32_t column = 0; column < side; ++column)
      for (std::uint32_t colour = 0; colour < 3; ++colour) {
        std::uint64_t sum = 0, count = 0;
        for (std::uint32_t y = row * picture.height / side; y < (row + 1) * picture.height / side;
             ++y)
          for (std::uint32_t x = column * picture.width / side;
               x < (column + 1) * picture.width / side; ++x, ++count)
            sum += picture.rgb[(std::size_t{y} * picture.width + x) * 3 + colour];
        means.rgb.push_back(static_cast<std::uint8_t>(sum / std::max<std::uint64_t>(count, 1)));
      }
  return means;
}

bool are_alike(const Picture& a, const Picture& b, Likeness likeness) {
  if (likeness == Likeness::same) return test::is_alike(a, b);
  if (a.width != b.width || a.height != b.height) return false;
  constexpr int cell_off_max = 24, mean_off_max = 4;  // of 255
  const Picture means[] = {means_of(a), means_of(b)};
  int sum = 0;
  for (std::size_t i = 0; i < means[0].rgb.size(); ++i) {
    const int off = std::abs(means[0].rgb[i] - means[1].rgb[i]);
    if (off > cell_off_max) return false;
    sum += off;
  }
  return sum <= mean_off_max * static_cast<int>(means[0].rgb.size());
}

void expect_alike(const Picture& expected, const Picture& actual, Likeness likeness,
                  const std::string& name) {
  if (are_alike(expected, actual, likeness)) return;
  const std::string stem = std::string(BLINK_TEST_OUTPUT_FOLDER) + "/" + name;
  test::write_png(expected, stem + ".expected.png");
  if (!actual.rgb.empty()) test::write_png(actual, stem + ".actual.png");
  if (expected.width == actual.width && expected.height == actual.height)
    test::write_png(test::difference_of(expected, actual), stem + ".difference.png");
  ADD_FAILURE() << "compare\n  " << stem << ".expected.png\n  " << stem << ".actual.png\n  " << stem
                << ".difference.png";
}

bool has_library(pid_t pid, std::string_view name) {
  std::ifstream maps("/proc/" + std::to_string(pid) + "/maps");
  for (std::string line; std::getline(maps, line);)
    if (line.find(name) != std::string::npos) return true;
  return false;
}

class WithDrivers : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!x_server.is_running()) GTEST_SKIP() << "Xvfb is not installed";
    x = std::make_unique<test::XDesktop>(x_server.display());
    make_home();
    for (const char* const name : {"HOME", "XDG_RUNTIME_DIR"})
      ::setenv(name, (daemon.directory + "/home").c_str(), 1);
    for (const char* const name : {"WAYLAND_DISPLAY", "LANGUAGE"})
      ::unsetenv(name);
    ::setenv("LC_ALL", "C.UTF-8", 1);
    ::setenv("DISPLAY", x->name().c_str(), 1);
    ::setenv("BLINK_SOCKET", daemon.socket_path().c_str(), 1);
    ::setenv("LD_LIBRARY_PATH", BLINK_LIBRARY_FOLDER, 1);
    ::setenv("QSG_RHI_BACKEND", "opengl", 1);
    ::setenv("GSK_RENDERER", "gl", 1);
    // What Firefox draws with would be another driver's in there.
    ::setenv("MOZ_DISABLE_CONTENT_SANDBOX", "1", 1);
  }
  std::string home() const { return daemon.directory + "/home"; }
  // With nothing in it of a program that ran before.
  void make_home() const {
    fs::remove_all(home());
    fs::create_directory(home());
    fs::permissions(home(), fs::perms::owner_all);
  }
  void TearDown() override { use_driver("mesa"); }  // servers that come after
  void use_driver(const std::string& vendor) {
    ::setenv("__GLX_VENDOR_LIBRARY_NAME", vendor.c_str(), 1);
    if (vendor == "blink")
      ::setenv("__EGL_VENDOR_LIBRARY_FILENAMES", BLINK_LIBRARY_FOLDER "/50_blink.json", 1);
    else
      ::unsetenv("__EGL_VENDOR_LIBRARY_FILENAMES");
  }
  std::unique_ptr<Program> start(const std::vector<std::string>& command) {
    return std::make_unique<Program>(command[0],
                                     std::vector<std::string>(command.begin() + 1, command.end()),
                                     daemon.directory + "/said");
  }
  std::unique_ptr<Program> start(const Case& it) {
    make_home();
    const std::string folder = home() + "/its";
    fs::create_directory(folder);
    if (it.preferences != nullptr) fs::copy_file(it.preferences, folder + "/user.js");
    std::vector<std::string> command = it.command;
    std::ranges::replace(command, "@", folder);
    return start(command);
  }
  // The same again and again.
  std::vector<Picture> native_scene() {
    constexpr int moments = 40;
    std::vector<Picture> all;
    for (int i = 0; i < moments; ++i) {
      ::usleep(250'000);
      all.push_back(x->largest_window());
    }
    return all;
  }
  // What is drawn once nothing moves any more, or has moved for a while.
  Picture native_picture(const Case& it) {
    Picture before, now;
    for (int i = 0; i < 2 * it.seconds_min + 16; ++i) {
      ::usleep(500'000);
      now = x->largest_window();
      if (colours(now) > 4 && i >= 2 * it.seconds_min &&
          (it.likeness != Likeness::same || now == before))
        break;
      before = now;
    }
    return now;
  }
  static std::size_t colours(const Picture& picture) {
    std::set<std::uint32_t> found;
    for (std::size_t i = 0; i + 2 < picture.rgb.size(); i += 3)
      found.insert(std::uint32_t{picture.rgb[i]} << 16 | picture.rgb[i + 1] << 8 |
                   picture.rgb[i + 2]);
    return found.size();
  }
  Picture window(const std::string& client) {
    const std::string path = daemon.directory + "/window.png";
    Program shot("blink",
                 {"screenshot", "--window", client, path, "--runtime-dir", daemon.directory},
                 daemon.directory + "/shot");
    return shot.wait() == 0 ? test::read_png(path).value_or(Picture{}) : Picture{};
  }
  static ::testing::AssertionResult is_drawn_by(const Program& program, bool is_ours) {
    if (has_library(program.pid(), "libGLX_blink.so") != is_ours)
      return ::testing::AssertionFailure() << "another driver, or none, is loaded";
    if (is_ours && has_library(program.pid(), "_dri.so"))
      return ::testing::AssertionFailure() << "Mesa is loaded, too";
    return ::testing::AssertionSuccess();
  }

  test::Xvfb x_server{"1600x1200x24"};
  std::unique_ptr<test::XDesktop> x;
  test::Daemon daemon{{"--output", "headless", "--redraw-ms", "10000"}};
};

class Programs : public WithDrivers, public ::testing::WithParamInterface<Case> {};

TEST_P(Programs, LookTheSame) {
  const Case& it = GetParam();
  if (!fs::exists(it.command[0])) GTEST_SKIP() << it.command[0] << " is not installed";
  std::vector<Picture> all;
  Picture expected, actual;
  {
    use_driver("mesa");
    const auto program = start(it);
    expected = native_picture(it);
    all = {expected};
    if (it.likeness == Likeness::scene) all = native_scene();
    ASSERT_GT(colours(expected), 4u) << program->said();
    ASSERT_TRUE(is_drawn_by(*program, false));
  }
  use_driver("blink");
  const auto program = start(it);
  for (int i = 0; i < 20 && !is_drawn_by(*program, true); ++i)
    ::usleep(250'000);
  ASSERT_TRUE(is_drawn_by(*program, true)) << program->said();
  const auto is_seen = [&](const Picture& each) { return are_alike(each, actual, it.likeness); };
  for (int i = 0; i < 40 + 10 * it.seconds_min; ++i) {
    ::usleep(200'000);
    actual = window(it.client);
    const auto found = std::ranges::find_if(all, is_seen);
    if (found == all.end()) continue;
    expected = *found;
    break;
  }
  expect_alike(expected, actual, it.likeness, it.name);
}

const Case cases[] = {
    {"glxgears", {"/usr/bin/glxgears"}, "glxgears", Likeness::rough},
    {"es2gears", {"/usr/bin/es2gears_x11"}, "es2gears_x11", Likeness::rough},
    {"kitty",
     {"/usr/bin/kitty", "--config", "NONE", "-o", "cursor_blink_interval=0", "sh", "-c",
      "printf 'plain \\033[31mred\\033[44m on blue\\n'; sleep 100"},
     "kitty"},
    {"qml", {"/usr/lib/qt6/bin/qml", BLINK_PROGRAMS_FOLDER "/hello.qml"}, "qml"},
    {"mpv",
     {"/usr/bin/mpv", "--no-config", "--vo=gpu", "--gpu-sw=yes", "--osd-level=0", "--osc=no",
      "--pause", "av://lavfi:testsrc=size=320x240"},
     "mpv"},
    {"gtk4", {"/usr/bin/gtk4-demo", "--run=paintable"}, "gtk4-demo"},
    {"glmark2_es2",
     {"/usr/bin/glmark2-es2", "-s", "300x200", "-b", "shading:duration=100"},
     "glmark2-es2",
     Likeness::rough},
    {"neverball", {"/usr/games/neverball"}, "neverball", Likeness::scene},
    {"supertuxkart",
     {"/usr/games/supertuxkart", "--windowed", "--screensize=800x600"},
     "supertuxkart",
     Likeness::rough,
     15},
    // Its page and a canvas of WebGL's.
    {"firefox",
     {"/usr/bin/firefox-esr", "--no-remote", "--profile", "@", "--kiosk",
      "file://" BLINK_PROGRAMS_FOLDER "/page.html"},
     "firefox-esr",
     Likeness::same,
     12,
     BLINK_PROGRAMS_FOLDER "/firefox.js"},
};
INSTANTIATE_TEST_SUITE_P(, Programs, ::testing::ValuesIn(cases),
                         [](const auto& its) { return std::string(its.param.name); });

// What apitrace recorded of a program, replayed: each frame that is looked at is like the host's.
struct Recorded {
  const char* name;
  std::vector<std::string> command;
  const char* calls;  // of which the frames are looked at
};

void PrintTo(const Recorded& it, std::ostream* out) { *out << it.name; }

class Traces : public WithDrivers, public ::testing::WithParamInterface<Recorded> {
 protected:
  // Runs to its end, and tells whether it is drawn by that driver.
  bool replay(const std::string& vendor, const std::string& trace, const std::string& to,
              const char* calls) {
    use_driver(vendor);
    fs::create_directory(to);
    const auto program =
        start({"/usr/bin/glretrace", "--benchmark", "-s", to + "/", "-S", calls, trace});
    const std::string wanted = vendor == "blink" ? "libGLX_blink.so" : "libGLX_mesa.so";
    const bool is_loaded = test::becomes([&] { return has_library(program->pid(), wanted); });
    int status = -1;
    for (int i = 0; i < 6 && status == -1; ++i)
      status = program->wait();
    EXPECT_EQ(status, 0) << program->said();
    return is_loaded;
  }
};

TEST_P(Traces, ReplayAlike) {
  const Recorded& it = GetParam();
  for (const char* const needed : {"/usr/bin/apitrace", it.command[0].c_str()})
    if (!fs::exists(needed)) GTEST_SKIP() << needed << " is not installed";
  const std::string trace = daemon.directory + "/trace";
  use_driver("mesa");
  std::vector<std::string> recording = {
      "/usr/bin/timeout", "-s", "TERM", "4", "apitrace", "trace", "-a", "gl", "-o", trace};
  recording.insert(recording.end(), it.command.begin(), it.command.end());
  (void)start(recording)->wait();
  const std::string folders[] = {daemon.directory + "/mesa", daemon.directory + "/blink"};
  ASSERT_TRUE(replay("mesa", trace, folders[0], it.calls));
  ASSERT_TRUE(replay("blink", trace, folders[1], it.calls));
  constexpr int frames_min = 3;
  int frames = 0;
  for (const auto& file : fs::directory_iterator(folders[0])) {
    const auto expected = test::read_png(file.path());
    const auto actual = test::read_png(fs::path(folders[1]) / file.path().filename());
    expect_alike(expected.value_or(Picture{}), actual.value_or(Picture{}), Likeness::same,
                 std::string(it.name) + "." + file.path().stem().string());
    ++frames;
  }
  EXPECT_GE(frames, frames_min) << "of the calls " << it.calls;
  RecordProperty("frames", frames);
}

const Recorded recorded[] = {
    // Where its first frame ends, llvmpipe itself has not drawn the same each time.
    {"glxgears", {"/usr/bin/glxgears"}, "1400-4000/frame"},
    {"glmark2", {"/usr/bin/glmark2", "-s", "300x200", "-b", "build:duration=1"}, "0-4000/frame"},
    {"neverball", {"/usr/games/neverball"}, "0-100000/frame"},
};
INSTANTIATE_TEST_SUITE_P(, Traces, ::testing::ValuesIn(recorded),
                         [](const auto& its) { return std::string(its.param.name); });

}  // namespace
}  // namespace blink
