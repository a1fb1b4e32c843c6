// blink up, blink down, blink screenshot: the server from the outside.

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "cli/commands.h"
#include "cli/process.h"
#include "common/limits.h"
#include "common/runtime_dir.h"
#include "server/control.h"
#include "server/options.h"

namespace blink::cli {
namespace {

constexpr int start_ms_max = 20'000;

int fail(const Status& status, int code = 1) {
  std::fprintf(stderr, "blink: %s\n", std::string(status.text()).c_str());
  return code;
}

std::string path_in(const std::string& directory, std::string_view name) {
  return std::string(directory).append("/").append(name);
}

// What `down` and `screenshot` understand. Anything else is refused: it was meant for something,
// and not for the server that would be stopped in its stead.
struct Arguments {
  std::string runtime_dir = default_runtime_dir();
  std::vector<std::string> files;
};

Result<Arguments> parse(int argc, char** argv, std::size_t files_max) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const std::string text = std::string(argv[0]) + ": ";
    if (argument == "--runtime-dir") {
      if (++i == argc) return Status::system(text + "--runtime-dir needs a value");
      arguments.runtime_dir = argv[i];
    } else if (argument.starts_with("-")) {
      return Status::system(text + "unknown option " + argument);
    } else if (arguments.files.size() == files_max) {
      return Status::system(text + "too many arguments: " + argument);
    } else {
      arguments.files.push_back(argument);
    }
  }
  return arguments;
}

// Where `up` starts the server, which looks at its options itself: the last one counts.
std::string runtime_dir_of(const std::vector<std::string>& options) {
  std::string directory = default_runtime_dir();
  for (std::size_t i = 0; i + 1 < options.size(); i += 2)
    if (options[i] == "--runtime-dir") directory = options[i + 1];
  return directory;
}

Result<UniqueFd> open_log(const std::string& directory) {
  const std::string path = path_in(directory, log_name);
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.is_open()) return Status::system("cannot write the log " + path, errno);
  return fd;
}

// The first line of what the daemon says about its start.
std::string read_verdict(int fd) {
  std::string verdict;
  pollfd readable{fd, POLLIN, 0};
  char chunk[512];
  while (::poll(&readable, 1, start_ms_max) == 1) {
    const ssize_t got = ::read(fd, chunk, sizeof chunk);
    if (got <= 0) break;
    verdict.append(chunk, static_cast<std::size_t>(got));
    if (verdict.ends_with('\n')) break;
  }
  while (verdict.ends_with('\n'))
    verdict.pop_back();
  return verdict;
}

Status start_daemon(const std::string& directory, const std::vector<std::string>& options) {
  BLINK_TRY(prepare_runtime_dir(directory));
  BLINK_ASSIGN(const UniqueFd log, open_log(directory));
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return Status::system("cannot make a pipe", errno);
  const UniqueFd reader(fds[0]);
  UniqueFd writer(fds[1]);
  std::vector<std::string> command = {beside_this_program("blinkd")};
  command.insert(command.end(), options.begin(), options.end());
  command.insert(command.end(), {"--ready-fd", std::to_string(writer.get())});
  BLINK_ASSIGN(Child daemon, start(command, log.get(), writer.get()));
  writer.reset();
  const std::string verdict = read_verdict(reader.get());
  if (verdict != "ready")
    return Status::system(verdict.empty()
                              ? "the server did not start; see " + path_in(directory, log_name)
                              : verdict);
  std::printf("blinkd is up (pid %d), clients connect in %s\n", static_cast<int>(daemon.pid()),
              directory.c_str());
  daemon.let_go();
  return {};
}

// A server holds its lock as long as it lives.
bool is_running(const std::string& directory) {
  const UniqueFd fd(::open(path_in(directory, lock_name).c_str(), O_RDWR | O_CLOEXEC));
  return fd.is_open() && ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0;
}

}  // namespace

int up(int argc, char** argv) {
  std::vector<std::string> options;
  bool foreground = false;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--foreground") == 0)
      foreground = true;
    else if (std::strcmp(argv[i], "--help") == 0)
      return std::printf("usage: blink up [--foreground] [options]\n\n%s", server::options_help()) <
             0;
    else
      options.emplace_back(argv[i]);
  }
  std::vector<char*> arguments = {argv[0]};
  for (std::string& option : options)
    arguments.push_back(option.data());
  // What is wrong is said here, and not in the log of a server that never was.
  if (const auto parsed =
          server::parse_options(static_cast<int>(arguments.size()), arguments.data());
      !parsed.is_ok())
    return fail(parsed.status(), 2);
  if (foreground) {
    arguments.push_back(nullptr);
    const std::string program = beside_this_program("blinkd");
    ::execv(program.c_str(), arguments.data());
    return fail(Status::system("cannot start " + program, errno));
  }
  const Status status = start_daemon(runtime_dir_of(options), options);
  return status.is_ok() ? 0 : fail(status);
}

int down(int argc, char** argv) {
  const auto arguments = parse(argc, argv, 0);
  if (!arguments.is_ok()) return fail(arguments.status(), 2);
  const std::string& directory = arguments.value().runtime_dir;
  if (auto answer = server::ask_server(directory, "stop"); !answer.is_ok())
    return fail(answer.status());
  for (int i = 0; i < 1000 && is_running(directory); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  if (is_running(directory)) return fail(Status::system("the server has not ended in 10 seconds"));
  std::printf("blinkd is down\n");
  return 0;
}

int screenshot(int argc, char** argv) {
  const auto arguments = parse(argc, argv, 1);
  if (!arguments.is_ok()) return fail(arguments.status(), 2);
  const std::vector<std::string>& files = arguments.value().files;
  if (files.empty())
    return fail(Status::system("screenshot needs the name of a PNG file to write"), 2);
  auto answer = server::ask_server(arguments.value().runtime_dir, "screenshot");
  if (!answer.is_ok()) return fail(answer.status());
  if (Status status = write_file(files[0], answer->payload); !status.is_ok()) return fail(status);
  std::printf("wrote %s, %zu KiB\n", files[0].c_str(), answer->payload.size() / 1024);
  return 0;
}

}  // namespace blink::cli
