// MachineDoors: a client socket for each machine, in a folder that only this machine sees. So the
// server knows whose a session is by where it came in, and no program can say otherwise
// (docs/decisions/0025-machines-come-by-their-own-doors.md).
//
// A door's folder outlives the server: the next one makes the socket in it anew, and programs in
// the machine find it where it was.
//
// Threads: any.

#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/status.h"
#include "common/unique_fd.h"
#include "server/machine_label.h"

namespace blink::server {

// Of a text like #2d7dd2.
std::optional<std::uint32_t> rgb_of(std::string_view text);

class MachineDoors {
 public:
  struct Door {
    MachineLabel machine;
    UniqueFd listener;
  };
  using Doors = std::vector<std::shared_ptr<const Door>>;

  explicit MachineDoors(std::string runtime_dir) : runtime_dir_(std::move(runtime_dir)) {}
  // Nobody finds a door any more; what is in its folder beside it stays.
  ~MachineDoors();

  // Those of machines that have lived on since another server opened them.
  void open_again();
  // The machine's keeper has made its folder and holds the lock there. A door that is open already
  // gets the new colour.
  Status open(MachineLabel machine);
  // False: there is none of that name.
  bool close(std::string_view name);

  Doors all() const;

 private:
  Result<std::shared_ptr<const Door>> make(MachineLabel machine) const;
  std::string socket_path(std::string_view name) const;

  const std::string runtime_dir_;
  mutable std::mutex mutex_;
  Doors doors_;
};

}  // namespace blink::server
