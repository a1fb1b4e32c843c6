#include "vso/local/client_link.h"

#include <poll.h>
#include <algorithm>
#include <cstring>

#include "common/limits.h"
#include "common/runtime_dir.h"
#include "common/text.h"
#include "vso/blink_vso.h"
#include "vso/local/socket.h"

namespace blink::vso::local {

Result<ClientLink> ClientLink::connect(const std::string& socket_path, std::string_view name,
                                       int region_fd) {
  ClientLink link;
  BLINK_TRY(check_runtime_dir(socket_path.substr(0, socket_path.rfind('/'))));
  BLINK_ASSIGN(link.socket_, connect_to(socket_path));
  blink_hello hello{};
  hello.magic = BLINK_VSO_MAGIC;
  hello.version_major = BLINK_VSO_VERSION_MAJOR;
  hello.version_minor = BLINK_VSO_VERSION_MINOR;
  hello.bytes = sizeof hello;
  std::memcpy(hello.name, name.data(), std::min<std::size_t>(name.size(), sizeof hello.name));
  Status sent = send_packet(link.socket_.get(), std::as_bytes(std::span(&hello, 1)),
                            std::span(&region_fd, 1));

  // A server that takes nobody has said why before it was asked, and hung up.
  pollfd readable{link.socket_.get(), POLLIN, 0};
  if (::poll(&readable, 1, sent.is_ok() ? limits::client_answer_ms_max : 0) != 1)
    return sent.is_ok() ? Status::system("the server does not answer") : std::move(sent);
  blink_welcome welcome{};
  BLINK_ASSIGN(Packet packet,
               receive_packet(link.socket_.get(), std::as_writable_bytes(std::span(&welcome, 1))));
  if (packet.bytes != sizeof welcome || welcome.magic != BLINK_VSO_MAGIC)
    return Status::system("the server closed the connection or speaks another protocol");
  if (welcome.code == BLINK_END_FROZEN) return Status::system("the server keeps it frozen");
  if (welcome.code != BLINK_END_NONE)
    return Status::guest(
        welcome.code,
        std::string(welcome.text, std::min<std::size_t>(welcome.text_bytes, sizeof welcome.text)));
  if (packet.fds.size() != 2) return Status::system("the server sent no doorbells");
  link.server_doorbell_ = Doorbell(std::move(packet.fds[0]));
  link.client_doorbell_ = Doorbell(std::move(packet.fds[1]));
  return link;
}

void ClientLink::wait(int timeout_ms) const {
  pollfd fds[] = {{client_doorbell_.fd(), POLLIN, 0}, {socket_.get(), POLLIN, 0}};
  if (::poll(fds, 2, timeout_ms) > 0 && (fds[0].revents & POLLIN) != 0) client_doorbell_.take();
}

bool ClientLink::is_gone() const {
  // Nothing is sent after the welcome, so anything to be read is the end.
  pollfd fd{socket_.get(), POLLIN, 0};
  return ::poll(&fd, 1, 0) != 0;
}

}  // namespace blink::vso::local
