// blink run: a program in a machine of its own. This process is the machine's keeper, until the
// machine ends; with --detach another one is.

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/machine_colours.h"
#include "common/machine_folder.h"
#include "common/text.h"
#include "machines/machine.h"
#include "machines/machine_entry.h"
#include "server/control.h"

namespace blink::cli {
namespace {

using nlohmann::json;

constexpr char help[] =
    "usage: blink run [options] -- PROGRAM [ARGUMENT...]\n\n"
    "Runs a program in a machine of its own, whose windows have its name and colour in their "
    "frames.\n"
    "Returns when the program ends, with its exit status; Ctrl-C ends the machine.\n\n"
    "  --name NAME       of the machine; else the program's, with a number where that is taken\n"
    "  --colour COLOUR   red, orange, yellow, green, blue, purple, grey, or #rrggbb; else the one\n"
    "                    that goes with the name\n"
    "  --net none|host   the machine's network: none, the default, or this host's: then its "
    "programs\n"
    "                    reach what listens on this host, too. (Linux 6.12 or later)\n"
    "  --share DIR       a folder of this host that is /share in the machine\n"
    "  --machine capsule|process\n"
    "                    a capsule: the program sees the host's programs and libraries, and "
    "nothing\n"
    "                    else of it, has an X server of its own, and what it writes goes with it.\n"
    "                    Or a process like any, with all that the user may do\n"
    "  --detach          return when the program has started; what it prints is in the file "
    "`printed`\n"
    "                    beside the machine's socket. `blink end NAME` ends it\n"
    "  --runtime-dir DIR of the server\n\n"
    "  blink run -- glxgears\n"
    "  blink run --name mail --colour blue --net host --detach -- thunderbird\n";

constexpr std::uint64_t printed_bytes_max = 1 << 20;  // of a machine that nobody looks at

struct Plan {
  std::string runtime_dir;
  const machines::Engine* engine = nullptr;
  machines::MachineOptions machine;
  std::string colour;  // #rrggbb, or empty
  bool detaches = false;
};

Result<Plan> plan_of(const Arguments& arguments) {
  Plan plan;
  plan.runtime_dir = arguments.runtime_dir();
  const std::string engine = arguments.option("--machine", "capsule");
  plan.engine = machines::find_engine(engine);
  if (plan.engine == nullptr)
    return Status::system("--machine is one of " + machines::engine_names() + ", not " +
                          printable(engine));
  const std::string network = arguments.option("--net", "none");
  if (network != "none" && network != "host")
    return Status::system("--net is none or host, not " + printable(network));
  plan.machine.has_host_network = network == "host";
  if (const std::string colour = arguments.option("--colour", ""); !colour.empty()) {
    plan.colour = machine_colour_text(colour);
    if (plan.colour.empty())
      return Status::system("--colour is " + machine_colour_names() + ", or like #2d7dd2");
  }
  if (const std::string share = arguments.option("--share", ""); !share.empty()) {
    if (!std::filesystem::is_directory(share))
      return Status::system(printable(share) + " is no folder");
    plan.machine.share = std::filesystem::absolute(share);
  }
  plan.machine.name = arguments.option("--name", "");
  if (!plan.machine.name.empty() && !is_machine_name(plan.machine.name))
    return Status::system(std::string(machine_name_rule));
  plan.machine.command = arguments.operands;
  plan.detaches = arguments.has("--detach");
  return plan;
}

// After the program, as far as that makes a name.
std::string name_after(const std::string& program) {
  std::string name;
  for (const char c : std::filesystem::path(program).filename().string())
    if (is_machine_name(name + c)) name += c;
  return name.empty() ? "machine" : name.substr(0, 28);
}

Result<machines::MachineEntry> take_entry(Plan& plan) {
  if (!plan.machine.name.empty())
    return machines::MachineEntry::take(plan.runtime_dir, plan.machine.name);
  const std::string base = name_after(plan.machine.command[0]);
  constexpr int names_max = 100;
  for (int i = 1;; ++i) {
    plan.machine.name = i == 1 ? base : base + "-" + std::to_string(i);
    auto entry = machines::MachineEntry::take(plan.runtime_dir, plan.machine.name);
    if (entry.is_ok() || entry.status().code() != 0 || i == names_max) return entry;
  }
}

// Whether the server still has its door, or went without a word, is no matter in the end.
class Door {
 public:
  static Result<Door> open(const Plan& plan) {
    json argument = {{"name", plan.machine.name}};
    if (!plan.colour.empty()) argument["colour"] = plan.colour;
    BLINK_TRY(server::ask_server(plan.runtime_dir, "add_machine", argument.dump()).take_status());
    return Door(plan);
  }
  Door(Door&& other) noexcept : plan_(std::exchange(other.plan_, nullptr)) {}
  ~Door() {
    if (plan_ == nullptr) return;
    const json argument = {{"name", plan_->machine.name}};
    (void)server::ask_server(plan_->runtime_dir, "remove_machine", argument.dump()).take_status();
  }

 private:
  explicit Door(const Plan& plan) : plan_(&plan) {}
  const Plan* plan_;
};

Result<UniqueFd> hear_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP})
    sigaddset(&set, number);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);  // who does not read us any more does not end the machine
  UniqueFd fd(::signalfd(-1, &set, SFD_CLOEXEC));
  if (!fd.is_open()) return Status::system("cannot hear signals", errno);
  return fd;
}

// What programs print, on its way out: as much as there is, or as the file may hold.
class Printed {
 public:
  Printed(int from, int to, std::uint64_t bytes_max) : from_(from), to_(to), left_(bytes_max) {}
  int from() const { return from_; }
  void pass_on() {
    std::array<char, 1 << 16> chunk;
    const ssize_t got = ::read(from_, chunk.data(), chunk.size());
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) from_ = -1;
    if (got <= 0) return;
    const auto bytes = std::min(static_cast<std::uint64_t>(got), left_);
    left_ -= bytes;
    for (std::uint64_t done = 0; done < bytes;) {
      const ssize_t put = ::write(to_, chunk.data() + done, bytes - done);
      if (put < 0 && errno == EINTR) continue;
      if (put <= 0) return void(left_ = 0);  // nobody wants it any more
      done += static_cast<std::uint64_t>(put);
    }
  }
  // All that is there now.
  void finish() {
    for (pollfd fd{from_, POLLIN, 0}; from_ >= 0 && ::poll(&fd, 1, 0) == 1 && fd.revents == POLLIN;)
      pass_on();
  }

 private:
  int from_;
  const int to_;
  std::uint64_t left_;
};

// Asked once it has some seconds; asked twice none. Returns the program's exit status.
int keep(machines::Machine& machine, int signals, std::uint64_t bytes_max) {
  Printed output(machine.output_fd(), STDOUT_FILENO, bytes_max);
  Printed errors(machine.error_fd(), STDERR_FILENO, bytes_max);
  for (bool is_asked = false;;) {
    pollfd fds[] = {{machine.end_fd(), POLLIN, 0},
                    {signals, POLLIN, 0},
                    {output.from(), POLLIN, 0},
                    {errors.from(), POLLIN, 0}};
    ::poll(fds, 4, -1);
    if (fds[2].revents != 0) output.pass_on();
    if (fds[3].revents != 0) errors.pass_on();
    if (fds[1].revents != 0) {
      signalfd_siginfo signal{};
      (void)!::read(signals, &signal, sizeof signal);
      if (std::exchange(is_asked, true))
        machine.kill();
      else
        machine.ask_to_end();
    }
    if (fds[0].revents == 0) continue;
    output.finish();
    errors.finish();
    return machine.wait();
  }
}

void tell(UniqueFd& to, const std::string& text) {
  if (!to.is_open()) return;
  (void)!::write(to.get(), text.data(), text.size());
  to.reset();
}

Status print_into(const std::string& path) {
  const UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const UniqueFd file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.is_open() || ::dup2(nothing.get(), STDIN_FILENO) < 0 ||
      ::dup2(file.get(), STDOUT_FILENO) < 0 || ::dup2(file.get(), STDERR_FILENO) < 0)
    return Status::system("cannot write " + path, errno);
  return {};
}

// `started` is told when the program runs: nothing; else what is wrong.
Result<int> run_machine(Plan plan, UniqueFd started) {
  BLINK_ASSIGN(const UniqueFd signals, hear_signals());
  BLINK_ASSIGN(const auto entry, take_entry(plan));
  BLINK_ASSIGN(const auto door, Door::open(plan));
  plan.machine.door = entry.path_of(machine_door_name);
  if (plan.detaches) BLINK_TRY(print_into(entry.path_of("printed")));
  BLINK_ASSIGN(const auto machine, plan.engine->start(plan.machine));
  std::string command;
  for (const std::string& word : plan.machine.command)
    command += (command.empty() ? "" : " ") + word;
  BLINK_TRY(entry.tell({.engine = std::string(plan.engine->name),
                        .keeper = ::getpid(),
                        .pid = machine->pid(),
                        .command = printable(command)}));
  tell(started, "+" + plan.machine.name);
  return keep(*machine, signals.get(), plan.detaches ? printed_bytes_max : UINT64_MAX);
}

// In a process that outlives this one.
Status run_detached(const Plan& plan) {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return Status::system("cannot make a pipe", errno);
  const UniqueFd reader(fds[0]);
  UniqueFd writer(fds[1]);
  const pid_t keeper = ::fork();
  if (keeper < 0) return Status::system("cannot start a process", errno);
  if (keeper == 0) {
    ::setsid();
    UniqueFd to_say(::fcntl(writer.get(), F_DUPFD_CLOEXEC, 3));
    const auto status = run_machine(plan, std::move(writer));
    if (!status.is_ok()) tell(to_say, std::string(status.status().text()));
    ::_exit(status.is_ok() ? 0 : 1);
  }
  writer.reset();
  char text[512];
  const ssize_t got = ::read(reader.get(), text, sizeof text);
  const std::string said(text, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (!said.starts_with('+'))
    return Status::system(said.empty() ? "the machine's keeper has ended" : said);
  std::printf("%s\n", said.c_str() + 1);
  return {};
}

}  // namespace

int run(int argc, char** argv) {
  int exit_status = 0;
  const Syntax syntax{
      .help = help,
      .flags = {"--detach"},
      .options = {"--name", "--colour", "--net", "--share", "--machine", "--runtime-dir"},
      .operands = {"PROGRAM"},
      .has_more_operands = true,
      .check = [](const Arguments& arguments) { return plan_of(arguments).take_status(); }};
  const int status = run_command(argc, argv, syntax, [&](const Arguments& arguments) -> Status {
    BLINK_ASSIGN(Plan plan, plan_of(arguments));
    if (plan.detaches) return run_detached(plan);
    BLINK_ASSIGN(exit_status, run_machine(std::move(plan), UniqueFd()));
    return {};
  });
  return status != 0 ? status : exit_status;
}

}  // namespace blink::cli
