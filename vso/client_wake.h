// ClientWake: the server's part of waking a client that sleeps (docs/formats/vso.md). Whoever
// publishes something in a region has one; there may be several.
//
// Threads: any, one at a time for each.

#pragma once

#include <cstddef>
#include <cstdint>

#include "vso/blink_vso.h"
#include "vso/guest_memory.h"
#include "vso/layout.h"

namespace blink::vso {

class ClientWake {
 public:
  explicit ClientWake(guest_span region)
      : client_sleeping_(region.word<std::uint32_t>(page_offset(BLINK_PAGE_CLIENT_WORDS) +
                                                    offsetof(blink_client_words, client_sleeping))),
        server_heartbeat_(
            region.word<std::uint64_t>(page_offset(BLINK_PAGE_SERVER_WORDS) +
                                       offsetof(blink_server_words, server_heartbeat))) {}

  // The server has looked at the region.
  void beat() { server_heartbeat_.fetch_add(1); }
  // Something was published: whether the client sleeps, and its doorbell is to be rung.
  bool must_ring() {
    beat();
    return client_sleeping_.load_ordered() != 0 && client_sleeping_.exchange(0) != 0;
  }

 private:
  guest_word<std::uint32_t> client_sleeping_;
  guest_word<std::uint64_t> server_heartbeat_;
};

}  // namespace blink::vso
