// The program blinkd as it is run: in a process and a directory of its own, with its log.

#pragma once

#include <gtest/gtest.h>

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "vso/client.h"

namespace blink::test {

class Daemon {
 public:
  // `before` is called in each of its processes before it becomes blinkd.
  explicit Daemon(std::vector<std::string> options = {}, std::function<void()> before = {})
      : options_(std::move(options)), before_(std::move(before)) {
    char name[] = "/tmp/blink-test-XXXXXX";
    directory = ::mkdtemp(name);
    start();
  }
  ~Daemon() {
    die();
    std::filesystem::remove_all(directory);
  }

  // Without a word to anybody.
  void die() {
    if (pid <= 0) return;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    pid = -1;
  }
  // In the same place.
  void start() {
    int fds[2];
    EXPECT_EQ(::pipe(fds), 0);
    const std::string program =
        std::filesystem::read_symlink("/proc/self/exe").parent_path() / "blinkd";
    std::vector<std::string> all = {
        program,      "--runtime-dir",       directory, "--size", "320x240",
        "--ready-fd", std::to_string(fds[1])};
    all.insert(all.end(), options_.begin(), options_.end());
    std::vector<char*> arguments;
    for (std::string& option : all)
      arguments.push_back(option.data());
    arguments.push_back(nullptr);
    const std::string log_path = directory + "/log";
    pid = ::fork();
    if (pid == 0) {
      const int fd = ::open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
      ::dup2(fd, STDERR_FILENO);
      // What the test has open is not for it.
      ::close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
      ::fcntl(fds[1], F_SETFD, 0);
      if (before_) before_();
      ::execv(arguments[0], arguments.data());
      ::_exit(127);
    }
    ::close(fds[1]);
    char verdict[512] = {};
    EXPECT_GT(::read(fds[0], verdict, sizeof verdict - 1), 0);
    EXPECT_STREQ(verdict, "ready\n");
    ::close(fds[0]);
  }

  bool is_alive() { return pid > 0 && ::waitpid(pid, nullptr, WNOHANG) == 0; }
  // Its exit status; -1 when it is still running after so long.
  int wait(int timeout_ms) {
    for (int i = 0; i < timeout_ms / 5; ++i) {
      int status = 0;
      if (::waitpid(pid, &status, WNOHANG) == pid) {
        pid = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      }
      ::usleep(5'000);
    }
    return -1;
  }
  std::string log() const {
    std::stringstream text;
    text << std::ifstream(directory + "/log").rdbuf();
    return text.str();
  }
  std::string socket_path() const { return directory + "/clients"; }
  Result<std::unique_ptr<vso::Client>> connect(std::uint64_t region_bytes = 16 << 20) const {
    return vso::Client::connect(
        {.socket_path = socket_path(), .name = "test", .region_bytes = region_bytes});
  }

  std::string directory;
  pid_t pid = -1;

 private:
  const std::vector<std::string> options_;
  const std::function<void()> before_;
};

}  // namespace blink::test
