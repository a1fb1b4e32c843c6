#include "vso/local/socket.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>

#include "vso/local/interruption.h"

namespace blink::vso::local {
namespace {

constexpr std::size_t fds_max = 4;

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return Status::system("the socket's path is too long for a Unix socket: " + path);
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

Result<UniqueFd> new_socket() {
  UniqueFd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) return Status::system("cannot make a socket", errno);
  return fd;
}

}  // namespace

Result<UniqueFd> listen_at(const std::string& path) {
  BLINK_ASSIGN(const sockaddr_un address, address_of(path));
  BLINK_ASSIGN(UniqueFd fd, new_socket());
  ::unlink(path.c_str());
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return Status::system("cannot bind " + path, errno);
  if (::listen(fd.get(), 128) != 0) return Status::system("cannot listen at " + path, errno);
  return fd;
}

Result<UniqueFd> connect_to(const std::string& path) {
  BLINK_ASSIGN(const sockaddr_un address, address_of(path));
  BLINK_ASSIGN(UniqueFd fd, new_socket());
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return Status::system("cannot reach a Blink server at " + path, errno);
  return fd;
}

Peer peer_of(int socket) {
  ucred peer{};
  socklen_t bytes = sizeof peer;
  const int result = ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &bytes);
  CHECK(result == 0);  // every Unix socket that is connected can tell
  return {peer.pid, peer.uid};
}

Status send_packet(int socket, std::span<const std::byte> bytes, std::span<const int> fds) {
  CHECK(fds.size() <= fds_max);
  iovec part{const_cast<std::byte*>(bytes.data()), bytes.size()};
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(fds_max * sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (!fds.empty()) {
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(fds.size_bytes());
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(fds.size_bytes());
    std::memcpy(CMSG_DATA(header), fds.data(), fds.size_bytes());
  }
  if (::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
    return Status::system("cannot send on a socket", errno);
  return {};
}

Result<Packet> receive_packet(int socket, std::span<std::byte> to) {
  iovec part{to.data(), to.size()};
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(fds_max * sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t bytes = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT | MSG_TRUNC);
  if (bytes < 0) return Status::system("cannot receive from a socket", errno);
  Packet packet;
  packet.bytes = static_cast<std::size_t>(bytes);
  packet.has_lost_fds = (message.msg_flags & MSG_CTRUNC) != 0;
  // Every descriptor is taken, so that none can leak, however many were sent.
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof fd);
      packet.fds.emplace_back(fd);
    }
  }
  return packet;
}

void hang_up(int socket) {
  ::shutdown(socket, SHUT_RDWR);
  const Impatience impatience;
  // Now what comes with a packet is flagged as cut off: that tells an empty packet from the end.
  const int one = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_PASSCRED, &one, sizeof one);
  for (;;) {
    msghdr message{};  // takes nothing: the kernel closes what was sent, one packet at a time
    const ssize_t bytes = ::recvmsg(socket, &message, MSG_DONTWAIT);
    if (bytes < 0 && errno != EINTR && errno != ECONNRESET) return;
    if (bytes >= 0 && (message.msg_flags & MSG_CTRUNC) == 0) return;
  }
}

}  // namespace blink::vso::local
