// RendererProcess: the program that runs the OpenGL of one session (server/renderer/), from its
// start to its end.
//
// Threads: the session's own, which the process does not outlive.

#pragma once

#include <sys/types.h>
#include <memory>
#include <string>

#include "common/status.h"
#include "common/unique_fd.h"

namespace blink::server {

class RendererProcess {
 public:
  static Result<std::unique_ptr<RendererProcess>> start();
  ~RendererProcess();
  RendererProcess(const RendererProcess&) = delete;

  pid_t pid() const { return pid_; }
  int socket() const { return socket_.get(); }
  // Ends it, if it has not ended, and says how it did.
  std::string end();

 private:
  RendererProcess() = default;

  pid_t pid_ = -1;  // -1: not yet, or no more
  UniqueFd socket_;
  bool is_counted_ = false;
};

}  // namespace blink::server
