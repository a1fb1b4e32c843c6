// The control socket: how the `blink` command talks to the server. For the user alone; no machine
// can reach it.
//
// One request for each connection: a line of JSON, {"command": "ps"}. The answer is a line of JSON
// with "ok", and "bytes": the number of raw bytes that follow it (a picture).
// docs/formats/control.md.

#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "common/status.h"
#include "common/unique_fd.h"
#include "vso/local/doorbell.h"

namespace blink::server {

struct ControlAnswer {
  std::string json;  // of an object's members, without braces: "\"ok\":true"
  std::vector<std::byte> payload;
};

class Control {
 public:
  // Called on the control thread with the request's "command".
  using Handler = std::function<Result<ControlAnswer>(const std::string& command)>;

  static Result<std::unique_ptr<Control>> start(const std::string& runtime_dir, Handler handler);
  ~Control();

 private:
  Control(UniqueFd listener, std::string path, vso::local::Doorbell stop, Handler handler);
  void run();
  void serve(int socket);

  const UniqueFd listener_;
  const std::string path_;
  const vso::local::Doorbell stop_;
  const Handler handler_;
  std::thread thread_;
};

// The other end: asks the server of a runtime directory.
Result<ControlAnswer> ask_server(const std::string& runtime_dir, const std::string& command);

}  // namespace blink::server
