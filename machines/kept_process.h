// KeptProcess: a child by its descriptor, so that nobody else who has its number by then is meant.

#pragma once

#include <sys/types.h>

#include "common/unique_fd.h"

namespace blink::machines {

class KeptProcess {
 public:
  KeptProcess() = default;
  KeptProcess(pid_t pid, UniqueFd fd) : pid_(pid), fd_(std::move(fd)) {}
  KeptProcess(KeptProcess&& other) noexcept;
  KeptProcess& operator=(KeptProcess&& other) noexcept;
  ~KeptProcess();

  pid_t pid() const { return pid_; }
  int fd() const { return fd_.get(); }
  void signal(int number) const;
  // Its exit status, or 128 and the signal that ended it. Waits.
  int wait();

 private:
  pid_t pid_ = -1;
  UniqueFd fd_;
  int status_ = -1;  // once it is known
};

}  // namespace blink::machines
