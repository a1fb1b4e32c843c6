// memory: what the `local` transport is made of. A client's region is a memfd that is sealed
// against shrinking, so that the server's mapping of it can never fault; it travels over a
// SOCK_SEQPACKET socket together with eventfds. All of it is done here as a client and a server do
// it, in two processes.

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "cli/doctor/checks.h"
#include "common/unique_fd.h"

namespace blink::doctor {
namespace {

constexpr std::size_t region_bytes = std::size_t{1} << 20;
constexpr std::uint32_t client_word = 0x424C4E4B;
constexpr long maps_wanted = 65'530;    // the kernel's own default
constexpr rlim_t files_wanted = 4'096;  // a session takes a handful: hundreds of sessions
constexpr int patience_ms = 2'000;

Status step(const char* what, bool is_good) {
  return is_good ? Status::ok() : Status::system(what, errno);
}

Result<UniqueFd> make_sealed_region() {
  UniqueFd region(::memfd_create("blink-doctor", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  BLINK_TRY(step("memfd_create", region.is_open()));
  BLINK_TRY(step("ftruncate of a memfd", ::ftruncate(region.get(), region_bytes) == 0));
  BLINK_TRY(step("F_SEAL_SHRINK", ::fcntl(region.get(), F_ADD_SEALS, F_SEAL_SHRINK) == 0));
  errno = 0;
  if (::ftruncate(region.get(), 4096) == 0 || errno != EPERM)
    return Status::system("a memfd with F_SEAL_SHRINK can be shrunk all the same");
  const int seals = ::fcntl(region.get(), F_GET_SEALS);
  BLINK_TRY(step("F_GET_SEALS", seals >= 0 && (seals & F_SEAL_SHRINK) != 0));
  return region;
}

// Both descriptors in one message, as a hello carries them.
Status send_pair(int socket, int first, int second) {
  char byte = 'b';
  iovec data{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(2 * sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* const head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(2 * sizeof(int));
  const int both[2] = {first, second};
  std::memcpy(CMSG_DATA(head), both, sizeof both);
  return step("sending file descriptors (SCM_RIGHTS)", ::sendmsg(socket, &message, 0) == 1);
}

bool receive_pair(int socket, UniqueFd& first, UniqueFd& second) {
  char byte = 0;
  iovec data{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(2 * sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  if (::recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != 1) return false;
  const cmsghdr* const head = CMSG_FIRSTHDR(&message);
  if (!head || head->cmsg_type != SCM_RIGHTS || head->cmsg_len != CMSG_LEN(2 * sizeof(int)))
    return false;
  int both[2];
  std::memcpy(both, CMSG_DATA(head), sizeof both);
  first.reset(both[0]);
  second.reset(both[1]);
  return true;
}

std::uint32_t* map_region(int region) {
  void* const at = ::mmap(nullptr, region_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, region, 0);
  return at == MAP_FAILED ? nullptr : static_cast<std::uint32_t*>(at);
}

// The other side: takes the region, writes its word at the very end, and rings.
[[noreturn]] void be_the_client(int socket) {
  UniqueFd region;
  UniqueFd bell;
  if (!receive_pair(socket, region, bell)) ::_exit(1);
  std::uint32_t* const words = map_region(region.get());
  if (!words) ::_exit(2);
  words[region_bytes / sizeof *words - 1] = client_word;
  ::_exit(::eventfd_write(bell.get(), 1) == 0 ? 0 : 3);
}

Status share_with_a_client() {
  BLINK_ASSIGN(const UniqueFd region, make_sealed_region());
  const UniqueFd bell(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  BLINK_TRY(step("eventfd", bell.is_open()));
  int ends[2];
  BLINK_TRY(step("a SOCK_SEQPACKET socket",
                 ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0));
  const UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  const std::uint32_t* const words = map_region(region.get());
  BLINK_TRY(step("mapping a memfd", words != nullptr));

  const pid_t client = ::fork();
  BLINK_TRY(step("fork", client >= 0));
  if (client == 0) be_the_client(theirs.get());
  BLINK_TRY(send_pair(ours.get(), region.get(), bell.get()));
  pollfd wait{bell.get(), POLLIN, 0};
  if (::poll(&wait, 1, patience_ms) != 1)
    return Status::system("an eventfd was not rung from another process");
  int status = 0;
  ::waitpid(client, &status, 0);
  if (status != 0) return Status::system("the receiving process could not use what it was sent");
  const volatile std::uint32_t& last = words[region_bytes / sizeof *words - 1];
  return last == client_word
             ? Status::ok()
             : Status::system("what was written in one process is not in the other");
}

long read_number(const char* path) {
  long number = -1;
  std::ifstream(path) >> number;
  return number;
}

std::string limit_text(rlim_t limit) {
  return limit == RLIM_INFINITY ? "unlimited" : std::to_string(limit);
}

// The limits that bound how many clients fit. They can be low and Blink still runs.
void judge_limits(Finding& finding) {
  const long maps = read_number("/proc/sys/vm/max_map_count");
  finding.note("vm.max_map_count", maps < 0 ? "not readable" : std::to_string(maps));
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  finding.note("open_files",
               limit_text(files.rlim_cur) + ", at most " + limit_text(files.rlim_max));
  rlimit space{};
  ::getrlimit(RLIMIT_AS, &space);
  finding.note("address_space", limit_text(space.rlim_cur));

  if (maps >= 0 && maps < maps_wanted) {
    finding.state = State::limited;
    finding.advice.push_back("Raise vm.max_map_count to " + std::to_string(maps_wanted) +
                             " or more (a file in /etc/sysctl.d): clients' scattered pages are "
                             "made contiguous by mappings.");
  }
  if (files.rlim_max < files_wanted) {
    finding.state = State::limited;
    finding.advice.push_back("Raise the hard limit of open files to " +
                             std::to_string(files_wanted) +
                             " or more (ulimit -Hn, /etc/security/limits.conf): each client takes "
                             "a handful.");
  }
  if (space.rlim_cur != RLIM_INFINITY) {
    finding.state = State::limited;
    finding.advice.push_back(
        "Lift the limit of address space (ulimit -v unlimited): each client "
        "may ask for gigabytes of it, though not of memory.");
  }
}

class MemoryCheck final : public HostCheck {
 public:
  std::string_view name() const override { return "memory"; }
  std::string_view purpose() const override {
    return "sharing memory with clients on this host: sealed memfd, eventfd, passed descriptors";
  }
  bool is_required() const override { return true; }

  Finding run(const RunContext&) override {
    if (const Status status = share_with_a_client(); !status.is_ok()) {
      Finding finding = make_finding(State::failed, std::string(status.text()));
      finding.advice.push_back(
          "Linux 5.4 or newer does this, unless a sandbox or a seccomp filter "
          "around this program forbids it.");
      return finding;
    }
    Finding finding = make_finding(State::ok,
                                   "sealed memory, wake-ups and descriptors pass "
                                   "between processes");
    finding.note("tried", "memfd with F_SEAL_SHRINK, eventfd and SCM_RIGHTS over SOCK_SEQPACKET");
    judge_limits(finding);
    if (finding.state == State::limited) finding.headline += ", but limits are low";
    return finding;
  }
};

}  // namespace

std::unique_ptr<HostCheck> make_memory_check() { return std::make_unique<MemoryCheck>(); }

}  // namespace blink::doctor
