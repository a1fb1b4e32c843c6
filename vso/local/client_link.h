// ClientLink: the client's end of the transport `local`.

#pragma once

#include <string>
#include <string_view>

#include "common/status.h"
#include "common/unique_fd.h"
#include "vso/local/doorbell.h"

namespace blink::vso::local {

class ClientLink {
 public:
  // Connects, sends the hello with the region, and waits for the welcome. A refusal is a guest's
  // fault with the server's own words.
  static Result<ClientLink> connect(const std::string& socket_path, std::string_view name,
                                    int region_fd);

  void ring() const { server_doorbell_.ring(); }
  // Waits until the server rings, it is gone, or the time is over (-1: for ever).
  void wait(int timeout_ms) const;
  bool is_gone() const;
  // Can be read when it is gone.
  int end_fd() const { return socket_.get(); }

 private:
  UniqueFd socket_;
  Doorbell server_doorbell_;
  Doorbell client_doorbell_;
};

}  // namespace blink::vso::local
