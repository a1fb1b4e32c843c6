// SessionLink: what a session lends to those who deal with its objects, for as long as they are
// there.

#pragma once

#include <cstdint>
#include <functional>

#include "server/machine_label.h"
#include "vso/local/doorbell.h"
#include "vso/local/memory_file.h"

namespace blink::server {

struct SessionLink {
  const vso::local::MemoryFile& memory;
  const vso::local::Doorbell& client_doorbell;
  // Who waits for something else on the session's thread waits for this too: when it rings, the
  // session may be about to end. Mail is looked at afterwards in any case.
  const vso::local::Doorbell& wake;
  std::function<bool()> is_ending;
  std::int32_t client_pid = 0;
  MachineLabel machine = {};
};

}  // namespace blink::server
