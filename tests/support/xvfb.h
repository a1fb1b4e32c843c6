// A real X server without a screen, if one is installed.

#pragma once

#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <string>

namespace blink::test {

class Xvfb {
 public:
  explicit Xvfb(const std::string& screen = "320x200x24", const std::string& authority = "") {
    int ends[2];
    if (::pipe(ends) != 0) return;
    process_ = ::fork();
    if (process_ == 0) {
      ::close(ends[0]);
      const std::string fd = std::to_string(ends[1]);
      ::freopen("/dev/null", "w", stderr);
      ::execlp("Xvfb", "Xvfb", "-displayfd", fd.c_str(), "-screen", "0", screen.c_str(),
               authority.empty() ? nullptr : "-auth", authority.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    std::string number;  // it comes in pieces, and closing early would end the server
    for (char c = 0; ::read(ends[0], &c, 1) == 1 && c != '\n';)
      number += c;
    if (!number.empty()) number_ = std::stoi(number);
    ::close(ends[0]);
  }
  Xvfb(const Xvfb&) = delete;
  Xvfb& operator=(const Xvfb&) = delete;
  ~Xvfb() { stop(); }
  void stop() {
    if (process_ <= 0) return;
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
  }

  // Answers nobody any more, or does so again.
  void hang(bool hangs) const { ::kill(process_, hangs ? SIGSTOP : SIGCONT); }

  bool is_running() const { return number_ >= 0; }
  std::string display() const { return ":" + std::to_string(number_); }

 private:
  pid_t process_ = -1;
  int number_ = -1;
};

}  // namespace blink::test
