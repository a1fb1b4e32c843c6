// MachineEntry: what a machine is known by to other processes of the host: its folder, whose lock
// its keeper holds for as long as it lives (common/machine_folder.h). What the keeper says of it is
// in `about`:
//   {"engine": NAME, "keeper": PID, "pid": PID, "started": TICKS, "command": TEXT}
// `pid` is the process whose end is the machine's, `started` when it began, as /proc/PID/stat has
// it: so a later process of that number is not taken for it.

#pragma once

#include <sys/types.h>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/status.h"
#include "common/unique_fd.h"

namespace blink::machines {

struct MachineAbout {
  std::string engine;
  pid_t keeper = 0, pid = 0;
  std::uint64_t started = 0;
  std::string command;
};

// The keeper's. Its folder goes with it.
class MachineEntry {
 public:
  // Refused while there is a machine of that name. What one left behind whose keeper was killed is
  // ended first.
  static Result<MachineEntry> take(const std::string& runtime_dir, const std::string& name);
  MachineEntry(MachineEntry&&) = default;
  ~MachineEntry();

  // `about.started` is found out.
  Status tell(MachineAbout about) const;
  std::string path_of(std::string_view file) const;

 private:
  MachineEntry(std::string folder, UniqueFd lock)
      : folder_(std::move(folder)), lock_(std::move(lock)) {}

  std::string folder_;
  UniqueFd lock_;
};

struct KnownMachine {
  std::string name;
  bool is_kept = false;  // else its keeper was killed, and its processes may live on
  MachineAbout about;
};

std::vector<KnownMachine> known_machines(const std::string& runtime_dir);
// Returns when it has ended.
Status end_machine(const std::string& runtime_dir, const std::string& name);

}  // namespace blink::machines
