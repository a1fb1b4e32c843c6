// Server: accepts clients, keeps their sessions, and ends them.
//
// Threads: run() has one of its own. stop(), sessions() and the control socket's requests come from
// others.

#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "common/status.h"
#include "common/unique_fd.h"
#include "server/machine_doors.h"
#include "server/session.h"
#include "vso/local/doorbell.h"
#include "vso/local/socket.h"

namespace blink::server {

struct ServerOptions {
  std::string runtime_dir;
  vso::Quotas quotas;
  std::uint32_t sessions_max = limits::sessions_max;
  std::uint32_t sessions_per_process_max = limits::sessions_per_process_max;
  std::uint32_t sessions_per_user_max = 0;  // 0: seven eighths of sessions_max
  std::uint32_t spin_us = 0;
  std::uint32_t handshake_ms_max = limits::handshake_ms_max;
};

class Server {
 public:
  // Takes the runtime directory (one server each) and listens there.
  static Result<std::unique_ptr<Server>> start(const ServerOptions& options,
                                               ConsumerFactory make_consumer);
  ~Server();

  // Serves until stop(). Then ends every session with a reason and returns.
  void run();
  void stop();
  // After run(): sessions are left that cannot end. One whose client has made it close a file of a
  // file system of its own (FUSE) waits in the kernel for as long as that likes, and no signal
  // helps. The process should let go of the directory and end without them (_exit).
  bool is_stuck() const { return !sessions_.empty(); }
  void let_go_of_directory();

  std::vector<SessionInfo> sessions() const;
  // Has the processes whose sessions have that name, or the one with that number, let go of the
  // display: they get no session again until they are thawed. Returns which they are when they hold
  // nothing any more. If one does not in time, none of them is frozen.
  Result<std::vector<std::int32_t>> freeze(const std::string& who);
  // Returns which may come again.
  Result<std::vector<std::int32_t>> thaw(const std::string& who);
  // Clients of this machine may come; they may not any more, and those that are there end.
  Status add_machine(MachineLabel machine);
  Status remove_machine(std::string_view name);
  MachineDoors::Doors machines() const { return doors_.all(); }
  std::uint64_t generation() const { return generation_; }
  // Of each session.
  const vso::Quotas& quotas() const { return options_.quotas; }

 private:
  Server(const ServerOptions& options, ConsumerFactory make_consumer);

  void wait_for_something();
  void accept_clients();
  void accept_from(int listener, const MachineLabel& machine);
  // Why there is no session for this client; empty: there is one.
  std::string_view why_not(vso::local::Peer peer, const MachineLabel& machine) const;
  void refuse(UniqueFd socket, vso::local::Peer peer, std::string_view reason);
  static void send_refusal(UniqueFd socket, std::uint32_t code, std::string_view reason);
  void reap();
  void end_all();

  const ServerOptions options_;
  const ConsumerFactory make_consumer_;
  std::uint64_t generation_ = 0;
  UniqueFd lock_;
  UniqueFd listener_;
  MachineDoors doors_;
  vso::local::Doorbell stop_;
  vso::local::Doorbell finished_;  // rung by sessions, and for those that are to end
  std::atomic<bool> stopping_{false};
  std::uint32_t next_id_ = 1;
  bool accept_paused_ = false;  // out of descriptors: try again a little later
  int remind_ms_ = -1;          // when those are reminded that should end and have not; -1: none

  // A process that may not come back yet.
  struct Frozen {
    std::string name;
    UniqueFd process;  // can be read when it has ended; none: it cannot be seen
  };
  bool is_frozen(std::int32_t pid);
  bool has_session_of(std::int32_t pid) const;

  mutable std::mutex mutex_;  // the lists; sessions lock themselves
  std::map<std::int32_t, Frozen> frozen_;
  std::list<std::unique_ptr<Session>> sessions_;
};

}  // namespace blink::server
