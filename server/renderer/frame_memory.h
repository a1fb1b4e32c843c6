// FrameMemory: how the frames of one surface come from the renderer to blinkd: three slots in
// shared memory, of which each end holds one and the third lies between them.
//
// A writer that has filled its slot exchanges it for the one in the middle; so does a reader that
// wants what is new. Neither ever waits for the other, and what is seen is the newest. The word
// that says which slot lies in the middle is the only thing that one end believes of the other, and
// no value of it leads out of the memory.
//
// Threads: one at each end.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "common/status.h"
#include "common/unique_fd.h"
#include "vso/guest_memory.h"
#include "vso/local/memory_file.h"

namespace blink::server {

class FrameMemory {
 public:
  static constexpr std::uint32_t slots = 3;
  // Of the whole memory. Rows of 4-byte pixels lie close together.
  static std::uint64_t bytes_for(std::uint32_t width, std::uint32_t height);

  std::uint32_t width() const { return width_; }
  std::uint32_t height() const { return height_; }

 protected:
  FrameMemory(std::unique_ptr<vso::local::MemoryFile> file, std::uint32_t width,
              std::uint32_t height, std::uint32_t held);

  // Puts the slot that is held into the middle, with this flag, and holds the one that was there.
  // Whether that had the flag of the other end.
  bool exchange(std::uint32_t flag);
  vso::guest_word<std::uint32_t> middle() const;
  std::uint64_t offset() const;

  static constexpr std::uint32_t is_new = 4;  // beside the slot's number

  std::unique_ptr<vso::local::MemoryFile> file_;
  const std::uint32_t width_, height_;
  const std::uint64_t slot_bytes_;
  std::uint32_t held_;
};

// The renderer's end.
class FrameWriter : public FrameMemory {
 public:
  static Result<std::unique_ptr<FrameWriter>> create(std::uint32_t width, std::uint32_t height);

  int fd() const { return file_->fd(); }
  void close_file() { file_->close_file(); }
  // Where the next frame is to be written.
  std::byte* slot() const { return file_->own_bytes() + offset(); }
  // It is written. Whether the reader must be told: it has seen what was there before.
  bool publish() { return !exchange(is_new); }

 private:
  using FrameMemory::FrameMemory;
};

// blinkd's end.
class FrameReader : public FrameMemory {
 public:
  // A guest's fault when the memory is not safe to use.
  static Result<std::unique_ptr<FrameReader>> adopt(UniqueFd fd, std::uint32_t width,
                                                    std::uint32_t height);

  // The newest frame; nothing: it was taken already.
  std::optional<vso::guest_span> take();

 private:
  using FrameMemory::FrameMemory;
};

}  // namespace blink::server
