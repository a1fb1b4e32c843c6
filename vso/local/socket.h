// The Unix sockets of the transport `local`, and the two messages of its handshake.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/status.h"
#include "common/unique_fd.h"

namespace blink::vso::local {

// A datagram with the descriptors that came with it.
struct Packet {
  std::size_t bytes = 0;  // 0: the other side is gone
  std::vector<UniqueFd> fds;
  bool has_lost_fds = false;  // more came than these: too many, or this process may have no more
};

// Who was at the other end when the connection was made. A process that this one cannot see has the
// number 0.
struct Peer {
  std::int32_t pid = 0;
  std::uint32_t uid = 0;
};

Result<UniqueFd> listen_at(const std::string& path);
Result<UniqueFd> connect_to(const std::string& path);

Peer peer_of(int socket);

// Sends without ever blocking: a peer that does not read is a failure, not a wait.
Status send_packet(int socket, std::span<const std::byte> bytes, std::span<const int> fds);
// Receives what is there; the socket must be readable. A packet larger than `to` is cut to it, and
// `bytes` says how large it was.
Result<Packet> receive_packet(int socket, std::span<std::byte> to);
// Ends a client's connection: nothing more can come, and what has come is thrown away. To be called
// before a socket is closed that may hold what nobody has received. Else close() lets go of the
// descriptors in it, which may block for as long as the client likes (a TCP socket that lingers),
// and the client learns of a reset connection instead of what it was told last.
void hang_up(int socket);

}  // namespace blink::vso::local
