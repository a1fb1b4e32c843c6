#include "vso/local/doorbell.h"

#include <sys/eventfd.h>
#include <sys/uio.h>
#include <unistd.h>
#include <cerrno>

namespace blink::vso::local {

Result<Doorbell> Doorbell::create() {
  UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd.is_open()) return Status::system("cannot make an eventfd", errno);
  return Doorbell(std::move(fd));
}

void Doorbell::ring() const {
  const std::uint64_t one = 1;
  // A full counter means that it rings already; an interrupted write means that nobody cares.
  [[maybe_unused]] const ssize_t written = ::write(fd_.get(), &one, sizeof one);
}

std::uint64_t Doorbell::take() const {
  std::uint64_t count = 0;
  iovec part{&count, sizeof count};
  return ::preadv2(fd_.get(), &part, 1, -1, RWF_NOWAIT) == sizeof count ? count : 0;
}

}  // namespace blink::vso::local
