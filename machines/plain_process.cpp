#include "machines/plain_process.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "machines/kept_process.h"
#include "machines/program_environment.h"

namespace blink::machines {
namespace {

class PlainProcess : public Machine {
 public:
  explicit PlainProcess(KeptProcess process) : process_(std::move(process)) {}
  ~PlainProcess() override { kill(); }

  pid_t pid() const override { return process_.pid(); }
  int end_fd() const override { return process_.fd(); }
  int output_fd() const override { return -1; }
  int error_fd() const override { return -1; }
  void ask_to_end() override { signal_all(SIGTERM); }
  void kill() override { signal_all(SIGKILL); }
  int wait() override {
    const int status = process_.wait();
    is_over_ = true;
    return status;
  }

 private:
  // The program and what it has started: they are a session. It is ours until we have waited.
  void signal_all(int number) const {
    if (!is_over_) ::kill(-process_.pid(), number);
  }

  KeptProcess process_;
  bool is_over_ = false;
};

[[noreturn]] void become(const MachineOptions& options, int failure) {
  ::setsid();
  ::unsetenv("BLINK_SOCKET");
  for (const std::string& variable : driver_environment(driver_folder(), options.door)) {
    const std::size_t name = variable.find('=');
    ::setenv(variable.substr(0, name).c_str(), variable.c_str() + name + 1, 1);
  }
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  std::vector<char*> arguments;
  for (const std::string& argument : options.command)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  const int error = errno;
  (void)!::write(failure, &error, sizeof error);
  ::_exit(127);
}

}  // namespace

Result<std::unique_ptr<Machine>> start_plain_process(const MachineOptions& options) {
  if (options.has_host_network || !options.share.empty())
    return Status::system("a plain process has all of the host: --net and --share are a capsule's");
  // It says why it could not start, through a pipe that a successful exec closes.
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return Status::system("cannot make a pipe", errno);
  const UniqueFd reader(fds[0]);
  UniqueFd writer(fds[1]);
  const pid_t pid = ::fork();
  if (pid < 0) return Status::system("cannot start a process", errno);
  if (pid == 0) become(options, writer.get());
  KeptProcess process(pid, UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))));
  writer.reset();
  int error = 0;
  if (::read(reader.get(), &error, sizeof error) == sizeof error)
    return Status::system("cannot start " + options.command[0], error);
  return std::unique_ptr<Machine>(std::make_unique<PlainProcess>(std::move(process)));
}

}  // namespace blink::machines
