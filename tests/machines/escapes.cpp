// escapes NAME [ARGUMENT]: tries to get out of a capsule, one way for each name.
//
// Exit status: 0 it is held back, 1 it got through, and says where to; 2 the line is wrong; 3 it
// cannot be tried here.

#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace {

enum Outcome { held = 0, through = 1, cannot_be_tried = 3 };

Outcome got(const std::string& where) {
  std::printf("through: %s\n", where.c_str());
  return through;
}

bool can_read(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
  char byte = 0;
  return fd >= 0 && ::read(fd, &byte, 1) >= 0;
}

Outcome read_file(const std::string& path) { return can_read(path) ? got(path) : held; }

Outcome write_file(const std::string& path) {
  const bool was_there = ::access(path.c_str(), F_OK) == 0;
  if (::open(path.c_str(), O_WRONLY | O_CREAT, 0600) < 0) return held;
  if (!was_there) ::unlink(path.c_str());
  return got(path);
}

bool connects(int type, const std::string& path) {
  const int fd = ::socket(AF_UNIX, type, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), std::min(path.size(), sizeof address.sun_path - 1));
  const bool does = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return does;
}

Outcome stream_socket(const std::string& path) {
  return connects(SOCK_STREAM, path) ? got(path) : held;
}
Outcome packet_socket(const std::string& path) {
  return connects(SOCK_SEQPACKET, path) ? got(path) : held;
}

// Beside the door, in the server's folder, and wherever a capsule can look.
Outcome find_control_socket(const std::string& runtime_dir) {
  namespace fs = std::filesystem;
  const std::string door = std::getenv("BLINK_RUNTIME_DIR");
  for (const std::string& folder : {door, door + "/..", door + "/../../..", runtime_dir})
    if (connects(SOCK_STREAM, folder + "/control")) return got(folder);
  if (door != "/blink/door") return held;
  std::error_code none;
  for (const char* folder : {"/blink", "/dev", "/home", "/run", "/share", "/tmp", "/var"})
    for (auto it = fs::recursive_directory_iterator(
             folder, fs::directory_options::skip_permission_denied, none);
         it != fs::recursive_directory_iterator(); it.increment(none))
      if (it->path().filename() == "control" && connects(SOCK_STREAM, it->path()))
        return got(it->path());
  return held;
}

Outcome abstract_socket(const std::string& name) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(&address.sun_path[1], name.data(), name.size());
  const auto bytes = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  return ::connect(fd, reinterpret_cast<sockaddr*>(&address), bytes) == 0 ? got("@" + name) : held;
}

Outcome internet_socket(const std::string& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
  return ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0
             ? got("port " + port)
             : held;
}

Outcome network_interfaces(const std::string&) {
  const auto* all = ::if_nameindex();
  for (; all != nullptr && all->if_index != 0; ++all)
    if (std::string_view(all->if_name) != "lo") return got(all->if_name);
  return held;
}

Outcome raw_sockets(const std::string&) {
  constexpr int packet = 17, vsock = 40;
  for (const int family : {packet, vsock})
    if (::socket(family, SOCK_DGRAM, 0) >= 0) return got("family " + std::to_string(family));
  return ::socket(AF_INET, SOCK_RAW, IPPROTO_RAW) >= 0 ? got("raw packets") : held;
}

Outcome signal_process(const std::string& pid) {
  return ::kill(std::stoi(pid), 0) == 0 ? got("process " + pid) : held;
}

Outcome see_process(const std::string& name) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "comm");
    std::string its;
    if (std::getline(file, its) && its == name) return got(entry.path());
  }
  return held;
}

Outcome trace(const std::string&) {
  if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0) return got("traced by another");
  const pid_t child = ::fork();
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  const bool can = ::ptrace(PTRACE_ATTACH, child, nullptr, nullptr) == 0;
  ::kill(child, SIGKILL);
  return can ? got("traces another") : held;
}

Outcome read_memory_of_another(const std::string&) {
  int value = 7, copy = 0;
  const iovec to{&copy, sizeof copy}, from{&value, sizeof value};
  return ::syscall(SYS_process_vm_readv, ::getpid(), &to, 1, &from, 1, 0) == sizeof value
             ? got("process_vm_readv")
             : held;
}

// In namespaces of its own where it can have some, so that the host stays as it is.
Outcome mount_something(const std::string&) {
  ::unshare(CLONE_NEWNS);
  ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
  return ::mount("none", "/tmp", "tmpfs", 0, nullptr) == 0 ? got("a mount on /tmp") : held;
}

Outcome mount_by_descriptor(const std::string&) {
  const long tree = ::syscall(SYS_fsopen, "tmpfs", 0);
  if (tree >= 0) return got("fsopen");
  return ::syscall(SYS_open_tree, AT_FDCWD, "/usr", 1) >= 0 ? got("open_tree") : held;
}

Outcome write_to_read_only(const std::string& folder) {
  mount_attr attributes{};
  attributes.attr_clr = MOUNT_ATTR_RDONLY;
  ::syscall(SYS_mount_setattr, AT_FDCWD, folder.c_str(), 0, &attributes, sizeof attributes);
  return write_file(folder + "/blink-test-escape");
}

Outcome another_root(const std::string&) { return ::chroot("/tmp") == 0 ? got("chroot") : held; }

// By clone3's words, where clone itself is looked at.
Outcome new_user_namespace(const std::string&) {
  struct {
    std::uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
  } arguments{CLONE_NEWUSER, 0, 0, 0, SIGCHLD, 0, 0, 0};
  const long by_words = ::syscall(SYS_clone3, &arguments, sizeof arguments);
  if (by_words == 0) ::_exit(0);
  if (by_words > 0) return got("clone3");
  // The kernel does not look at the upper half.
  for (const unsigned long upper : {0ul, 1ul << 32}) {
    const long child =
        ::syscall(SYS_clone, upper | CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, 0);
    if (child == 0) ::_exit(0);
    if (child > 0) return got("clone");
  }
  return ::unshare(CLONE_NEWUSER) == 0 ? got("unshare") : held;
}

Outcome enter_namespace(const std::string&) {
  const int fd = ::open("/proc/self/ns/uts", O_RDONLY);
  return fd >= 0 && ::setns(fd, 0) == 0 ? got("setns") : held;
}

Outcome keyring(const std::string&) {
  constexpr int session = -3;
  if (::syscall(SYS_add_key, "user", "blink-test", "x", 1, session) >= 0) return got("add_key");
  return ::syscall(SYS_keyctl, 0, session, 0) >= 0 ? got("keyctl") : held;
}

// Words into a terminal, as if its user had typed them. With the upper half of the request set,
// too, which the kernel does not look at.
Outcome type_into_terminal(const std::string&) {
  const int master = ::posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0 || ::grantpt(master) != 0 || ::unlockpt(master) != 0) return cannot_be_tried;
  ::setsid();
  const int terminal = ::open(::ptsname(master), O_RDWR);
  if (terminal < 0 || ::ioctl(terminal, TIOCSCTTY, 0) != 0) return cannot_be_tried;
  for (const unsigned long upper : {0ul, 1ul << 32})
    if (::syscall(SYS_ioctl, terminal, upper | TIOCSTI, "x") == 0) return got("TIOCSTI");
  return held;
}

Outcome callers_terminal(const std::string&) {
  for (int fd = 0; fd < 3; ++fd)
    if (::isatty(fd) == 1) return got("descriptor " + std::to_string(fd));
  return ::open("/dev/tty", O_RDWR) >= 0 ? got("/dev/tty") : held;
}

Outcome descriptors(const std::string&) {
  for (int fd = 3; fd < 1024; ++fd)
    if (::fcntl(fd, F_GETFD) >= 0) return got("descriptor " + std::to_string(fd));
  return held;
}

Outcome environment(const std::string& name) {
  return std::getenv(name.c_str()) != nullptr ? got(name) : held;
}

Outcome rights(const std::string&) {
  if (::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) return got("new privileges");
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("Cap") && line.find_first_not_of("0\t ", line.find(':') + 1) != line.npos)
      return got(line);
  return held;
}

Outcome make_device(const std::string&) {
  constexpr const char* path = "/tmp/blink-test-device";
  if (::mknod(path, S_IFBLK | 0600, makedev(7, 0)) != 0) return held;
  ::unlink(path);
  return got("mknod");
}

Outcome open_device(const std::string&) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator("/dev")) {
    struct stat info {};
    if (::stat(entry.path().c_str(), &info) == 0 && S_ISBLK(info.st_mode) &&
        ::open(entry.path().c_str(), O_RDONLY) >= 0)
      return got(entry.path());
  }
  return held;
}

// What is asked for makes no sense: what is there says so, and what is not is not there.
Outcome kernel_interfaces(const std::string&) {
  constexpr struct {
    const char* name;
    long number;
  } calls[] = {{"bpf", SYS_bpf},
               {"perf_event_open", SYS_perf_event_open},
               {"userfaultfd", SYS_userfaultfd},
               {"io_uring_setup", SYS_io_uring_setup},
               {"kexec_load", SYS_kexec_load},
               {"init_module", SYS_init_module},
               {"open_by_handle_at", SYS_open_by_handle_at},
               {"pidfd_getfd", SYS_pidfd_getfd},
               {"quotactl", SYS_quotactl},
               {"settimeofday", SYS_settimeofday},
               {"fanotify_init", SYS_fanotify_init},
               {"modify_ldt", SYS_modify_ldt}};
  for (const auto& call : calls)
    if (::syscall(call.number, -1, -1, -1, -1, -1, -1) >= 0 || errno != ENOSYS)
      return got(call.name);
  return held;
}

Outcome shared_memory(const std::string& key) {
  return ::shmget(static_cast<key_t>(std::stoul(key)), 1, 0) >= 0 ? got("shmget") : held;
}

Outcome host_settings(const std::string&) {
  for (const char* path :
       {"/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/sys/vm/swappiness"})
    if (::open(path, O_WRONLY) >= 0) return got(path);
  return held;
}

Outcome host_devices_told(const std::string&) {
  return ::access("/sys/class", F_OK) == 0 ? got("/sys") : held;
}

constexpr struct Escape {
  std::string_view name;
  Outcome (*attempt)(const std::string& argument);
} escapes[] = {{"read_file", read_file},
               {"write_file", write_file},
               {"stream_socket", stream_socket},
               {"packet_socket", packet_socket},
               {"find_control_socket", find_control_socket},
               {"abstract_socket", abstract_socket},
               {"internet_socket", internet_socket},
               {"network_interfaces", network_interfaces},
               {"raw_sockets", raw_sockets},
               {"signal_process", signal_process},
               {"see_process", see_process},
               {"trace", trace},
               {"read_memory_of_another", read_memory_of_another},
               {"mount_something", mount_something},
               {"mount_by_descriptor", mount_by_descriptor},
               {"write_to_read_only", write_to_read_only},
               {"another_root", another_root},
               {"new_user_namespace", new_user_namespace},
               {"enter_namespace", enter_namespace},
               {"keyring", keyring},
               {"type_into_terminal", type_into_terminal},
               {"callers_terminal", callers_terminal},
               {"descriptors", descriptors},
               {"environment", environment},
               {"rights", rights},
               {"make_device", make_device},
               {"open_device", open_device},
               {"kernel_interfaces", kernel_interfaces},
               {"shared_memory", shared_memory},
               {"host_settings", host_settings},
               {"host_devices_told", host_devices_told}};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const auto* escape = std::ranges::find(escapes, std::string_view(argv[1]), &Escape::name);
  if (escape == std::end(escapes)) return 2;
  return escape->attempt(argc > 2 ? argv[2] : "");
}
