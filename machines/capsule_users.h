// CapsuleUsers: who a capsule's users are on the host.
//
// Started by root, a capsule has a range of 65,536 users of its own that nobody on the host is, its
// root among them. Started by anybody else it has one, who is on the host who started it.

#pragma once

#include <sys/types.h>
#include <cstdint>
#include <string_view>

#include "common/status.h"

namespace blink::machines {

class CapsuleUsers {
 public:
  // The range goes with the name, so that it is the same whenever the machine is started.
  explicit CapsuleUsers(std::string_view machine);

  // Outside: says so to the kernel, of a process in a new user namespace.
  Status map(pid_t process) const;
  // Within: who makes the capsule, who its programs are, and that these may print.
  Status become_root() const;
  Status become_user() const;
  Status give_streams() const;

 private:
  bool has_range_ = false;
  std::uint32_t first_ = 0;
};

}  // namespace blink::machines
