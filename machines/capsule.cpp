#include "machines/capsule.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "common/program_path.h"
#include "machines/capsule_root.h"
#include "machines/capsule_users.h"
#include "machines/kept_process.h"
#include "machines/program_environment.h"
#include "machines/system_calls.h"

#include <grp.h>

namespace blink::machines {
namespace {

constexpr rlim_t processes_max = 4096;
constexpr int step_ms_max = 20'000;

class Capsule : public Machine {
 public:
  Capsule(KeptProcess init, UniqueFd output, UniqueFd errors)
      : init_(std::move(init)), output_(std::move(output)), errors_(std::move(errors)) {}

  pid_t pid() const override { return init_.pid(); }
  int end_fd() const override { return init_.fd(); }
  int output_fd() const override { return output_.get(); }
  int error_fd() const override { return errors_.get(); }
  void ask_to_end() override { init_.signal(SIGTERM); }
  void kill() override { init_.signal(SIGKILL); }
  int wait() override { return init_.wait(); }

 private:
  KeptProcess init_;
  UniqueFd output_, errors_;
};

// The two sides of a start go step by step: a word from the other, an empty one for "go on", or
// what went wrong.
class Steps {
 public:
  explicit Steps(UniqueFd socket) : socket_(std::move(socket)) {}
  void done() const { say("."); }
  void say(std::string_view text) const {
    (void)::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
  }
  Status wait() const {
    char text[512];
    pollfd readable{socket_.get(), POLLIN, 0};
    if (::poll(&readable, 1, step_ms_max) != 1)
      return Status::system("the capsule does not start in time");
    const ssize_t got = ::recv(socket_.get(), text, sizeof text, 0);
    if (got <= 0) return Status::system("the capsule ended while it was being made");
    if (got == 1 && text[0] == '.') return {};
    return Status::system(std::string(text, static_cast<std::size_t>(got)));
  }
  // The other side has become another program.
  Status wait_for_end() const {
    char text[512];
    const ssize_t got = ::recv(socket_.get(), text, sizeof text, 0);
    if (got <= 0) return {};
    return Status::system(std::string(text, static_cast<std::size_t>(got)));
  }

 private:
  UniqueFd socket_;
};

Status failed(const char* what) { return Status::system(std::string("cannot ") + what, errno); }

// --------------------------------------------------------------------------- within the capsule

// A network of its own has at least a way to itself.
Status bring_loopback_up() {
  const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (::ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0) return failed("bring loopback up");
  return {};
}

// Sockets with a name and no file belong to a network, and so the host's would be there. Landlock
// keeps them away since its version 6; what is within stays.
Status keep_from_named_sockets() {
  struct {  // struct landlock_ruleset_attr, which the library's headers have an older one of
    std::uint64_t files, network, scoped;
  } constexpr rules{0, 0, 1};  // LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET
  const UniqueFd fd(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0)));
  if (!fd.is_open() || ::syscall(SYS_landlock_restrict_self, fd.get(), 0) != 0)
    return Status::system(
        "--net host needs Linux 6.12 or later with Landlock, which keeps a capsule from the "
        "host's sockets that have no file",
        errno);
  return {};
}

// From here on nothing that is started can get rights again.
Status give_up_rights(const CapsuleUsers& users, bool has_host_network) {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failed("give up new rights");
  for (int right = 0; ::prctl(PR_CAPBSET_READ, right, 0, 0, 0) >= 0; ++right)
    if (::prctl(PR_CAPBSET_DROP, right, 0, 0, 0) != 0) return failed("give up rights");
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  BLINK_TRY(users.become_user());
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2] = {};
  if (::syscall(SYS_capset, &header, none) != 0) return failed("give up rights");
  // Nobody has the keys of whoever started it.
  constexpr int join_session_keyring = 1;
  ::syscall(SYS_keyctl, join_session_keyring, nullptr);
  const rlimit processes{processes_max, processes_max}, no_core{0, 0};
  ::setrlimit(RLIMIT_NPROC, &processes);
  ::setrlimit(RLIMIT_CORE, &no_core);
  if (has_host_network) BLINK_TRY(keep_from_named_sockets());
  return limit_system_calls();
}

std::vector<std::string> environment_within() {
  std::vector<std::string> all = driver_environment(capsule_driver, capsule_door);
  all.insert(all.end(),
             {"PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games", "USER=user",
              "LOGNAME=user", "SHELL=/bin/sh", std::string("HOME=") + capsule_home,
              std::string("DISPLAY=") + capsule_display, "XDG_RUNTIME_DIR=/run/user/1000",
              "XDG_SESSION_TYPE=x11", "NO_AT_BRIDGE=1"});
  // How the user reads and writes; nothing else of what the host's environment says.
  for (const char* name : {"LANG", "LC_ALL", "LC_CTYPE", "TZ"})
    if (const char* value = std::getenv(name); value != nullptr)
      all.push_back(std::string(name) + "=" + value);
  return all;
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts)
    pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// Standard streams, and no descriptor beyond them but the one that closes by itself.
Status take_streams() {
  const UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const UniqueFd output(::open(capsule_output, O_RDWR | O_CLOEXEC));
  const UniqueFd errors(::open(capsule_errors, O_RDWR | O_CLOEXEC));
  if (!nothing.is_open() || !output.is_open() || !errors.is_open() ||
      ::dup2(nothing.get(), STDIN_FILENO) < 0 || ::dup2(output.get(), STDOUT_FILENO) < 0 ||
      ::dup2(errors.get(), STDERR_FILENO) < 0)
    return failed("open the standard streams");
  return {};
}

Status begin_within(const MachineOptions& options, const CapsulePlan& plan,
                    const CapsuleUsers& users, const Steps& steps) {
  BLINK_TRY(steps.wait());  // the users are there
  if (::setsid() < 0) return failed("begin a session");
  BLINK_ASSIGN(const CapsuleRoot root, CapsuleRoot::open_sources(plan));
  BLINK_TRY(users.become_root());
  ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
  if (::sethostname(plan.name.data(), plan.name.size()) != 0) return failed("name the host");
  BLINK_TRY(root.become());
  if (!options.has_host_network) BLINK_TRY(bring_loopback_up());
  steps.done();
  BLINK_TRY(steps.wait());  // somebody reads what is printed
  BLINK_TRY(users.give_streams());
  if (::chdir(capsule_home) != 0) return failed("enter the home");
  BLINK_TRY(give_up_rights(users, options.has_host_network));
  BLINK_TRY(take_streams());
  return {};
}

[[noreturn]] void be_capsule(const MachineOptions& options, const CapsulePlan& plan,
                             const CapsuleUsers& users, const Steps& steps) {
  const Status status = begin_within(options, plan, users, steps);
  if (status.is_ok()) {
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    std::vector<std::string> command = {capsule_init};
    command.insert(command.end(), options.command.begin(), options.command.end());
    const std::vector<std::string> environment = environment_within();
    ::close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
    ::execve(capsule_init, pointers_to(command).data(), pointers_to(environment).data());
    steps.say(failed("start the capsule's first process").text());
  } else {
    steps.say(status.text());
  }
  ::_exit(127);
}

// -------------------------------------------------------------------------- outside the capsule

Result<UniqueFd> open_within(pid_t pid, const char* path) {
  const std::string outside = "/proc/" + std::to_string(pid) + "/root" + path;
  UniqueFd fd(::open(outside.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW));
  if (!fd.is_open()) return failed("read what the capsule prints");
  return fd;
}

Result<std::unique_ptr<Machine>> bring_up(KeptProcess init, const CapsuleUsers& users,
                                          const Steps& steps) {
  BLINK_TRY(users.map(init.pid()));
  steps.done();
  BLINK_TRY(steps.wait());
  BLINK_ASSIGN(UniqueFd output, open_within(init.pid(), capsule_output));
  BLINK_ASSIGN(UniqueFd errors, open_within(init.pid(), capsule_errors));
  steps.done();
  BLINK_TRY(steps.wait_for_end());
  return std::unique_ptr<Machine>(
      std::make_unique<Capsule>(std::move(init), std::move(output), std::move(errors)));
}

Status not_allowed(int error) {
  if (error == EPERM || error == ENOSPC || error == EINVAL || error == ENOSYS)
    return Status::system(
        "this host does not allow capsules: it gives no user namespaces (`blink doctor`)", error);
  return Status::system("cannot make a capsule", error);
}

}  // namespace

Result<std::unique_ptr<Machine>> start_capsule(const MachineOptions& options) {
  const CapsulePlan plan{.name = options.name,
                         .door = options.door,
                         .driver_folder = driver_folder(),
                         .init = beside_this_program("blink-capsule-init"),
                         .agent = beside_this_program("blink-x-agent"),
                         .share = options.share,
                         .has_host_network = options.has_host_network};
  const CapsuleUsers users(options.name);
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return failed("make a socket");
  const Steps ours{UniqueFd(ends[0])};
  UniqueFd theirs(ends[1]);
  int pidfd = -1;
  clone_args arguments{};
  arguments.flags = CLONE_PIDFD | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC |
                    CLONE_NEWUTS | CLONE_NEWTIME | (options.has_host_network ? 0 : CLONE_NEWNET);
  arguments.pidfd = reinterpret_cast<std::uint64_t>(&pidfd);
  arguments.exit_signal = SIGCHLD;
  // SAFETY: as with fork(), the child has this thread alone and a copy of all memory; the C library
  // is not told, and what it keeps of the process' number is not used there.
  const long pid = ::syscall(SYS_clone3, &arguments, sizeof arguments);
  if (pid < 0) return not_allowed(errno);
  if (pid == 0) {
    ::close(ends[0]);
    be_capsule(options, plan, users, Steps{std::move(theirs)});
  }
  theirs.reset();
  return bring_up(KeptProcess(static_cast<pid_t>(pid), UniqueFd(pidfd)), users, ours);
}

}  // namespace blink::machines
