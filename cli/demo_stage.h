// DemoStage: a server of its own with the demos on its screen, and a user's hand for them. All of
// it is gone when the stage is. The demo stands on it, and benchmarks that need real clients.
//
// Threads: one at a time; to be made before there are others.

#pragma once

#include <atomic>
#include <csignal>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <thread>
#include <vector>

#include "cli/process.h"
#include "common/status.h"
#include "common/unique_fd.h"
#include "server/screen/screen_size.h"
#include "server/screen/window_frames.h"

namespace blink::cli {

using Png = std::vector<std::byte>;

// Removes a directory when the demo is interrupted (Ctrl-C, a closed terminal, kill), and then ends
// as that signal would have: the children die with this process. To be made before other threads.
class Sweeper {
 public:
  Sweeper();
  ~Sweeper();
  // Makes the directory, or gives back what failed.
  Result<std::string> make_directory();

 private:
  void run();

  sigset_t set_{};
  std::atomic<bool> is_over_{false};
  std::mutex mutex_;
  std::string directory_;
  std::thread thread_;
};

class DemoStage {
 public:
  static constexpr server::ScreenSize screen_size{1600, 900};

  ~DemoStage();
  // `options`: more of them for blinkd.
  Status set_up(server::ScreenSize screen = screen_size,
                const std::vector<std::string>& options = {});

  // Kills the server without a word, and starts another one in its place.
  Status replace_server();

  // Starts build/bin/demo-NAME, and puts its window where its content begins at x, y. There may be
  // several of a name: below, they are called NAME:ANYTHING.
  Status open(const std::string& name, float x, float y,
              const std::vector<std::string>& arguments = {});
  // Starts one that has no window. Its first argument is the server's socket.
  Status start_client(const std::string& name, const std::vector<std::string>& arguments = {});
  // Whether the server has seen so many versions of its objects.
  Result<bool> has_sent(const std::string& name, int versions) const;
  void signal_all(int number) const;
  Child& client(const std::string& name) { return clients_[name]; }
  void end_client(const std::string& name) { clients_.erase(name); }
  // Where things of its window are on the screen.
  Result<server::FrameParts> frame(const std::string& name) const;
  // What the server says of all of them (docs/formats/control.md, `ps`).
  Result<nlohmann::json> all() const;
  pid_t server_pid() const { return server_.pid(); }
  // What it says of one client; only `windows`, with nothing in it, before it knows it.
  Result<nlohmann::json> session_of(const std::string& name) const;

  // What a user does, one after the other: to a place; press or release the left button.
  struct Step {
    enum class Kind : std::uint8_t { move, press, release } kind;
    float x = 0, y = 0;
  };
  Status act(const std::vector<Step>& steps) const;
  Status click(server::Rect where) const;

  Result<Png> screen() const;
  Status wait_until(const std::function<Result<bool>()>& is_right, const std::string& what) const;
  // What server and demos have said so far.
  std::string log() const;
  const std::string& directory() const { return directory_; }
  // Ends the server, which must do so in good order.
  Status strike();

 private:
  Result<bool> has_window(const std::string& name) const;
  Status start_server();

  std::vector<std::string> server_options_;
  Sweeper sweeper_;
  std::string directory_;
  UniqueFd log_;
  Child server_;
  std::map<std::string, Child> clients_;
};

}  // namespace blink::cli
