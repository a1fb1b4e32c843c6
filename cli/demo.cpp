// blink demo: the main job, shown and checked. A server starts, a client shows a picture through a
// shared object, the client is paused and the picture stays, the client is killed and it goes.

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/process.h"
#include "server/control.h"

namespace blink::cli {
namespace {

namespace fs = std::filesystem;
using Png = std::vector<std::byte>;

constexpr char help[] =
    "usage: blink demo [--out FOLDER]\n\n"
    "Starts a server and a client of its own, looks at the screen while the client paints, while "
    "it\n"
    "is paused and after it was killed, and checks what it sees. Leaves the pictures and a page "
    "in\n"
    "FOLDER (blink-demo). It takes a few seconds.\n";

// What the page shows, in this order.
struct Still {
  const char* file;
  const char* caption;
};
constexpr Still stills[] = {
    {"empty.png", "The server alone. Nobody has anything to show."},
    {"painting.png", "A client paints. Every version that it publishes is shown."},
    {"paused.png", "The client is paused. Its picture stays: to be seen, it need not run."},
    {"killed.png", "The client was killed. Its picture is gone, the server lives on."},
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
<p>The screen of a headless Blink server, four times. A client in another process paints the picture
into pages that it shares with the server. The server reads the pages where they are and hands them
to OpenGL as a texture.</p>
<main>
)";

std::string page() {
  std::string text = page_begin;
  for (const auto& [file, caption] : stills)
    text += std::string("<figure><img src=\"") + file +
            "\" width=\"1280\" height=\"720\" alt=\"The screen\">\n<figcaption>" + caption +
            "</figcaption></figure>\n";
  return text + "</main>\n</html>\n";
}

// Removes a directory when the demo is interrupted (Ctrl-C, a closed terminal, kill), and then ends
// as that signal would have: the children die with this process. To be made before other threads.
class Sweeper {
 public:
  Sweeper() {
    sigemptyset(&set_);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT})
      sigaddset(&set_, number);
    ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    thread_ = std::thread([this] { run(); });
  }
  ~Sweeper() {
    is_over_ = true;
    ::pthread_kill(thread_.native_handle(), SIGTERM);
    thread_.join();
    ::pthread_sigmask(SIG_UNBLOCK, &set_, nullptr);
  }
  // Makes the directory, or gives back what failed.
  Result<std::string> make_directory() {
    const std::lock_guard lock(mutex_);
    char name[] = "/tmp/blink-demo-XXXXXX";
    if (::mkdtemp(name) == nullptr) return Status::system("cannot make a directory in /tmp", errno);
    return directory_ = name;
  }

 private:
  void run() {
    int number = 0;
    while (::sigwait(&set_, &number) != 0) {
    }
    if (is_over_) return;
    const std::lock_guard lock(mutex_);
    std::error_code ignored;
    if (!directory_.empty()) fs::remove_all(directory_, ignored);
    ::signal(number, SIG_DFL);
    ::pthread_sigmask(SIG_UNBLOCK, &set_, nullptr);
    ::raise(number);
  }

  sigset_t set_{};
  std::atomic<bool> is_over_{false};
  std::mutex mutex_;
  std::string directory_;
  std::thread thread_;
};

// A server of its own in a directory of its own, gone when the demo is over.
class Stage {
 public:
  ~Stage() {
    server_ = {};
    std::error_code ignored;
    if (!directory_.empty()) fs::remove_all(directory_, ignored);
  }

  Status set_up() {
    BLINK_ASSIGN(directory_, sweeper_.make_directory());
    int fds[2];
    if (::pipe2(fds, O_CLOEXEC) != 0) return Status::system("cannot make a pipe", errno);
    const UniqueFd reader(fds[0]);
    UniqueFd writer(fds[1]);
    log_.reset(::open((directory_ + "/log").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    BLINK_ASSIGN(server_, start({beside_this_program("blinkd"), "--runtime-dir", directory_,
                                 "--ready-fd", std::to_string(writer.get())},
                                log_.get(), writer.get(), true));
    writer.reset();
    std::string verdict(256, '\0');
    const ssize_t got = ::read(reader.get(), verdict.data(), verdict.size());
    verdict.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (verdict != "ready\n") return Status::system("the server did not start: " + verdict);
    return {};
  }

  Result<Child> start_client() {
    return start({beside_this_program("demo-picture"), directory_ + "/clients"}, log_.get(), -1,
                 true);
  }
  Result<Png> screen() {
    BLINK_ASSIGN(auto answer, server::ask_server(directory_, "screenshot"));
    return std::move(answer.payload);
  }
  // Looks at the screen until it is as wished.
  Result<Png> screen_that(const std::function<bool(const Png&)>& is_right, const char* what) {
    for (int i = 0; i < 200; ++i) {
      BLINK_ASSIGN(Png png, screen());
      if (is_right(png)) return png;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return Status::system(std::string(what) + " did not happen in ten seconds; the log:\n" + log());
  }
  Status strike() {
    server_.signal(SIGTERM);
    if (const int code = server_.wait(10'000); code != 0)
      return Status::system("the server did not stop in good order; the log:\n" + log());
    return {};
  }

 private:
  std::string log() const {
    std::ifstream file(directory_ + "/log");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  Sweeper sweeper_;
  std::string directory_;
  UniqueFd log_;
  Child server_;
};

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
  return {};
}

Status write_out(const fs::path& folder, std::span<const Png, std::size(stills)> screens) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return Status::system("cannot make the folder " + folder.string(), error.value());
  for (std::size_t i = 0; i < screens.size(); ++i)
    BLINK_TRY(write_file(folder / stills[i].file, screens[i]));
  const std::string text = page();
  return write_file(folder / page_file, std::as_bytes(std::span(text)));
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

Status show(const fs::path& folder) {
  Steps steps;
  Stage stage;
  BLINK_TRY(stage.set_up());
  BLINK_ASSIGN(const Png empty, stage.screen());
  steps.done("a server is up, on a headless screen of 1280x720");
  BLINK_ASSIGN(Child client, stage.start_client());
  BLINK_ASSIGN(const Png first, stage.screen_that([&](const Png& png) { return png != empty; },
                                                  "the client's picture"));
  steps.done("a client shows a picture, painted in pages that it shares with the server");
  BLINK_ASSIGN(const Png painting,
               stage.screen_that([&](const Png& png) { return png != first; }, "the next version"));
  steps.done("it paints on, and every new version is shown");
  client.signal(SIGSTOP);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  BLINK_ASSIGN(const Png paused, stage.screen());
  BLINK_ASSIGN(const Png later, stage.screen());
  if (paused == empty || paused != later)
    return Status::system("the picture of a paused client is not steady");
  steps.done("the client is paused: its picture stays");
  client = {};
  BLINK_ASSIGN(const Png killed,
               stage.screen_that([&](const Png& png) { return png == empty; }, "the empty screen"));
  BLINK_TRY(stage.strike());
  steps.done("the client is killed: its picture goes, and the server lives on");
  return write_out(folder, std::array{empty, painting, paused, killed});
}

}  // namespace

int demo(int argc, char** argv) {
  const Syntax syntax{.help = help, .options = {"--out"}};
  return run_command(argc, argv, syntax, [](const Arguments& arguments) -> Status {
    const fs::path folder = arguments.option("--out", "blink-demo");
    BLINK_TRY(check_out(folder));
    std::printf("Blink demo: about three seconds\n");
    std::fflush(stdout);
    BLINK_TRY(show(folder));
    std::printf("Look at %s\n", fs::absolute(folder / page_file).c_str());
    return {};
  });
}

}  // namespace blink::cli
