#include "server/renderer/send_report.h"

#include <poll.h>
#include <cerrno>

#include "vso/local/socket.h"

namespace blink::server {

Status send_report(int socket, const RendererReport& report, int fd) {
  for (;;) {
    Status status = vso::local::send_packet(socket, std::as_bytes(std::span(&report, 1)),
                                            std::span(&fd, fd < 0 ? 0 : 1));
    if (status.is_ok() || status.code() != EAGAIN) return status;
    pollfd room{socket, POLLOUT, 0};
    ::poll(&room, 1, -1);
  }
}

}  // namespace blink::server
