// blink demo: the desktop, shown and checked. A server starts, and the demos, each a process of its
// own. They are stopped, and their windows go on; a user clicks, and the stopped answer; a window
// is made large and closed.

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/demo_stage.h"
#include "cli/film_maker.h"
#include "cli/process.h"
#include "cli/whole_file.h"

namespace blink::cli {
namespace {

namespace fs = std::filesystem;

constexpr char help[] =
    "usage: blink demo [--out FOLDER | --stay]\n\n"
    "Starts a server of its own and the demos on its screen, stops the demos, does what a user\n"
    "would do, and checks that the windows go on and answer. Leaves pictures of the screen and a\n"
    "page in FOLDER (blink-demo). It takes some seconds.\n\n"
    "  --stay    only starts them, and keeps them until Enter or Ctrl-C, or without a terminal\n"
    "            until the process is ended\n";

// What the page shows, in this order.
struct Still {
  const char* file;
  const char* caption;
  const char* of_film = "";  // where there is one
};
constexpr Still stills[] = {
    {"desktop.png",
     "Each window is the work of a process of its own, which has left procedures with the server; "
     "that runs them at every frame. The sea in the middle is painted by its program, into shared "
     "memory.",
     " The film above it is decoded there, 24 pictures a second, a few of them ahead; the server "
     "mixes them for its 60 frames."},
    {"stopped.png",
     "All of them have just been stopped. Their windows stay: to be seen, they need not run."},
    {"later.png",
     "A second later. The gears and the clock went on, drawn by the server alone; the sea stands "
     "still.",
     " The film went on to the last of the pictures that lay ready."},
    {"answered.png",
     "They are still stopped. The user has chosen the light Sky, made it brighter, and moved the "
     "pointer across the window below. The buttons and the trail answered: that is done by "
     "procedures, "
     "too. The lamp's program heard of the click when it went on."},
    {"maximised.png", "All go on, and the gears fill the screen."},
    {"closed.png",
     "The gears were closed by their button: their program was told, and ended. The program of the "
     "sea was killed; its picture is gone, and the others never noticed."},
};
constexpr const char* page_file = "index.html";

constexpr char page_begin[] = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Blink demo</title>
<style>
  body { font: 17px/1.55 system-ui, sans-serif; background: #10131b; color: #e4e8f1;
         max-width: 80rem; margin: 0 auto; padding: clamp(1rem, 4vw, 3.5rem); }
  h1 { font-size: 2rem; font-weight: 600; line-height: 1.2; margin: 0 0 .75rem; }
  p { color: #a9b3c7; max-width: 42rem; margin: 0 0 2.5rem; }
  main { display: grid; gap: 2.5rem 2rem; counter-reset: still;
         grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
  figure { margin: 0; counter-increment: still; }
  img { display: block; width: 100%; height: auto; border-radius: 10px;
        box-shadow: 0 0 0 1px #ffffff14, 0 12px 32px #0008; }
  figcaption { display: flex; gap: .7rem; align-items: baseline; padding: .9rem .2rem 0; }
  figcaption::before { content: counter(still); color: #f0a868; font-weight: 600; }
</style>
<h1>Blink demo</h1>
<p>The screen of a headless Blink server, six times. What is on it comes from programs that do not draw:
they describe what is to be seen in memory that they share with the server, and the server draws
it.</p>
<main>
)";

std::string page(bool has_film) {
  const std::string width = std::to_string(DemoStage::screen_size.width);
  const std::string height = std::to_string(DemoStage::screen_size.height);
  std::string text = page_begin;
  for (const auto& [file, caption, of_film] : stills)
    text += std::string("<figure><img src=\"") + file + "\" width=\"" + width + "\" height=\"" +
            height + "\" alt=\"The screen\">\n<figcaption><span>" + caption +
            (has_film ? of_film : "") + "</span></figcaption></figure>\n";
  return text + "</main>\n</html>\n";
}

// Makes a file there, and takes all of it away again: what looks like a folder may take none.
Status try_out(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> made;
  for (fs::path part = fs::absolute(folder, error);
       !fs::exists(part, error) && part.has_relative_path(); part = part.parent_path())
    made.push_back(part);
  Status status;
  fs::create_directories(folder, error);
  if (error) status = Status::system("cannot make the folder " + folder.string(), error.value());
  const fs::path file = folder / (".blink-demo-" + std::to_string(::getpid()));
  if (status.is_ok()) status = write_whole(file, std::string("blink demo was here\n"));
  fs::remove(file, error);
  for (const fs::path& part : made)
    fs::remove(part, error);
  return status;
}

// Whether the page can be written there, before anything is started or made for it.
Status check_out(const fs::path& folder) {
  std::error_code error;
  fs::path place = fs::absolute(folder, error);
  while (!fs::exists(place, error) && place.has_relative_path())
    place = place.parent_path();
  if (!fs::is_directory(place, error)) return Status::system(place.string() + " is no folder");
  if (::access(place.c_str(), W_OK | X_OK) != 0)
    return Status::system("cannot write in " + place.string(), errno);
  std::vector<const char*> files = {page_file};
  for (const Still& still : stills)
    files.push_back(still.file);
  for (const char* file : files)
    if (::access((folder / file).c_str(), W_OK) != 0 && errno != ENOENT)
      return Status::system("cannot write " + (folder / file).string(), errno);
  return try_out(folder);
}

Status write_out(const fs::path& folder, const std::vector<Png>& screens, bool has_film) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return Status::system("cannot make the folder " + folder.string(), error.value());
  for (std::size_t i = 0; i < screens.size(); ++i)
    BLINK_TRY(write_whole(folder / stills[i].file, screens[i]));
  return write_whole(folder / page_file, page(has_film));
}

// Seamless, of 4 seconds: colours that flow into each other.
std::string film_source() {
  const std::string turn = "(PI*T/2)";
  const std::string waves = "st(0,(sin(X/11+" + turn + ")+sin(Y/7-" + turn + ")+sin((X+Y)/15+" +
                            turn + ")+sin(hypot(X-32-20*sin(" + turn + "),Y-18-11*cos(" + turn +
                            "))/6))/4)*0+";
  return "nullsrc=s=64x36:r=24:d=4,format=gbrp,geq=r='" + waves + "110+100*cos(3*ld(0)+5.6)':g='" +
         waves + "92+70*cos(3*ld(0)+0.4)':b='" + waves +
         "105+65*cos(3*ld(0)+2.4)',scale=384:216:flags=bicubic,format=yuv420p";
}

// The demos, each below the next, where they hide only the sea. Where there is
// no ffmpeg there is no film: says whether there is.
Result<bool> open_desktop(DemoStage& stage) {
  BLINK_TRY(stage.open("picture", 400, 222));
  const std::string film = stage.directory() + "/Lava.mkv";
  const bool has_film = make_film(film, film_source()).is_ok();
  if (has_film) BLINK_TRY(stage.open("video", 608, 64, {film}));
  BLINK_TRY(stage.open("gears", 14, 78));
  BLINK_TRY(stage.open("clock", 90, 562));
  BLINK_TRY(stage.open("tiny", 650, 672));
  BLINK_TRY(stage.open("cursor", 1150, 562));
  BLINK_TRY(stage.open("buttons", 1212, 120));
  // By then the film runs.
  if (has_film)
    BLINK_TRY(stage.wait_until([&] { return stage.has_sent("video", 50); }, "the film"));
  return has_film;
}

using Step = DemoStage::Step;

// Chooses a light, makes it brighter, and draws a line in the window of the trail.
Status use_the_desktop(const DemoStage& stage) {
  using Kind = Step::Kind;
  BLINK_ASSIGN(const server::FrameParts lamp_frame, stage.frame("buttons"));
  BLINK_ASSIGN(const server::FrameParts trail_frame, stage.frame("cursor"));
  const server::Rect lamp = lamp_frame.content, trail = trail_frame.content;
  BLINK_TRY(stage.act({{Kind::move, lamp.x + 276, lamp.y + 182},
                       {Kind::press},
                       {Kind::release},
                       {Kind::move, lamp.x + 262, lamp.y + 233},
                       {Kind::press},
                       {Kind::move, lamp.x + 310, lamp.y + 233},
                       {Kind::release}}));
  constexpr struct { float x, y; } line[] = {{80, 210}, {150, 90}, {240, 170}, {330, 80}};
  for (const auto [x, y] : line) {
    BLINK_TRY(stage.act({{Kind::move, trail.x + x, trail.y + y}}));
    std::this_thread::sleep_for(std::chrono::milliseconds(140));
  }
  return {};
}

// Says what was done, and in which time.
class Steps {
 public:
  void done(const char* what) {
    const auto now = std::chrono::steady_clock::now();
    std::printf("%6.1f s  %s\n", std::chrono::duration<double>(now - begin_).count(), what);
    std::fflush(stdout);
    begin_ = now;
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

void pause(int milliseconds) {
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

Status show(const fs::path& folder) {
  constexpr const char* told = "demo-buttons: Sky\n";
  const auto has_been_told = [&](const DemoStage& stage) {
    return stage.log().find(told) != std::string::npos;
  };
  Steps steps;
  DemoStage stage;
  BLINK_TRY(stage.set_up());
  steps.done("a server is up, on a headless screen of 1600x900");
  BLINK_ASSIGN(const bool has_film, open_desktop(stage));
  pause(700);
  BLINK_ASSIGN(const Png desktop, stage.screen());
  steps.done("the clients are on the desktop, each a process of its own");

  stage.signal_all(SIGSTOP);
  pause(100);
  BLINK_ASSIGN(const Png stopped, stage.screen());
  pause(1000);
  BLINK_ASSIGN(const Png later, stage.screen());
  if (stopped == later) return Status::system("nothing moves while the clients are stopped");
  steps.done("all of them are stopped: the gears turn, the clock goes on");
  BLINK_TRY(use_the_desktop(stage));
  BLINK_ASSIGN(const Png answered, stage.screen());
  if (has_been_told(stage)) return Status::system("a stopped program has run");
  stage.signal_all(SIGCONT);
  BLINK_TRY(stage.wait_until([&] { return Result<bool>(has_been_told(stage)); }, told));
  steps.done("the buttons of a stopped client answer; it is told of that when it goes on");

  BLINK_ASSIGN(server::FrameParts gears, stage.frame("gears"));
  BLINK_TRY(stage.click(gears.maximise));
  pause(300);
  BLINK_ASSIGN(const Png maximised, stage.screen());
  steps.done("a window is maximised");
  BLINK_ASSIGN(gears, stage.frame("gears"));
  BLINK_TRY(stage.click(gears.close));
  if (stage.client("gears").wait(10'000) != 0)
    return Status::system("the client whose window was closed does not end well");
  stage.client("picture") = {};
  pause(200);
  BLINK_ASSIGN(const Png closed, stage.screen());
  BLINK_TRY(stage.strike());
  steps.done("one client was closed, one killed; the others and the server live on");
  return write_out(folder, {desktop, stopped, later, answered, maximised, closed}, has_film);
}

// Who may still press Enter, or send it.
bool is_somebody_there() {
  struct stat info {};
  return ::isatty(STDIN_FILENO) == 1 ||
         (::fstat(STDIN_FILENO, &info) == 0 && (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode)));
}

std::string how_it_ends() {
  if (::isatty(STDIN_FILENO) == 1) return "Enter or Ctrl-C";
  const std::string kill = "`kill " + std::to_string(::getpid()) + "`";
  return is_somebody_there() ? "A line on the standard input, its end or " + kill : kill;
}

Status stay() {
  DemoStage stage;
  BLINK_TRY(stage.set_up());
  BLINK_TRY(open_desktop(stage).take_status());
  const char* const front_door = std::getenv("BLINK_CALLED");  // as who started it wrote that
  const char* const blink = front_door != nullptr ? front_door : "blink";
  std::printf(
      "The desktop is up, without a display. Look at it, and use it, with\n"
      "  %s screenshot --runtime-dir %s screen.png\n"
      "  %s input --runtime-dir %s move 1456 302 click left\n"
      "%s ends it.\n",
      blink, stage.directory().c_str(), blink, stage.directory().c_str(), how_it_ends().c_str());
  std::fflush(stdout);
  if (is_somebody_there()) {
    (void)std::getchar();
    return stage.strike();
  }
  for (;;)
    ::pause();  // the Sweeper hears signals
}

}  // namespace

int demo(int argc, char** argv) {
  const Syntax syntax{.help = help,
                      .flags = {"--stay"},
                      .options = {"--out"},
                      .check = [](const Arguments& arguments) -> Status {
                        if (!arguments.has("--stay") || !arguments.options.contains("--out"))
                          return {};
                        return Status::system("--stay leaves no pictures for --out");
                      }};
  return run_command(argc, argv, syntax, [](const Arguments& arguments) -> Status {
    if (arguments.has("--stay")) return stay();
    const fs::path folder = arguments.option("--out", "blink-demo");
    BLINK_TRY(check_out(folder));
    std::printf("Blink demo: about ten seconds\n");
    std::fflush(stdout);
    BLINK_TRY(show(folder));
    std::printf("Look at %s\n", fs::absolute(folder / page_file).c_str());
    return {};
  });
}

}  // namespace blink::cli
