// blink demo: the main job, shown and checked. A server starts, a client shows a picture through a
// shared object, the client is paused and the picture stays, the client is killed and it goes.

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <mutex>
#include <string>
#include <thread>

#include "cli/commands.h"
#include "cli/process.h"
#include "server/control.h"

namespace blink::cli {
namespace {

namespace fs = std::filesystem;
using Png = std::vector<std::byte>;

constexpr char page[] = R"(<!doctype html>
<meta charset="utf-8">
<title>Blink demo</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 960px;
         background: #14171f; color: #dfe4ee; }
  img { max-width: 100%; border-radius: 8px; }
  p { color: #a8b2c6; }
</style>
<h1>Blink demo</h1>
<p>The screen of a headless Blink server. The picture was painted by a client in another process,
into pages that it shares with the server; nothing was copied between them. When this screen was
taken the client was stopped: what it shows does not need it to run.</p>
<img src="desktop.png" alt="The screen">
)";

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

Status write_out(const fs::path& folder, const Png& png) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return Status::system("cannot make the folder " + folder.string(), error.value());
  BLINK_TRY(write_file(folder / "index.html", std::as_bytes(std::span(page, sizeof page - 1))));
  return write_file(folder / "desktop.png", png);
}

void say(const char* what) {
  std::printf("  %s\n", what);
  std::fflush(stdout);
}

Status show(const fs::path& folder) {
  Stage stage;
  BLINK_TRY(stage.set_up());
  say("a server is up, on a headless screen of 1280x720");
  BLINK_ASSIGN(const Png empty, stage.screen());
  BLINK_ASSIGN(Child client, stage.start_client());
  BLINK_ASSIGN(Png first, stage.screen_that([&](const Png& png) { return png != empty; },
                                            "the client's picture"));
  say("a client shows a picture, painted in pages that it shares with the server");
  BLINK_TRY(stage.screen_that([&](const Png& png) { return png != first; }, "the next version")
                .take_status());
  say("it paints on, and every new version is shown");
  client.signal(SIGSTOP);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  BLINK_ASSIGN(const Png paused, stage.screen());
  BLINK_ASSIGN(const Png later, stage.screen());
  if (paused == empty || paused != later)
    return Status::system("the picture of a paused client is not steady");
  say("the client is paused: its picture stays");
  BLINK_TRY(write_out(folder, paused));
  client = {};
  BLINK_TRY(stage.screen_that([&](const Png& png) { return png == empty; }, "the empty screen")
                .take_status());
  say("the client is killed: its picture goes, and the server lives on");
  return stage.strike();
}

}  // namespace

int demo(int argc, char** argv) {
  fs::path folder = "blink-demo";
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--out") == 0 && i + 1 < argc) {
      folder = argv[++i];
    } else {
      std::fprintf(stderr, "usage: blink demo [--out FOLDER]\n");
      return std::strcmp(argv[i], "--help") == 0 ? 0 : 2;
    }
  }
  std::printf("Blink demo\n");
  if (const Status status = show(folder); !status.is_ok()) {
    std::fprintf(stderr, "blink: %s\n", std::string(status.text()).c_str());
    return 1;
  }
  std::printf("Look at %s or %s\n", fs::absolute(folder / "desktop.png").c_str(),
              fs::absolute(folder / "index.html").c_str());
  return 0;
}

}  // namespace blink::cli
