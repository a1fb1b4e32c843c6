#include "cli/doctor/guard.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <span>
#include <thread>

#include "common/unique_fd.h"

namespace blink::doctor {
namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

struct Pipes {
  Pipe verdict;   // warden → caller
  Pipe answer;    // worker → caller
  Pipe said;      // worker and its children → caller
  Pipe lifeline;  // caller → warden; never written to, closed when the caller is gone
};

// What the warden tells. One write, smaller than a pipe's atomic size.
struct Verdict {
  End end;
  bool left_behind;
  int value;
};

bool open_pipe(Pipe& pipe) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return false;
  pipe.read.reset(ends[0]);
  pipe.write.reset(ends[1]);
  return true;
}

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

// ---- The worker ----

// A crash must end the worker by its signal, quietly: no core file, and no handler of the caller's
// (a sanitizer's, say) that would make an exit status of it.
void use_default_signals() {
  for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS, SIGPIPE,
                           SIGCHLD, SIGINT, SIGTERM, SIGHUP})
    ::signal(signal, SIG_DFL);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
}

// noexcept: what the work throws must not run on in a second copy of the caller.
[[noreturn]] void worker_main(const Work& work, const Pipes& pipes,
                              const std::string& scratch) noexcept {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setpgid(0, 0);
  use_default_signals();
  const UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  ::dup2(nothing.get(), STDIN_FILENO);
  ::dup2(pipes.said.write.get(), STDOUT_FILENO);
  ::dup2(pipes.said.write.get(), STDERR_FILENO);
  write_all(pipes.answer.write.get(), work(scratch));
  std::fflush(nullptr);
  ::_exit(0);
}

// ---- The warden ----

std::string make_scratch() {
  const char* const base = std::getenv("TMPDIR");
  std::string folder = std::string(base && *base ? base : "/tmp") + "/blink-doctor-XXXXXX";
  return ::mkdtemp(folder.data()) ? folder : std::string();
}

// Ends every process below this one. The warden is their reaper: a child's death hands its children
// over, so the list is read again until it is empty.
bool end_all_below(pid_t worker) {
  const auto deadline = Clock::now() + kill_time_max;
  ::kill(-worker, SIGKILL);
  for (;;) {
    std::ifstream children("/proc/thread-self/children");
    for (pid_t child = 0; children >> child;)
      ::kill(child, SIGKILL);
    while (::waitpid(-1, nullptr, WNOHANG | __WALL) > 0) {
    }
    if (::waitpid(-1, nullptr, WNOHANG | __WALL) < 0 && errno == ECHILD) return true;
    if (Clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

// Waits until the worker ends, the time is over, or the caller has gone.
Verdict watch(pid_t worker, int lifeline, std::chrono::milliseconds time_max) {
  // Not glibc's pidfd_open: Debian 12's header of it cannot be used from C++.
  const UniqueFd handle(static_cast<int>(::syscall(SYS_pidfd_open, worker, 0)));
  if (!handle.is_open()) return {End::lost, false, errno};
  const auto deadline = Clock::now() + time_max;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd waits[] = {{handle.get(), POLLIN, 0}, {lifeline, POLLIN, 0}};
    const int ready = ::poll(waits, 2, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0 || waits[1].revents != 0) return {End::timed_out, false, 0};
    int status = 0;
    if (::waitpid(worker, &status, __WALL) != worker) return {End::lost, false, errno};
    if (WIFSIGNALED(status)) return {End::signaled, false, WTERMSIG(status)};
    return {End::exited, false, WEXITSTATUS(status)};
  }
}

[[noreturn]] void warden_main(const Work& work, Pipes& pipes,
                              const GuardOptions& options) noexcept {
  ::setsid();  // the terminal's Ctrl-C reaches the caller; the lifeline tells the warden
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::signal(SIGCHLD, SIG_DFL);
  ::signal(SIGPIPE, SIG_IGN);
  pipes.lifeline.write.reset();
  const std::string scratch = options.wants_scratch ? make_scratch() : std::string();

  Verdict verdict{End::lost, false, 0};
  const pid_t worker = ::fork();
  if (worker == 0) {
    pipes.verdict = {};
    pipes.lifeline = {};
    worker_main(work, pipes, scratch);
  }
  pipes.answer = {};
  pipes.said = {};
  if (worker < 0) {
    verdict.value = errno;
  } else {
    verdict = watch(worker, pipes.lifeline.read.get(), options.time_max);
    const bool keeps = options.leaves_children && verdict.end == End::exited;
    if (!keeps) verdict.left_behind = !end_all_below(worker);
  }
  std::error_code ignored;
  if (!scratch.empty()) std::filesystem::remove_all(scratch, ignored);
  write_all(pipes.verdict.write.get(), {reinterpret_cast<const char*>(&verdict), sizeof verdict});
  ::_exit(0);
}

// ---- The caller ----

// Takes what the pipe holds now. False when it has ended.
bool drain(int fd, std::string& text) {
  char block[4096];
  for (;;) {
    const ssize_t count = ::read(fd, block, sizeof block);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno == EAGAIN;
    if (count == 0) return false;
    const std::size_t room = guarded_bytes_max - text.size();
    text.append(block, std::min(room, static_cast<std::size_t>(count)));
  }
}

// Reads all three pipes until the warden has closed its own. The others may be held open for
// longer, by what would not die.
std::string collect(const Pipes& pipes, Outcome& outcome) {
  std::string verdict;
  struct Source {
    int fd;
    std::string* text;
  };
  Source sources[] = {{pipes.verdict.read.get(), &verdict},
                      {pipes.answer.read.get(), &outcome.answer},
                      {pipes.said.read.get(), &outcome.said}};
  for (const Source& source : sources)
    ::fcntl(source.fd, F_SETFL, O_NONBLOCK);
  while (sources[0].fd >= 0) {
    pollfd waits[3];
    for (std::size_t i = 0; i < 3; ++i)
      waits[i] = {sources[i].fd, POLLIN, 0};
    if (::poll(waits, 3, -1) < 0) continue;
    for (std::size_t i = 0; i < 3; ++i)
      if (waits[i].revents != 0 && !drain(sources[i].fd, *sources[i].text)) sources[i].fd = -1;
  }
  for (const Source& source : sources)
    if (source.fd >= 0) drain(source.fd, *source.text);
  return verdict;
}

}  // namespace

Outcome run_guarded(const Work& work, const GuardOptions& options) {
  Outcome outcome;
  Pipes pipes;
  for (Pipe* pipe : {&pipes.verdict, &pipes.answer, &pipes.said, &pipes.lifeline}) {
    if (open_pipe(*pipe)) continue;
    outcome.value = errno;
    return outcome;
  }
  std::fflush(nullptr);  // else the worker's copy of what is unwritten would be "said" by it
  const pid_t warden = ::fork();
  if (warden < 0) {
    outcome.value = errno;
    return outcome;
  }
  if (warden == 0) warden_main(work, pipes, options);
  for (Pipe* pipe : {&pipes.verdict, &pipes.answer, &pipes.said})
    pipe->write.reset();
  pipes.lifeline.read.reset();

  const std::string text = collect(pipes, outcome);
  while (::waitpid(warden, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (Verdict verdict; text.size() == sizeof verdict) {
    std::memcpy(&verdict, text.data(), sizeof verdict);
    outcome.end = verdict.end;
    outcome.value = verdict.value;
    outcome.left_behind = verdict.left_behind;
  }
  if (outcome.end != End::exited) outcome.answer.clear();
  return outcome;
}

Outcome run_program(const std::vector<std::string>& arguments, const GuardOptions& options) {
  const Work start = [&arguments](const std::string&) -> std::string {
    std::vector<char*> words;
    for (const std::string& argument : arguments)
      words.push_back(const_cast<char*>(argument.c_str()));  // SAFETY: execvp does not write there
    words.push_back(nullptr);
    ::execvp(words[0], words.data());
    std::fprintf(stderr, "%s: %s\n", words[0], std::strerror(errno));
    ::_exit(127);
  };
  return run_guarded(start, options);
}

std::string describe(const Outcome& outcome, const GuardOptions& options) {
  char text[160];
  switch (outcome.end) {
    case End::exited:
      std::snprintf(text, sizeof text, "ended with status %d", outcome.value);
      break;
    case End::signaled:
      std::snprintf(text, sizeof text, "crashed: %s (%s)", signal_name(outcome.value).c_str(),
                    ::sigdescr_np(outcome.value) ? ::sigdescr_np(outcome.value) : "?");
      break;
    case End::timed_out:
      std::snprintf(text, sizeof text, "gave no answer within %.1f s",
                    static_cast<double>(options.time_max.count()) / 1000);
      break;
    case End::lost:
      std::snprintf(text, sizeof text, "could not be run: %s",
                    outcome.value ? std::strerror(outcome.value) : "its process was lost");
      break;
  }
  return std::string(text) + (outcome.left_behind ? ", and cannot be killed" : "");
}

std::string signal_name(int signal) {
  const char* const name = ::sigabbrev_np(signal);
  return name ? "SIG" + std::string(name) : "signal " + std::to_string(signal);
}

}  // namespace blink::doctor
