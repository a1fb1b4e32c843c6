// Starting programs that lie beside this one, and ending them.

#pragma once

#include <sys/types.h>
#include <string>
#include <vector>

#include "common/status.h"
#include "common/unique_fd.h"

namespace blink::cli {

// A child that is killed and waited for when this goes, unless it was let go.
class Child {
 public:
  Child() = default;
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  ~Child();

  pid_t pid() const { return pid_; }
  void let_go() { pid_ = -1; }
  void signal(int number) const;
  // Its exit status, or 128 + the signal that ended it; -1 when it is still running after that
  // time.
  int wait(int timeout_ms);

 private:
  friend Result<Child> start(const std::vector<std::string>&, int, int, bool);
  pid_t pid_ = -1;
};

// Starts `command` with `output` as its standard output and error (-1: ours), and `extra` kept open
// under the same number (-1: none). `dies_with_us`: however this thread ends, the child does too.
Result<Child> start(const std::vector<std::string>& command, int output, int extra,
                    bool dies_with_us = false);

}  // namespace blink::cli
