// MemoryFile: a region as a memfd, mapped. Both ends of the transport `local` use it.
//
// The client makes it and seals it against shrinking; the server takes it only so sealed, because a
// page that a client can take away is a SIGBUS in whoever reads it. Only the kernel's own shared
// memory will do: a file of any other file system may block or fail when it is read.

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "common/status.h"
#include "common/unique_fd.h"
#include "vso/memory.h"

namespace blink::vso::local {

class MemoryFile final : public Memory {
 public:
  // A new region, zeroed; costs memory only where it is written.
  static Result<std::unique_ptr<MemoryFile>> create(std::uint64_t bytes);
  // What a client has sent. A guest's fault when it is not safe to use.
  static Result<std::unique_ptr<MemoryFile>> adopt(UniqueFd fd, std::uint64_t bytes_max);
  ~MemoryFile() override;

  int fd() const { return fd_.get(); }
  // The mapping stays, and map() is of no use any more.
  void close_file() { fd_.reset(); }
  guest_span span() const override;
  Result<std::unique_ptr<Mapping>> map(std::span<const PageRun> runs) override;

  // The owner's plain view of its own memory; the server has no use for it.
  std::byte* own_bytes() const { return static_cast<std::byte*>(address_); }
  std::uint64_t bytes() const { return bytes_; }

 private:
  MemoryFile(UniqueFd fd, std::uint64_t bytes) : fd_(std::move(fd)), bytes_(bytes) {}
  static Result<std::unique_ptr<MemoryFile>> map_whole(UniqueFd fd, std::uint64_t bytes);

  UniqueFd fd_;
  void* address_ = nullptr;
  std::uint64_t bytes_;
};

}  // namespace blink::vso::local
