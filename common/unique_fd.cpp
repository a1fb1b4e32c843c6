#include "common/unique_fd.h"

#include <fcntl.h>
#include <unistd.h>
#include <cerrno>

namespace blink {

void UniqueFd::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

Result<UniqueFd> UniqueFd::duplicate() const {
  const int copy = ::fcntl(fd_, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return Status::system("cannot duplicate a file descriptor", errno);
  return UniqueFd(copy);
}

}  // namespace blink
