#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "cli/doctor/display_hello.h"

namespace blink::doctor {
namespace {

constexpr int silence_ms_max = 2'000;

}  // namespace

Result<UniqueFd> connect_unix(std::string_view path, bool is_abstract) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t skipped = is_abstract ? 1 : 0;
  if (path.size() + skipped >= sizeof address.sun_path)
    return Status::system("the socket's path is too long");
  path.copy(address.sun_path + skipped, path.size());
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return Status::system("socket", errno);
  // An abstract name has no terminating zero: its length is what says where it ends.
  const std::size_t length = offsetof(sockaddr_un, sun_path) + path.size() + 1;
  const auto* const where = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(socket.get(), where, static_cast<socklen_t>(length)) != 0)
    return Status::system(std::string(path), errno);
  return socket;
}

Status write_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return Status::system("writing to the server", errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return Status::ok();
}

Result<std::string> read_exactly(int socket, std::size_t count) {
  std::string bytes(count, '\0');
  for (std::size_t done = 0; done < count;) {
    pollfd wait{socket, POLLIN, 0};
    const int ready = ::poll(&wait, 1, silence_ms_max);
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) return Status::system("the server says nothing");
    const ssize_t got = ::recv(socket, bytes.data() + done, count - done, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Status::system("reading from the server", errno);
    if (got == 0) return Status::system("the server hung up");
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

}  // namespace blink::doctor
