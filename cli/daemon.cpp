// blink up, blink down, blink screenshot, blink web: the server from the outside.

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/process.h"
#include "cli/whole_file.h"
#include "common/program_path.h"
#include "common/runtime_dir.h"
#include "common/text.h"
#include "server/control.h"
#include "server/options.h"

namespace blink::cli {
namespace {

constexpr int start_ms_max = 20'000;

constexpr char up_help[] =
    "usage: blink up [--foreground] [options]\n\n"
    "Starts the server, and returns when clients can connect. With --foreground it is the server,\n"
    "until Ctrl-C. Of an option given twice the last counts.\n\n";
constexpr char down_help[] =
    "usage: blink down [--runtime-dir DIR]\n\n"
    "Stops the server, and returns when it has ended. Its clients are told.\n";
constexpr char screenshot_help[] =
    "usage: blink screenshot [--window WINDOW] FILE [--runtime-dir DIR]\n\n"
    "Writes what the server shows to FILE, a PNG; - is the standard output. With --window it is "
    "the content of that window\n"
    "alone, all of it, also where others lie over it and while it is minimised.\n\n"
    "WINDOW is its object's number, SESSION:OBJECT or SESSION:ARRAY:OBJECT where several have "
    "that\n"
    "(`blink ps --json`), its title, or the name of a client that has one window. What fits none\n"
    "of them, or several windows, is answered with a list.\n\n"
    "  blink screenshot --window gears gears.png\n";

constexpr char web_help[] =
    "usage: blink web [--runtime-dir DIR]\n\n"
    "Prints the address at which a browser of this host shows the screen, if the server was\n"
    "started with --web PORT. Whoever knows the address is the user. From another host:\n"
    "ssh -L PORT:127.0.0.1:PORT HOST, and the same address there.\n";

std::string path_in(const std::string& directory, std::string_view name) {
  return std::string(directory).append("/").append(name);
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

Status print_web_address(const std::string& directory) {
  BLINK_ASSIGN(const auto answer, server::ask_server(directory, "web"));
  const auto body = nlohmann::json::parse(answer.json, nullptr, false);
  if (!body.is_object() || !body.contains("address"))
    return Status::system("the server's answer is no JSON");
  std::printf("%s\n", body["address"].get<std::string>().c_str());
  return {};
}

// Who names it otherwise takes it for something else.
Status check_picture_name(const Arguments& arguments) {
  const std::filesystem::path path = arguments.operands[0];
  const std::string ending = path.extension();
  if (ending.empty() || ::strcasecmp(ending.c_str(), ".png") == 0) return {};
  return Status::system("pictures are PNG files: call it " +
                        printable(std::filesystem::path(path).replace_extension(".png").string()));
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
    if (is_help(argv[i])) {
      std::printf("%s%s", up_help, server::options_help());
      return 0;
    }
    if (std::strcmp(argv[i], "--foreground") == 0)
      foreground = true;
    else
      options.emplace_back(argv[i]);
  }
  std::vector<char*> arguments = {argv[0]};
  for (std::string& option : options)
    arguments.push_back(option.data());
  // What is wrong is said here, and not in the log of a server that never was.
  auto parsed = server::parse_options(static_cast<int>(arguments.size()), arguments.data());
  if (!parsed.is_ok()) return fail(parsed.take_status().within("up"), 2);
  if (foreground) {
    arguments.push_back(nullptr);
    const std::string program = beside_this_program("blinkd");
    ::execv(program.c_str(), arguments.data());
    return fail(Status::system("cannot start " + program, errno));
  }
  Status status = start_daemon(parsed->server.runtime_dir, options);
  if (status.is_ok() && parsed->web_port >= 0)
    status = print_web_address(parsed->server.runtime_dir);
  return status.is_ok() ? 0 : fail(status);
}

int down(int argc, char** argv) {
  const Syntax syntax{.help = down_help, .options = {"--runtime-dir"}};
  return run_command(argc, argv, syntax, [](const Arguments& arguments) -> Status {
    const std::string directory = arguments.runtime_dir();
    BLINK_TRY(server::ask_server(directory, "stop").take_status());
    for (int i = 0; i < 1000 && is_running(directory); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (is_running(directory)) return Status::system("the server has not ended in 10 seconds");
    std::printf("blinkd is down\n");
    return {};
  });
}

int web(int argc, char** argv) {
  const Syntax syntax{.help = web_help, .options = {"--runtime-dir"}};
  return run_command(argc, argv, syntax, [](const Arguments& arguments) {
    return print_web_address(arguments.runtime_dir());
  });
}

int screenshot(int argc, char** argv) {
  const Syntax syntax{.help = screenshot_help,
                      .options = {"--runtime-dir", "--window"},
                      .operands = {"FILE"},
                      .check = check_picture_name};
  return run_command(argc, argv, syntax, [](const Arguments& arguments) -> Status {
    const std::string& path = arguments.operands[0];
    const bool is_printed = is_standard_output(path);
    if (is_printed && ::isatty(STDOUT_FILENO) == 1)
      return Status::system("a picture is not for a terminal: name a FILE, or pipe it");
    std::string argument;
    if (const auto window = arguments.options.find("--window"); window != arguments.options.end())
      argument = nlohmann::json{{"window", window->second}}.dump(
          -1, ' ', false, nlohmann::json::error_handler_t::replace);
    BLINK_ASSIGN(const auto answer,
                 server::ask_server(arguments.runtime_dir(), "screenshot", argument));
    BLINK_TRY(write_whole(path, answer.payload));
    if (!is_printed) std::printf("wrote %s, %zu KiB\n", path.c_str(), answer.payload.size() / 1024);
    return {};
  });
}

}  // namespace blink::cli
