#include "machines/kept_process.h"

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <utility>

namespace blink::machines {

KeptProcess::KeptProcess(KeptProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), fd_(std::move(other.fd_)), status_(other.status_) {}

KeptProcess& KeptProcess::operator=(KeptProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(fd_, other.fd_);
  std::swap(status_, other.status_);
  return *this;
}

KeptProcess::~KeptProcess() {
  if (pid_ <= 0 || status_ >= 0) return;
  signal(SIGKILL);
  wait();
}

void KeptProcess::signal(int number) const {
  if (fd_.is_open() && status_ < 0) ::syscall(SYS_pidfd_send_signal, fd_.get(), number, nullptr, 0);
}

int KeptProcess::wait() {
  int status = 0;
  while (status_ < 0) {
    const pid_t ended = ::waitpid(pid_, &status, 0);
    if (ended < 0 && errno == EINTR) continue;
    status_ = ended < 0 ? 255 : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  return status_;
}

}  // namespace blink::machines
