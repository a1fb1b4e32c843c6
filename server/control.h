// The control socket: how the `blink` command talks to the server. For the user alone; no machine
// can reach it.
//
// One request for each connection: a line of JSON, {"command": "ps"}. The answer is a line of JSON
// with "ok", and "bytes": the number of raw bytes that follow it (a picture).
// docs/formats/control.md.
//
// Threads: one that accepts, and one for each request, so that who reads a picture slowly does not
// keep `blink down` waiting. When they are too many, the oldest is given up.

#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "common/status.h"
#include "common/unique_fd.h"
#include "vso/local/doorbell.h"

namespace blink::server {

struct ControlRequest {
  std::string command;
  std::string argument;  // JSON; empty: none was given
};

struct ControlAnswer {
  std::string json;  // of an object's members, without braces: "\"ok\":true"
  std::vector<std::byte> payload;
};

class Control {
 public:
  // Called on any of the threads.
  using Handler = std::function<Result<ControlAnswer>(const ControlRequest& request)>;

  static Result<std::unique_ptr<Control>> start(const std::string& runtime_dir, Handler handler);
  ~Control();

 private:
  Control(UniqueFd listener, std::string path, vso::local::Doorbell stop, vso::local::Doorbell over,
          Handler handler);
  struct Request {
    UniqueFd socket;
    std::atomic<bool> is_over{false};
    std::thread thread;
  };

  void run();
  UniqueFd accept() const;
  void begin(UniqueFd socket);
  bool wait_for_an_end(int timeout_ms);
  void end_requests();
  void serve(int socket) const;
  void answer(int socket) const;

  const UniqueFd listener_;
  const std::string path_;
  const vso::local::Doorbell stop_;
  const vso::local::Doorbell over_;  // rung by requests
  const Handler handler_;
  std::list<Request> requests_;  // the accepting thread's; the oldest first
  std::thread thread_;
};

// The other end: asks the server of a runtime directory. `argument` is JSON, or empty.
Result<ControlAnswer> ask_server(const std::string& runtime_dir, const std::string& command,
                                 const std::string& argument = "");

}  // namespace blink::server
