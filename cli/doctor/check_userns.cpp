// userns: the namespaces that a capsule is made of, made here by a user without privileges: even
// when root asks, the trial is done as nobody, since that is what capsules rest on.

#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "cli/doctor/checks.h"
#include "cli/doctor/programs.h"
#include "common/unique_fd.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

namespace blink::doctor {
namespace {

constexpr uid_t nobody = 65534;

Status step(const char* what, bool is_good) {
  return is_good ? Status::ok() : Status::system(what, errno);
}

Status become_unprivileged() {
  if (::geteuid() != 0) return Status::ok();
  BLINK_TRY(step("giving up groups", ::setgroups(0, nullptr) == 0));
  BLINK_TRY(step("becoming nobody", ::setresgid(nobody, nobody, nobody) == 0 &&
                                        ::setresuid(nobody, nobody, nobody) == 0));
  // A process that changed its user owns its own /proc files no more, unless it says this.
  return step("PR_SET_DUMPABLE", ::prctl(PR_SET_DUMPABLE, 1) == 0);
}

Status write_file(const char* path, const std::string& text) {
  const UniqueFd file(::open(path, O_WRONLY | O_CLOEXEC));
  if (!file.is_open() || ::write(file.get(), text.data(), text.size()) < 0)
    return Status::system(path, errno);
  return Status::ok();
}

// In the new namespaces this process is root; outside it is who it was.
Status enter_namespaces() {
  const std::string uid = std::to_string(::geteuid());
  const std::string gid = std::to_string(::getegid());
  BLINK_TRY(step("a user namespace", ::unshare(CLONE_NEWUSER) == 0));
  BLINK_TRY(write_file("/proc/self/setgroups", "deny"));
  BLINK_TRY(write_file("/proc/self/uid_map", "0 " + uid + " 1"));
  BLINK_TRY(write_file("/proc/self/gid_map", "0 " + gid + " 1"));
  BLINK_TRY(step("a mount namespace", ::unshare(CLONE_NEWNS) == 0));
  BLINK_TRY(step("a pid namespace", ::unshare(CLONE_NEWPID) == 0));
  BLINK_TRY(step("a network namespace", ::unshare(CLONE_NEWNET) == 0));
  BLINK_TRY(step("an ipc namespace", ::unshare(CLONE_NEWIPC) == 0));
  return step("a uts namespace", ::unshare(CLONE_NEWUTS) == 0);
}

Status use_mounts() {
  BLINK_TRY(step("making mounts private",
                 ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0));
  return step("mounting a tmpfs", ::mount("blink", "/tmp", "tmpfs", 0, "size=64k") == 0 ||
                                      ::mount("blink", "/mnt", "tmpfs", 0, "size=64k") == 0);
}

Status use_network() {
  const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP;
  return step("starting the loopback interface",
              socket.is_open() && ::ioctl(socket.get(), SIOCSIFFLAGS, &request) == 0);
}

// The first process of the new pid namespace: is it number 1, and may it mount its own /proc?
enum class FirstProcess : int { ok = 0, no_proc = 1, not_first = 2 };

Result<FirstProcess> try_first_process() {
  const pid_t first = ::fork();
  BLINK_TRY(step("fork in the new namespaces", first >= 0));
  if (first == 0) {
    if (::getpid() != 1) ::_exit(static_cast<int>(FirstProcess::not_first));
    const bool mounts =
        ::mount("proc", "/proc", "proc", MS_NOSUID | MS_NOEXEC | MS_NODEV, nullptr) == 0;
    ::_exit(static_cast<int>(mounts ? FirstProcess::ok : FirstProcess::no_proc));
  }
  int status = 0;
  BLINK_TRY(step("waiting", ::waitpid(first, &status, 0) == first));
  if (!WIFEXITED(status)) return Status::system("the first process of a pid namespace was killed");
  return static_cast<FirstProcess>(WEXITSTATUS(status));
}

void note_setting(Finding& finding, const char* path) {
  std::string value;
  if (!(std::ifstream("/proc/sys/" + std::string(path)) >> value)) return;
  std::string key = path;
  std::replace(key.begin(), key.end(), '/', '.');
  finding.note(key, value);
}

void note_settings(Finding& finding) {
  note_setting(finding, "user/max_user_namespaces");
  note_setting(finding, "kernel/unprivileged_userns_clone");
  note_setting(finding, "kernel/apparmor_restrict_unprivileged_userns");
  finding.note("newuidmap", find_program("newuidmap").value_or("not installed"));
}

void advise(Finding& finding) {
  if (finding.detail("user.max_user_namespaces") == "0")
    finding.advice.push_back("Set user.max_user_namespaces to 10000 or so (sysctl).");
  if (finding.detail("kernel.unprivileged_userns_clone") == "0")
    finding.advice.push_back("Set kernel.unprivileged_userns_clone to 1 (sysctl).");
  if (finding.detail("kernel.apparmor_restrict_unprivileged_userns") == "1")
    finding.advice.push_back(
        "Set kernel.apparmor_restrict_unprivileged_userns to 0 (sysctl), or give blink an AppArmor "
        "profile that allows userns.");
  if (finding.advice.empty())
    finding.advice.push_back(
        "Is this inside a container? Its engine must allow nested user namespaces (seccomp, "
        "masked /proc).");
}

Finding try_all(Finding finding) {
  const auto fail = [&finding](const Status& status) {
    finding.state = State::failed;
    finding.headline = "a user without privileges cannot get " + std::string(status.text());
    advise(finding);
    return finding;
  };
  if (const Status status = become_unprivileged(); !status.is_ok()) {
    finding.headline = "could not be tried: " + std::string(status.text());
    return finding;
  }
  for (const auto trial : {enter_namespaces, use_mounts, use_network})
    if (const Status status = trial(); !status.is_ok()) return fail(status);
  const bool has_time = ::unshare(CLONE_NEWTIME) == 0;
  finding.note("time_namespace", has_time ? "yes" : std::strerror(errno));
  Result<FirstProcess> first = try_first_process();
  if (!first.is_ok()) return fail(first.status());
  if (first.value() == FirstProcess::not_first)
    return fail(Status::system("to be the first process of a pid namespace"));
  const bool has_proc = first.value() == FirstProcess::ok;
  finding.note("own_proc", has_proc ? "yes" : "refused");

  finding.state = has_time && has_proc ? State::ok : State::limited;
  finding.headline =
      "users without privileges get user, mount, pid, network, ipc and uts namespaces";
  if (!has_time) finding.headline += ", but no time namespace";
  if (!has_proc) finding.headline += ", but no /proc of their own";
  if (!has_proc) advise(finding);
  return finding;
}

class UsernsCheck final : public HostCheck {
 public:
  std::string_view name() const override { return "userns"; }
  std::string_view purpose() const override {
    return "capsules: applications in namespaces of their own, without a virtual machine";
  }
  Finding run(const RunContext&) override {
    Finding finding;
    finding.note("tried_as", ::geteuid() == 0 ? "nobody" : "uid " + std::to_string(::geteuid()));
    note_settings(finding);
    return try_all(std::move(finding));
  }
};

}  // namespace

std::unique_ptr<HostCheck> make_userns_check() { return std::make_unique<UsernsCheck>(); }

}  // namespace blink::doctor
