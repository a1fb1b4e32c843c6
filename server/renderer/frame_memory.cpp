#include "server/renderer/frame_memory.h"

#include <utility>

#include "vso/layout.h"

namespace blink::server {
namespace {

std::uint64_t slot_bytes_for(std::uint32_t width, std::uint32_t height) {
  return vso::page_offset(vso::pages_for(std::uint64_t{width} * height * 4));
}

}  // namespace

std::uint64_t FrameMemory::bytes_for(std::uint32_t width, std::uint32_t height) {
  return BLINK_PAGE_BYTES + slots * slot_bytes_for(width, height);
}

FrameMemory::FrameMemory(std::unique_ptr<vso::local::MemoryFile> file, std::uint32_t width,
                         std::uint32_t height, std::uint32_t held)
    : file_(std::move(file)),
      width_(width),
      height_(height),
      slot_bytes_(slot_bytes_for(width, height)),
      held_(held) {}

// The first page has one word: the middle slot. New memory is zeroed, so that is slot 0.
vso::guest_word<std::uint32_t> FrameMemory::middle() const {
  return file_->span().word<std::uint32_t>(0);
}

std::uint64_t FrameMemory::offset() const { return BLINK_PAGE_BYTES + held_ * slot_bytes_; }

bool FrameMemory::exchange(std::uint32_t flag) {
  const std::uint32_t other = middle().exchange(held_ | flag);
  held_ = (other & (is_new - 1)) % slots;
  return (other & is_new) != 0;
}

Result<std::unique_ptr<FrameWriter>> FrameWriter::create(std::uint32_t width,
                                                         std::uint32_t height) {
  BLINK_ASSIGN(auto file, vso::local::MemoryFile::create(bytes_for(width, height)));
  return std::unique_ptr<FrameWriter>(new FrameWriter(std::move(file), width, height, 1));
}

Result<std::unique_ptr<FrameReader>> FrameReader::adopt(UniqueFd fd, std::uint32_t width,
                                                        std::uint32_t height) {
  const std::uint64_t bytes = bytes_for(width, height);
  BLINK_ASSIGN(auto file, vso::local::MemoryFile::adopt(std::move(fd), bytes));
  if (file->bytes() != bytes)
    return Status::guest(BLINK_END_MEMORY, "shared memory: has no room for frames");
  file->close_file();
  return std::unique_ptr<FrameReader>(new FrameReader(std::move(file), width, height, 2));
}

std::optional<vso::guest_span> FrameReader::take() {
  if ((middle().load() & is_new) == 0 || !exchange(0)) return std::nullopt;
  return file_->span().part(offset(), slot_bytes_);
}

}  // namespace blink::server
