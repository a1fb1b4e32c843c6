// The demo video, with films of which every pixel is known: it mixes pictures by the time, goes on
// while its program is stopped, fits into its window, and does not mind what is in a file.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/demos/film_file.h"
#include "tests/demos/stage.h"

namespace blink::test {
namespace {

class Video : public FilmTest {
 protected:
  // -1: it is no grey, and so not of the film.
  static int grey_at(const Picture& picture, std::uint32_t x, std::uint32_t y) {
    const int red = static_cast<int>(picture.at(x, y) >> 16);
    const int blue = static_cast<int>(picture.at(x, y) & 255);
    return std::abs(red - blue) <= 2 ? blue : -1;
  }
  static int grey(const Stage& stage) {
    return grey_at(stage.screen(), Stage::left + 50, Stage::top + 50);
  }
  // But for what a busy host makes the server say: that a redraw took long.
  static std::string said(const Stage& stage) {
    std::stringstream lines(stage.program->said());
    std::string all;
    for (std::string line; std::getline(lines, line);)
      if (line.find("it is drawn beside the screen") == std::string::npos) all += line + "\n";
    return all;
  }
  static bool is_near(int a, int b) { return std::abs(a - b) <= 3; }
  // What is seen in so many milliseconds.
  static std::set<int> greys_during(const Stage& stage, int milliseconds) {
    std::set<int> seen;
    for (int i = 0; i < milliseconds / 20; ++i) {
      seen.insert(grey(stage));
      ::usleep(20'000);
    }
    return seen;
  }
  static nlohmann::json session_of(const Stage& stage) {
    auto answer = server::ask_server(stage.daemon.directory, "ps");
    EXPECT_TRUE(answer.is_ok());
    const auto sessions = nlohmann::json::parse(answer->json)["sessions"];
    return sessions.empty() ? nlohmann::json::object() : sessions[0];
  }
  // Updates and frames so far.
  static std::pair<int, int> counts_of(const Stage& stage) {
    const auto screen = session_of(stage).value("screen", nlohmann::json::object());
    return {screen.value("updates", 0), screen.value("frames", 0)};
  }
  // becomes(), for what takes its time to look at.
  static bool comes(auto is_right) {
    for (int i = 0; i < 10; ++i)
      if (is_right()) return true;
    return false;
  }
};

TEST_F(Video, MixesThePicturesAroundTheTime) {
  const std::string file = greys("128x96", "1");
  const struct {
    const char* at;
    int grey;
  } moments[] = {{"0", dark},   {"0.25", 80}, {"0.5", 120},
                 {"1", bright}, {"1.75", 80}, {"7", bright}};
  for (const auto& [at, expected] : moments) {
    const Stage stage("demo-video", {"--at", at, file});
    EXPECT_TRUE(becomes([&] { return is_near(grey(stage), expected); }))
        << "at " << at << ": " << grey(stage);
  }
}

TEST_F(Video, GoesOnWhileItsProgramIsStopped) {
  const std::string file = greys("128x96", "4");
  Stage stage("demo-video", {file});
  const auto moves = [&] { return greys_during(stage, 600).size() > 3; };
  EXPECT_TRUE(comes(moves));
  stage.program->stop();
  const std::set<int> seen = greys_during(stage, 1'000);
  const auto between =
      std::ranges::count_if(seen, [](int grey) { return grey > dark + 3 && grey < bright - 3; });
  EXPECT_GT(between, 2) << "pictures that its program never painted";
  EXPECT_LT(*seen.begin(), dark + 50);
  EXPECT_GT(*seen.rbegin(), bright - 50);
  // There were eight pictures, of a quarter of a second each.
  ::usleep(1'500'000);
  const std::set<int> held = greys_during(stage, 800);
  EXPECT_EQ(held.size(), 1u) << "the last one stays";
  EXPECT_TRUE(is_near(*held.begin(), dark) || is_near(*held.begin(), bright)) << *held.begin();
  stage.program->go_on();
  EXPECT_TRUE(comes(moves));
  EXPECT_EQ(said(stage), "");
}

TEST_F(Video, ByUpdateStandsStillWithItsProgram) {
  const std::string file = greys("128x96", "10");
  Stage stage("demo-video", {"--update", file});
  const auto both = [&] {
    const std::set<int> seen = greys_during(stage, 400);
    return seen.size() == 2 && is_near(*seen.begin(), dark) && is_near(*seen.rbegin(), bright);
  };
  EXPECT_TRUE(comes(both)) << "one picture or the other";
  stage.program->stop();
  ::usleep(100'000);
  EXPECT_EQ(greys_during(stage, 600).size(), 1u);
  stage.program->go_on();
  EXPECT_TRUE(comes(both));
}

// The screen does not care for a picture that only `update` asks for.
TEST_F(Video, ByUpdateIsDrawnOnceForEachPicture) {
  const std::string file = greys("128x96", "10");
  const Stage stage("demo-video", {"--update", file});
  EXPECT_TRUE(becomes([&] { return counts_of(stage).first > 20; }));
  const auto [updates_before, frames_before] = counts_of(stage);
  ::usleep(2'000'000);
  const auto [updates, frames] = counts_of(stage);
  const int pictures = (updates - updates_before) / 2;  // each comes, and is drawn
  EXPECT_GT(pictures, 5);
  EXPECT_NEAR(frames - frames_before, pictures, 2);
}

TEST_F(Video, KeepsItsShapeInAnyWindow) {
  const std::string file = greys("512x128", "1");
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{"--at", "1", file}, {"--update", file}}) {
    Stage stage("demo-video", options);
    EXPECT_TRUE(becomes([&] { return grey(stage) >= dark - 3; })) << "all of the window";
    EXPECT_GT(grey_at(stage.screen(), Stage::left + 2, Stage::top + 2), dark - 4);
    stage.click(Stage::frame(512, 128).maximise);
    // Of 640 x 450, about: the film is 160 high in its middle.
    EXPECT_TRUE(becomes([&] { return grey_at(stage.screen(), 4, 260) >= dark - 3; }));
    const Picture wide = stage.screen();
    EXPECT_GE(grey_at(wide, 635, 320), dark - 3);
    EXPECT_EQ(wide.at(320, 100), 0u) << "a bar above";
    EXPECT_EQ(wide.at(320, 400), 0u) << "a bar below";
  }
}

// A picture's pages are written only when the server has done with what was there before: so while
// that stands still, nothing is painted.
TEST_F(Video, WaitsForTheServer) {
  const std::string file = film("costly.mkv", "testsrc2=s=512x304:r=60:d=1");
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{file}, {"--update", file}}) {
    const Stage stage("demo-video", options);
    const auto session = [&] { return session_of(stage); };
    const auto has_shown = [&](int versions) {
      return [&, versions] { return session().value("versions", 0) > versions; };
    };
    EXPECT_TRUE(becomes(has_shown(50)));
    ::kill(stage.daemon.pid, SIGSTOP);
    ::usleep(200'000);
    const double before = stage.program->cpu_seconds();
    EXPECT_GT(before, 0);
    ::usleep(1'000'000);
    EXPECT_LT(stage.program->cpu_seconds() - before, 0.05);
    ::kill(stage.daemon.pid, SIGCONT);
    EXPECT_TRUE(becomes(has_shown(session().value("versions", 0) + 20)));
    EXPECT_EQ(session().value("torn", -1), 0);
    EXPECT_EQ(session().value("refused", -1), 0);
  }
}

TEST_F(Video, EndsWhenItsWindowIsClosedOrTheServerIsGone) {
  const std::string file = greys("128x96", "25");
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{file}, {"--at", "1", file}, {"--update", file}}) {
    Stage closed("demo-video", options);
    EXPECT_TRUE(closed.is_up());
    closed.click(Stage::frame(128, 96).close);
    EXPECT_EQ(closed.program->wait(), 0);
    EXPECT_EQ(said(closed), "");

    Stage gone("demo-video", options);
    EXPECT_TRUE(gone.is_up());
    gone.daemon.die();
    gone.daemon.start();
    EXPECT_TRUE(becomes([&] { return session_of(gone).value("versions", 0) > 3; }))
        << "it goes on with the next one";
    EXPECT_EQ(said(gone), "");
    ::kill(gone.daemon.pid, SIGTERM);
    EXPECT_EQ(gone.program->wait(), 1);
    const std::string last = said(gone);
    EXPECT_TRUE(last.starts_with("demo-video: the server ")) << last;
    EXPECT_EQ(std::ranges::count(last, '\n'), 1) << last;
  }
}

TEST_F(Video, SaysInOneLineWhatItCannotShow) {
  const std::string moving = "testsrc2=s=64x64:r=10:d=1";
  const std::string whole = film("whole.mp4", moving, "-c:v mpeg4");
  std::ofstream(path("text.mkv")) << "this is no film\n";
  std::ofstream(path("empty.mkv"));
  const struct {
    std::string file, said;
  } cases[] = {
      {path("missing.mkv"), "No such file or directory"},
      {"/", "Is a directory"},
      {path("text.mkv"), "Invalid data found when processing input"},
      {path("empty.mkv"), "Invalid data found when processing input"},
      {cut(whole, "half.mp4", std::filesystem::file_size(whole) / 2),
       "Invalid data found when processing input"},
      {film("sound.wav", "sine=d=0.1", ""), "there are no moving pictures in it"},
      {film("huge.mkv", "color=gray:s=9000x8000:r=1:d=1", "-c:v mjpeg -q:v 31"),
       "pictures of 9000x8000 are too large"},
  };
  for (const auto& [file, expected] : cases) {
    Program program("demo-video", {"/nowhere", file}, path("said"));
    EXPECT_EQ(program.wait(), 1) << file;
    EXPECT_EQ(program.said(), "demo-video: " + file + ": " + expected + "\n");
  }
  Program program("demo-video", {}, path("said"));
  EXPECT_EQ(program.wait(), 2);
}

TEST_F(Video, ShowsFilmsOfAnySizeAndBrokenOnes) {
  const std::string options = "-c:v ffv1 -pix_fmt yuv444p";
  const std::string whole = film("whole.mkv", "testsrc=s=161x97:r=10:d=2", "-c:v mpeg4");
  const std::string files[] = {
      film("two.mkv", "color=red:s=2x2:r=5:d=1", options),
      film("flat.mkv", "testsrc=s=4001x3:r=5:d=1", options),
      film("upright.mkv", "testsrc=s=3x4001:r=5:d=1", options),
      film("large.mkv", "testsrc2=s=4097x2305:r=5:d=0.4", "-c:v mjpeg"),
      film("still.png", "testsrc2=s=63x61:r=5", "-frames:v 1"),
      cut(whole, "half.mkv", std::filesystem::file_size(whole) / 2),
      film("stream.mpg", "testsrc2=s=96x64:r=25:d=0.3", "-f mpeg1video"),
  };
  for (const std::string& file : files) {
    Stage stage("demo-video", {file});
    const auto is_shown = [&] {
      const Picture screen = stage.screen();
      for (std::uint32_t i = 0; i < 32; ++i)
        if ((screen.at(Stage::left + i, Stage::top + 32) & 0xF0F0F0) != 0 &&
            screen.at(Stage::left + i, Stage::top + 32) != stage.empty.at(24 + i, 54 + 32))
          return true;
      return false;
    };
    EXPECT_TRUE(becomes(is_shown)) << file;
    ::usleep(500'000);
    EXPECT_EQ(said(stage), "") << file;
    stage.program->stop();  // that is: it runs
  }
}

}  // namespace
}  // namespace blink::test
