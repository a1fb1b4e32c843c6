// Doorbell: an eventfd that wakes the other side.
//
// Both sides hold the same open file, so either may change its flags or fill its counter. The owner
// of a session's thread must therefore be able to interrupt a ring (server/session.h, kick());
// taking never blocks, whatever the flags say.

#pragma once

#include <cstdint>

#include "common/status.h"
#include "common/unique_fd.h"

namespace blink::vso::local {

class Doorbell {
 public:
  Doorbell() = default;
  explicit Doorbell(UniqueFd fd) : fd_(std::move(fd)) {}
  static Result<Doorbell> create();

  int fd() const { return fd_.get(); }
  void ring() const;
  // How often it was rung since the last time; 0 when it was not.
  std::uint64_t take() const;

 private:
  UniqueFd fd_;
};

}  // namespace blink::vso::local
