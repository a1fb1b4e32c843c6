// xen: whether this host runs on Xen, as which domain, and whether what the `xen` transport needs
// answers: xenstore by a request, the grant and event-channel devices by opening them.

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>

#include "cli/doctor/checks.h"
#include "common/status.h"
#include "common/unique_fd.h"

namespace blink::doctor {
namespace {

namespace fs = std::filesystem;

// Xen's xs_wire.h: a request and its answer begin with this.
struct XenstoreHead {
  std::uint32_t type;
  std::uint32_t request;
  std::uint32_t transaction;
  std::uint32_t length;
};
constexpr std::uint32_t xenstore_directory = 1;
constexpr timeval answer_time_max{2, 0};

std::string read_word(const fs::path& path) {
  std::string word;
  std::ifstream(path) >> word;
  return word;
}

Result<UniqueFd> connect_to(const fs::path& path) {
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.native().size() >= sizeof address.sun_path)
    return Status::system("the socket's path is too long");
  std::strcpy(address.sun_path, path.c_str());
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &answer_time_max, sizeof answer_time_max);
  const auto* const where = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(socket.get(), where, sizeof address) != 0)
    return Status::system(path.native(), errno);
  return socket;
}

// Asks for what is under "/": every domain may, and some answer always comes.
Status ask_xenstore(int fd) {
  struct {
    XenstoreHead head;
    char path[2];
  } request = {{xenstore_directory, 1, 0, 2}, {'/', 0}};
  static_assert(sizeof(XenstoreHead) == 16);
  const std::size_t bytes = sizeof request.head + sizeof request.path;
  if (::write(fd, &request, bytes) != static_cast<ssize_t>(bytes))
    return Status::system("writing to xenstore", errno);
  XenstoreHead answer{};
  if (::read(fd, &answer, sizeof answer) != static_cast<ssize_t>(sizeof answer))
    return Status::system("reading from xenstore", errno);
  return answer.type == xenstore_directory && answer.request == 1
             ? Status::ok()
             : Status::system("xenstore answered something else");
}

class XenCheck final : public HostCheck {
 public:
  explicit XenCheck(fs::path root) : root_(std::move(root)) {}

  std::string_view name() const override { return "xen"; }
  std::string_view purpose() const override {
    return "applications in Xen guests, whose pages are shared by grants";
  }

  Finding run(const RunContext&) override {
    Finding finding;
    if (!is_on_xen()) {
      finding = make_finding(State::missing, "this host does not run on Xen");
      finding.advice.push_back(
          "Only for Xen guests: Debian's package xen-system-amd64, then boot its Xen entry.");
      return finding;
    }
    bool works = try_xenstore(finding);
    for (const char* const device : {"gntdev", "gntalloc", "evtchn"})
      works = try_device(device, finding) && works;

    const bool is_dom0 = read_word(root_ / "proc/xen/capabilities").starts_with("control_d");
    finding.note("domain", is_dom0 ? "dom0" : "domU");
    const std::string role = is_dom0 ? "dom0 of this host" : "a guest of a Xen host";
    finding.state = works ? State::ok : State::limited;
    finding.headline = "this is " + role +
                       (works ? "; xenstore, grants and event channels answer"
                              : ", but not all that Blink needs answers");
    return finding;
  }

 private:
  bool is_on_xen() const {
    return read_word(root_ / "sys/hypervisor/type") == "xen" ||
           fs::exists(root_ / "proc/xen/capabilities");
  }

  // Through the daemon's socket (dom0), or else through the kernel's device (dom0 and guests).
  bool try_xenstore(Finding& finding) const {
    const fs::path device = root_ / "dev/xen/xenbus";
    Status status = Status::ok();
    const char* way = "run/xenstored/socket";
    if (Result<UniqueFd> socket = connect_to(root_ / way); socket.is_ok()) {
      status = ask_xenstore(socket->get());
    } else {
      way = "dev/xen/xenbus";
      const UniqueFd file(::open(device.c_str(), O_RDWR | O_CLOEXEC));
      status = file.is_open() ? ask_xenstore(file.get()) : Status::system(device.native(), errno);
    }
    finding.note("xenstore", status.is_ok() ? std::string("answers (/") + way + ")"
                                            : std::string(status.text()));
    if (!status.is_ok())
      finding.advice.push_back(
          "Start Xen's tools (Debian's package xen-utils, service xen; as "
          "root), which bring xenstored.");
    return status.is_ok();
  }

  bool try_device(const std::string& name, Finding& finding) const {
    const fs::path path = root_ / "dev/xen" / name;
    const UniqueFd file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    const int error = errno;
    finding.note(name, file.is_open() ? "opens" : std::strerror(error));
    if (file.is_open()) return true;
    finding.advice.push_back(error == EACCES
                                 ? "Only root may open " + path.native() + ": ask again as root."
                                 : "Load the kernel module: modprobe xen-" + name);
    return false;
  }

  const fs::path root_;
};

}  // namespace

std::unique_ptr<HostCheck> make_xen_check(const std::filesystem::path& root) {
  return std::make_unique<XenCheck>(root);
}

}  // namespace blink::doctor
