// Programs of OpenGL that know nothing of Blink, through its driver: what the server shows is what
// Mesa shows by itself.

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <thread>

#include "tests/support/becomes.h"
#include "tests/support/daemon.h"
#include "tests/support/golden.h"
#include "tests/support/processes.h"
#include "tests/support/program.h"

#include "tests/output/x_desktop.h"  // last: Xlib takes words like Status for its own

namespace blink {
namespace {

using test::Picture;

class Icd : public ::testing::Test {
 protected:
  static constexpr std::uint32_t width = 200, height = 150;

  void SetUp() override {
    if (!x.is_there()) GTEST_SKIP() << "Xvfb is not installed";
    ::setenv("DISPLAY", x.name().c_str(), 1);
    ::setenv("LD_LIBRARY_PATH", BLINK_LIBRARY_FOLDER, 1);
    ::setenv("BLINK_SOCKET", daemon.socket_path().c_str(), 1);
    commands_path = daemon.directory + "/commands";
    ASSERT_EQ(::mkfifo(commands_path.c_str(), 0600), 0);
  }
  void TearDown() override { use_driver("mesa"); }  // servers that come after
  static void use_driver(const std::string& vendor) {
    ::setenv("__GLX_VENDOR_LIBRARY_NAME", vendor.c_str(), 1);
    if (vendor == "blink")
      ::setenv("__EGL_VENDOR_LIBRARY_FILENAMES", BLINK_LIBRARY_FOLDER "/50_blink.json", 1);
    else
      ::unsetenv("__EGL_VENDOR_LIBRARY_FILENAMES");
  }

  std::unique_ptr<test::Program> start(const char* name = "gl_program") {
    auto program = std::make_unique<test::Program>(
        name,
        std::vector<std::string>{std::to_string(width), std::to_string(height), commands_path},
        daemon.directory + "/said");
    commands.open(commands_path, std::ios::in | std::ios::out);  // waits for nobody
    return program;
  }
  // Waits for a line that begins so.
  static ::testing::AssertionResult says(const test::Program& program, const std::string& line) {
    for (int i = 0; i < 6000; ++i) {
      if (program.said().find(line) != std::string::npos) return ::testing::AssertionSuccess();
      ::usleep(10'000);
    }
    return ::testing::AssertionFailure() << "said only: " << program.said();
  }
  // There is another one at once.
  void kill_server() {
    daemon.die();
    use_driver("mesa");
    daemon.start();
    use_driver("blink");
  }
  // As the user does.
  void close_window() {
    test::Program input(
        "blink",
        {"input", "--runtime-dir", daemon.directory, "down", "alt", "key", "f4", "up", "alt"},
        daemon.directory + "/input");
    EXPECT_EQ(input.wait(), 0) << input.said();
  }
  Picture window() {
    const auto picture = window_if_there();
    EXPECT_TRUE(picture) << "no picture of the window";
    return picture.value_or(Picture{});
  }
  std::optional<Picture> window_if_there() {
    const std::string path = daemon.directory + "/window.png";
    test::Program shot(
        "blink", {"screenshot", "--window", "Hexagons", path, "--runtime-dir", daemon.directory},
        daemon.directory + "/shot");
    if (shot.wait() != 0) return std::nullopt;
    return test::read_png(path);
  }
  // What is seen soon is like `expected`.
  void expect_window(const Picture& expected, const char* as) {
    Picture actual;
    for (int i = 0; i < 200; ++i) {
      actual = window_if_there().value_or(Picture{});
      if (test::is_alike(expected, actual)) return;
      ::usleep(50'000);
    }
    const std::string stem = std::string(BLINK_TEST_OUTPUT_FOLDER) + "/icd." + as;
    test::write_png(expected, stem + ".expected.png");
    test::write_png(actual, stem + ".actual.png");
    ADD_FAILURE() << "compare\n  " << stem << ".expected.png\n  " << stem << ".actual.png";
  }
  static bool has_many_colours(const Picture& picture) {
    std::set<std::uint32_t> colours;
    for (std::size_t i = 0; i + 2 < picture.rgb.size(); i += 3)
      colours.insert(std::uint32_t{picture.rgb[i]} << 16 | picture.rgb[i + 1] << 8 |
                     picture.rgb[i + 2]);
    return colours.size() > 500;
  }

  test::XDesktop x;
  test::Daemon daemon{{"--output", "headless", "--redraw-ms", "10000"}};
  std::string commands_path;
  std::fstream commands;
};

TEST_F(Icd, ShowsWhatMesaShows) {
  Picture small, large;
  {
    use_driver("mesa");
    const auto program = start();
    ASSERT_TRUE(says(*program, "error 0, 200 x 150"));
    EXPECT_EQ(program->said().find("Blink"), std::string::npos);
    small = x.screen(width, height);
    commands << "300 220" << std::endl;
    ASSERT_TRUE(says(*program, "error 0, 300 x 220"));
    large = x.screen(300, 220);
    commands.close();
    EXPECT_EQ(program->wait(), 0);
  }
  ASSERT_TRUE(has_many_colours(small));
  ASSERT_TRUE(has_many_colours(large));
  use_driver("blink");
  const auto program = start();
  ASSERT_TRUE(says(*program, "drawn by Blink, error 0, 200 x 150")) << daemon.log();
  expect_window(small, "small");
  commands << "300 220" << std::endl;
  ASSERT_TRUE(says(*program, "drawn by Blink, error 0, 300 x 220")) << daemon.log();
  expect_window(large, "large");
  commands.close();
  EXPECT_EQ(program->wait(), 0);
}

// By EGL.
TEST_F(Icd, ShowsWhatMesaShowsInWindowsOfEgl) {
  Picture pictures[2];
  const char* const sizes[] = {"shown 200", "shown 300"};
  {
    use_driver("mesa");
    const auto program = start("egl_checks");
    ASSERT_TRUE(says(*program, sizes[0]));
    pictures[0] = x.screen(width, height);
    commands << "300 220" << std::endl;
    ASSERT_TRUE(says(*program, sizes[1]));
    pictures[1] = x.screen(300, 220);
    commands.close();
    EXPECT_EQ(program->wait(), 0);
    EXPECT_EQ(program->said().find("Blink"), std::string::npos);
  }
  use_driver("blink");
  const auto program = start("egl_checks");
  ASSERT_TRUE(says(*program, sizes[0])) << daemon.log();
  EXPECT_TRUE(program->said().starts_with("drawn by Blink\n"));
  ASSERT_TRUE(has_many_colours(pictures[0]));
  expect_window(pictures[0], "egl");
  commands << "300 220" << std::endl;
  ASSERT_TRUE(says(*program, sizes[1])) << daemon.log();
  expect_window(pictures[1], "egl.large");
  commands.close();
  EXPECT_EQ(program->wait(), 0);
}

// Errors, mapped buffers, names: what a program is told.
class IcdSays : public Icd {
 protected:
  // It takes as long as a busy machine needs.
  static int wait_for(test::Program& program) {
    int status = -1;
    for (int i = 0; i < 12 && status == -1; ++i)
      status = program.wait();
    return status;
  }
  void run(const char* name) {
    std::string said[2];
    const char* const vendors[] = {"mesa", "blink"};
    for (int i = 0; i < 2; ++i) {
      use_driver(vendors[i]);
      test::Program program(name, {}, daemon.directory + "/checks");
      EXPECT_EQ(wait_for(program), 0) << name << " by " << vendors[i] << ": " << program.said();
      said[i] = program.said();
      said[i].erase(0, said[i].find("drawn by"));  // Mesa warns of some mistakes
    }
    const auto first_line = [](std::string& text) {
      const std::string line = text.substr(0, text.find('\n') + 1);
      text.erase(0, line.size());
      return line;
    };
    EXPECT_NE(first_line(said[0]), "drawn by Blink\n");
    EXPECT_EQ(first_line(said[1]), "drawn by Blink\n");
    EXPECT_TRUE(said[0].ends_with("done\n"));
    EXPECT_EQ(said[0], said[1]) << name;
  }
};

TEST_F(IcdSays, WhatMesaSays) { run("gl_checks"); }
TEST_F(IcdSays, WhatMesaSaysThroughEgl) { run("egl_checks"); }
TEST_F(IcdSays, WhatMesaSaysThroughGlx) { run("glx_checks"); }
TEST_F(IcdSays, WhatMesaSaysOfImages) { run("egl_image_checks"); }

// After every seventh hand-over another server takes the place of the one before.
class IcdRebuilds : public IcdSays {
 protected:
  void SetUp() override {
    IcdSays::SetUp();
    ::setenv("BLINK_GL_CHECK", "rebuild=7", 1);
  }
  void TearDown() override {
    ::unsetenv("BLINK_GL_CHECK");
    IcdSays::TearDown();
  }
};

TEST_F(IcdRebuilds, AndSaysWhatMesaSays) { run("gl_checks"); }
TEST_F(IcdRebuilds, AndSaysWhatMesaSaysThroughEgl) { run("egl_checks"); }
TEST_F(IcdRebuilds, AndSaysWhatMesaSaysThroughGlx) { run("glx_checks"); }
TEST_F(IcdRebuilds, AndSaysWhatMesaSaysOfImages) { run("egl_image_checks"); }
// What was made once is drawn by the next servers, which have it from the journal alone.
TEST_F(IcdRebuilds, AndDrawsTheSameAgain) {
  use_driver("blink");
  const auto pictures = [&](const char* checks) {
    ::setenv("BLINK_GL_CHECK", checks, 1);
    test::Program program("gl_scenes", {}, daemon.directory + "/scenes");
    EXPECT_EQ(wait_for(program), 0) << program.said();
    return program.said();
  };
  const std::string expected = pictures("");
  EXPECT_TRUE(expected.ends_with("done\n"));
  EXPECT_EQ(expected, pictures("journal=3"));
}

// What the GPU has made is told to the next server, as it was read back.
class IcdDrawn : public IcdSays {
 protected:
  void TearDown() override {
    ::unsetenv("BLINK_GL_CHECK");
    IcdSays::TearDown();
  }
  std::string said_of_all(const char* checks) {
    use_driver("blink");
    ::setenv("BLINK_GL_CHECK", checks, 1);
    test::Program program("gl_drawn", {}, daemon.directory + "/drawn");
    EXPECT_EQ(wait_for(program), 0) << program.said();
    EXPECT_TRUE(program.said().ends_with("done\n"));
    EXPECT_EQ(program.said().find("all alike"), std::string::npos) << program.said();
    return program.said();
  }
};

TEST_F(IcdDrawn, IsReadBack) {
  const std::string expected = said_of_all("");
  EXPECT_EQ(expected, said_of_all("journal=37"));
}

// A server that is killed takes nothing with it that it has had for a while.
TEST_F(IcdDrawn, OutlivesItsServer) {
  const std::string all = said_of_all("");
  ::unsetenv("BLINK_GL_CHECK");
  const std::string file = daemon.directory + "/go-on";
  test::Program program("gl_drawn", {file}, daemon.directory + "/drawn");
  ASSERT_TRUE(says(program, "waits"));
  // At last while the next one is told.
  for (const int pause_ms : {4000, 500, 20, 60, 10}) {
    std::this_thread::sleep_for(std::chrono::milliseconds(pause_ms));
    kill_server();
  }
  std::ofstream(file) << "now";
  EXPECT_EQ(wait_for(program), 0) << program.said();
  // The same, said once, and without the window's depth.
  std::string said = program.said();
  said.erase(said.find("waits\n"), 6);
  EXPECT_TRUE(said.ends_with("done\n"));
  said.erase(said.size() - 5);
  EXPECT_GT(said.size(), 2000u);
  EXPECT_EQ(all.substr(0, said.size()), said);
}

// A program that says how many frames of the screen it wants to see between two of its own has
// that; one that says nothing has none, as by the host's driver, which never waits here.
class IcdSwaps : public Icd {
 protected:
  static constexpr int second_ms = 1000;  // of 60 frames

  void run(const char* way) {
    use_driver("blink");
    program = std::make_unique<test::Program>("swap_program",
                                              std::vector<std::string>{way, "-1", "1", "2", "0"},
                                              daemon.directory + "/said");
    int status = -1;
    for (int i = 0; i < 6 && status == -1; ++i)
      status = program->wait();
    ASSERT_EQ(status, 0) << program->said();
    said = program->said();
    ASSERT_NE(said.find("drawn by Blink\n"), std::string::npos) << said;
    // Frames that were not seen are more, on a machine that is busy.
    EXPECT_LT(time_of("-1"), second_ms * 3 / 4) << said;
    EXPECT_GT(time_of("1"), second_ms * 9 / 10) << said;
    EXPECT_LT(time_of("1"), second_ms * 17 / 10) << said;
    EXPECT_GT(time_of("2"), second_ms * 18 / 10) << said;
    EXPECT_LT(time_of("0"), second_ms * 3 / 4) << said;
  }
  int time_of(const std::string& interval) const {
    const std::string head = "interval " + interval + ": ";
    const std::size_t at = said.find(head);
    return at == std::string::npos ? -1 : std::stoi(said.substr(at + head.size()));
  }

  std::unique_ptr<test::Program> program;
  std::string said;
};

TEST_F(IcdSwaps, AsOftenAsGlxSays) {
  run("glx");
  EXPECT_NE(said.find("first: 0, 0\nSGI 0: 6, SGI 1: 0, then: 1, 1\nMESA 2: 0, then: 2, 2\n"
                      "MESA -1: 6, then: 2, 2\nMESA 0: 0, then: 0, 0\n"),
            std::string::npos)
      << said;
}
TEST_F(IcdSwaps, AsOftenAsEglSays) { run("egl"); }

// The journal alone has what shows an image, but not what was drawn, nor a source that has gone.
TEST_F(IcdRebuilds, AndHasItsImages) {
  use_driver("blink");
  const auto lines = [&](const char* checks) {
    ::setenv("BLINK_GL_CHECK", checks, 1);
    test::Program program("egl_image_checks", {}, daemon.directory + "/images");
    EXPECT_EQ(wait_for(program), 0) << program.said();
    std::istringstream said(program.said());
    std::vector<std::string> all;
    for (std::string line; std::getline(said, line);)
      all.push_back(line);
    return all;
  };
  const auto expected = lines(""), actual = lines("journal=1");
  ASSERT_EQ(expected.size(), actual.size());
  ASSERT_EQ(expected.back(), "done");
  const std::set<std::string> lost = {"as the other drew it", "without its source", "face",
                                      "drawn there"};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const std::string head = expected[i].substr(0, expected[i].find(':'));
    if (lost.contains(head)) continue;
    EXPECT_EQ(expected[i], actual[i]);
  }
}

// It waits for the next one, but not when it has nothing more to do.
TEST_F(Icd, EndsWithoutItsServer) {
  use_driver("blink");
  const auto program = start();
  ASSERT_TRUE(says(*program, "error 0, 200"));
  daemon.die();
  commands.close();
  EXPECT_EQ(program->wait(), 0) << program->said();
}

// One that does nothing but wait for what its window manager says.
TEST_F(Icd, IsAskedToCloseByTheUser) {
  use_driver("blink");
  const auto program = start();
  ASSERT_TRUE(says(*program, "error 0, 200"));
  commands << "wait" << std::endl;
  ASSERT_TRUE(says(*program, "waits"));
  close_window();
  EXPECT_TRUE(says(*program, "is asked to close"));
  EXPECT_EQ(program->wait(), 0);
}

// One that cannot be asked.
TEST_F(Icd, IsEndedByTheUser) {
  use_driver("blink");
  const auto program = start();
  ASSERT_TRUE(says(*program, "error 0, 200"));
  close_window();
  // It hears of it when it speaks to the X server; Xlib ends it then.
  std::string ended;
  EXPECT_TRUE(test::becomes([&] {
    commands << "210 160" << std::endl;
    std::ifstream stat("/proc/" + std::to_string(program->pid()) + "/stat");
    return std::getline(stat, ended) && ended.find(") Z ") != std::string::npos;
  }));
  EXPECT_EQ(program->wait(), 1);
}

// It neither draws again nor notices.
TEST_F(Icd, OutlivesItsServer) {
  use_driver("blink");
  for (const char* const name : {"gl_program", "egl_checks"}) {
    const auto program = start(name);
    ASSERT_TRUE(says(*program, name == std::string("gl_program") ? "error 0, 200" : "shown 200"));
    Picture before;
    ASSERT_TRUE(test::becomes(
        [&] { return has_many_colours(before = window_if_there().value_or(Picture{})); }));
    for (int i = 0; i < 3; ++i) {
      kill_server();
      expect_window(before, "outlived");
    }
    commands << "300 220" << std::endl;
    ASSERT_TRUE(says(*program, name == std::string("gl_program") ? "error 0, 300" : "shown 300"))
        << daemon.log();
    ASSERT_TRUE(test::becomes([&] { return window_if_there().value_or(Picture{}).width == 300; }));
    EXPECT_TRUE(has_many_colours(window()));
    commands.close();
    EXPECT_EQ(program->wait(), 0) << program->said();
  }
}

// Several programs of several contexts, while servers are killed at any moment: BLINK_KILLS of
// them.
TEST_F(IcdDrawn, OutlivesServersThatAreKilledAgainAndAgain) {
  const char* const wanted = std::getenv("BLINK_KILLS");
  const int kills = wanted != nullptr ? std::atoi(wanted) : 12;
  const std::string all = said_of_all("");
  ::unsetenv("BLINK_GL_CHECK");
  const std::string file = daemon.directory + "/go-on";
  std::vector<std::unique_ptr<test::Program>> programs;
  for (int i = 0; i < 3; ++i)
    programs.push_back(
        std::make_unique<test::Program>("gl_drawn", std::vector<std::string>{file},
                                        daemon.directory + "/drawn" + std::to_string(i)));
  for (const auto& program : programs)
    ASSERT_TRUE(says(*program, "waits"));
  std::this_thread::sleep_for(std::chrono::seconds(5));  // so that all was read back once
  std::mt19937 chance(1);
  for (int i = 0; i < kills; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(chance() % 1000));
    kill_server();
  }
  std::ofstream(file) << "now";
  for (const auto& program : programs) {
    EXPECT_EQ(wait_for(*program), 0) << program->said();
    std::string said = program->said();
    said.erase(said.find("waits\n"), 6);
    said.erase(said.size() - 5);
    EXPECT_EQ(all.substr(0, said.size()), said);
  }
}

// What runs its OpenGL dies alone. Who ends it again and again gets no other.
TEST_F(Icd, OutlivesItsRenderer) {
  use_driver("blink");
  const auto program = start();
  ASSERT_TRUE(says(*program, "error 0, 200"));
  Picture before;
  ASSERT_TRUE(test::becomes(
      [&] { return has_many_colours(before = window_if_there().value_or(Picture{})); }));
  const auto kill_renderer = [&] {
    std::set<pid_t> renderers;
    ASSERT_TRUE(
        test::becomes([&] { return (renderers = test::children_of(daemon.pid)).size() == 1; }));
    const pid_t renderer = *renderers.begin();
    ASSERT_EQ(::kill(renderer, SIGKILL), 0);
    ASSERT_TRUE(test::becomes([&] { return !test::children_of(daemon.pid).contains(renderer); }));
  };
  for (int i = 0; i < 3; ++i) {
    kill_renderer();
    expect_window(before, "rendered");
  }
  kill_renderer();
  commands << "300 220" << std::endl;
  EXPECT_TRUE(says(*program, "error 0, 300"));  // it goes on, and nothing is drawn
  std::this_thread::sleep_for(std::chrono::seconds(1));
  EXPECT_FALSE(window_if_there());
  commands.close();
  EXPECT_EQ(program->wait(), 0) << program->said();
}

// It holds nothing of the server's while it is frozen, and goes on afterwards.
TEST_F(Icd, IsFrozenAndThawed) {
  use_driver("blink");
  const auto program = start();
  ASSERT_TRUE(says(*program, "error 0, 200"));
  Picture before;
  ASSERT_TRUE(test::becomes(
      [&] { return has_many_colours(before = window_if_there().value_or(Picture{})); }));
  const auto blink = [&](const char* command) {
    test::Program run("blink", {command, "gl_program", "--runtime-dir", daemon.directory},
                      daemon.directory + "/" + command);
    EXPECT_EQ(run.wait(), 0) << run.said();
  };
  for (int i = 0; i < 3; ++i) {
    blink("freeze");
    EXPECT_FALSE(window_if_there());
    if (i == 1) {
      kill_server();  // which forgets that it is
    } else {
      blink("thaw");
    }
    expect_window(before, "thawed");
  }
  commands << "300 220" << std::endl;
  ASSERT_TRUE(says(*program, "error 0, 300")) << daemon.log();
  ASSERT_TRUE(test::becomes([&] { return window_if_there().value_or(Picture{}).width == 300; }));
  commands.close();
  EXPECT_EQ(program->wait(), 0) << program->said();
}

// What the driver answers by itself is what the server would have said.
class IcdState : public IcdSays {
 protected:
  void run(const std::vector<std::string>& arguments, const char* checks = "state") {
    use_driver("blink");
    ::setenv("BLINK_GL_CHECK", checks, 1);
    test::Program program("gl_state", arguments, daemon.directory + "/state");
    const int status = wait_for(program);
    ::unsetenv("BLINK_GL_CHECK");
    const std::string said = program.said();
    EXPECT_EQ(status, 0) << daemon.log();
    EXPECT_TRUE(said.ends_with("done\n"))
        << said.substr(said.size() < 2000 ? 0 : said.size() - 2000);
  }
};

TEST_F(IcdState, EachCommandInTheCompatibilityProfile) { run({"items", "0"}); }
TEST_F(IcdState, EachCommandInTheCoreProfile) { run({"items", "1"}); }
TEST_F(IcdState, EachCommandInOpenGlEs) { run({"items", "2"}); }
TEST_F(IcdState, CommandsByChance) { run({"chance", "1", "40"}); }
TEST_F(IcdState, CommandsByChanceInThreads) { run({"chance", "30000", "20", "3"}); }
// What another server is told by the journal alone is all that OpenGL tells of a context.
class IcdJournal : public IcdState {
 protected:
  std::string values(const char* kind, const char* checks) {
    ::setenv("BLINK_GL_CHECK", checks, 1);
    test::Program program("gl_state", {"say", kind}, daemon.directory + "/values");
    EXPECT_EQ(wait_for(program), 0) << daemon.log();
    ::unsetenv("BLINK_GL_CHECK");
    return program.said();
  }
  void run(const char* kind, const char* checks) {
    use_driver("blink");
    std::istringstream expected(values(kind, "")), actual(values(kind, checks));
    int lines = 0, different = 0;
    for (std::string one, other; std::getline(expected, one); ++lines) {
      ASSERT_TRUE(std::getline(actual, other));
      // Whether there was an error a lost server tells nobody.
      if (one.find("error 0") == std::string::npos) continue;
      if (one != other && ++different < 10) ADD_FAILURE() << one << "\n" << other;
    }
    EXPECT_EQ(different, 0);
    EXPECT_GT(lines, 8000);
  }
};

TEST_F(IcdJournal, HasTheCompatibilityProfile) { run("0", "journal=8"); }
TEST_F(IcdJournal, HasTheCoreProfile) { run("1", "journal=101"); }
TEST_F(IcdJournal, HasOpenGlEs) { run("2", "journal=201"); }

TEST_F(IcdState, IsThatOfTheNextServer) { run({"chance", "1", "10"}, "state,rebuild=20"); }

TEST_F(Icd, TheLastPictureStaysWhileTheProgramIsStopped) {
  use_driver("blink");
  const auto program = start();
  ASSERT_TRUE(says(*program, "drawn by Blink"));
  Picture before;
  ASSERT_TRUE(test::becomes(
      [&] { return has_many_colours(before = window_if_there().value_or(Picture{})); }));
  program->stop();
  expect_window(before, "stopped");
  program->go_on();
}

TEST_F(Icd, AServerThatTakesNoOpenGlIsSaid) {
  test::Daemon other{{"--no-opengl", "--output", "headless"}};
  ::setenv("BLINK_SOCKET", other.socket_path().c_str(), 1);
  use_driver("blink");
  const auto program = start();
  EXPECT_TRUE(says(*program, "it has --no-opengl"));
  EXPECT_EQ(program->wait(), 4) << "it has no context";
  EXPECT_TRUE(other.is_alive());
}

}  // namespace
}  // namespace blink
