// blink-capsule-init: process 1 of a capsule. Starts its X server and then its program, waits for
// all that end, and ends with the program: then the kernel ends all others.
//
// It stands in the capsule's own tree and has nothing of the host (capsule.h).

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>

#include "machines/capsule_root.h"

namespace {

constexpr int x_start_ms_max = 20'000, agent_start_ms_max = 5'000;
constexpr unsigned end_s_max = 3;  // from asked to end to killed
constexpr const char* screen = "1920x1200x24";

sigset_t heard() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGALRM);
  return set;
}

[[noreturn]] void become(char* const* command) {
  const sigset_t signals = heard();
  ::sigprocmask(SIG_UNBLOCK, &signals, nullptr);
  ::setsid();
  ::execvp(command[0], command);
  std::fprintf(stderr, "blink: cannot start %s in the machine: %s\n", command[0],
               std::strerror(errno));
  ::_exit(errno == ENOENT ? 127 : 126);
}

// False: it has ended, or does not answer.
bool start_x() {
  int ends[2];
  if (::pipe(ends) != 0) return false;
  if (::fork() == 0) {
    ::close(ends[0]);
    const std::string fd = std::to_string(ends[1]);
    // With its own GLX, which nobody uses: programs' libraries look whether there is one, GLFW's
    // for example, before they ask for a driver.
    const char* command[] = {"Xvfb",       blink::machines::capsule_display,
                             "-displayfd", fd.c_str(),
                             "-screen",    "0",
                             screen,       "-nolisten",
                             "tcp",        "-nolisten",
                             "local",      "-noreset",
                             nullptr};
    const int nothing = ::open("/dev/null", O_WRONLY);
    ::dup2(nothing, STDOUT_FILENO);
    ::dup2(nothing, STDERR_FILENO);
    ::close(nothing);
    become(const_cast<char* const*>(command));
  }
  ::close(ends[1]);
  pollfd readable{ends[0], POLLIN, 0};
  // It writes its number in pieces, and ends if nobody reads the rest.
  char digit = 0;
  while (::poll(&readable, 1, x_start_ms_max) == 1 && ::read(ends[0], &digit, 1) == 1 &&
         digit != '\n') {
  }
  const bool is_there = digit == '\n';
  ::close(ends[0]);
  return is_there;
}

// Shows the windows of those that do not use OpenGL. It is there before they are, and when it
// cannot be they do without it.
void start_agent() {
  int ends[2];
  if (::pipe(ends) != 0) return;
  if (::fork() == 0) {
    ::close(ends[0]);
    const std::string fd = std::to_string(ends[1]);
    const char* command[] = {blink::machines::capsule_agent, fd.c_str(), nullptr};
    become(const_cast<char* const*>(command));
  }
  ::close(ends[1]);
  pollfd closed{ends[0], POLLIN, 0};
  ::poll(&closed, 1, agent_start_ms_max);
  ::close(ends[0]);
}

int status_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Reaps whoever ends, until the program does.
int wait_for(pid_t program) {
  const sigset_t signals = heard();
  for (;;) {
    int number = 0;
    if (::sigwait(&signals, &number) != 0) continue;
    if (number == SIGALRM) return 128 + SIGKILL;
    if (number == SIGTERM) {
      ::kill(program, SIGTERM);
      ::alarm(end_s_max);
    }
    int status = 0;
    for (pid_t ended = 0; (ended = ::waitpid(-1, &status, WNOHANG)) > 0;)
      if (ended == program) return status_of(status);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const sigset_t signals = heard();
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  if (!start_x()) {
    std::fprintf(stderr, "blink: the machine's X server does not start: is Xvfb installed?\n");
    return 126;
  }
  start_agent();
  const pid_t program = ::fork();
  if (program < 0) return 126;
  if (program == 0) become(&argv[1]);
  return wait_for(program);
}
