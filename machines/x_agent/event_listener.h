// EventListener: what the server says to the agent, on a thread that waits for it, so that the
// agent's own can wait for the X server and for this at once.
//
// Threads: the agent's.

#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "common/unique_fd.h"
#include "vso/client.h"

namespace blink::machines {

class EventListener {
 public:
  // The listener goes before the client does, and the process with it.
  explicit EventListener(vso::Client& client);

  // Can be read when there is something to be taken, or the server has gone.
  int fd() const { return news_.get(); }
  std::vector<vso::ClientEvent> take();
  // Nobody is listened to until go_on(): the server has gone, or wants to be let go of, and the
  // client is the caller's alone.
  bool has_lost_server();
  void go_on();

 private:
  void listen();

  vso::Client& client_;
  UniqueFd news_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<vso::ClientEvent> events_;
  bool is_lost_ = false;
};

}  // namespace blink::machines
