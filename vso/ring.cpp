#include "vso/ring.h"

#include <algorithm>

namespace blink::vso {
namespace {

static_assert(BLINK_MESSAGE_BYTES_MAX <= BLINK_RING_PAGES_MIN * BLINK_PAGE_BYTES,
              "the largest message fits the smallest ring");

Status bad_ring(const char* what) {
  return Status::guest(BLINK_END_RING, std::string("ring: ") + what);
}

void copy_out_wrapped(guest_span ring, std::uint64_t position, std::span<std::byte> to) {
  const std::uint64_t place = position % ring.bytes();
  const std::size_t first = std::min<std::uint64_t>(to.size(), ring.bytes() - place);
  ring.copy_out(place, to.first(first));
  ring.copy_out(0, to.subspan(first));
}

void copy_in_wrapped(guest_span ring, std::uint64_t position, std::span<const std::byte> from) {
  const std::uint64_t place = position % ring.bytes();
  const std::size_t first = std::min<std::uint64_t>(from.size(), ring.bytes() - place);
  ring.copy_in(place, from.first(first));
  ring.copy_in(0, from.subspan(first));
}

}  // namespace

RingReader::RingReader(guest_span ring, guest_word<std::uint64_t> head,
                       guest_word<std::uint64_t> tail)
    : ring_(ring), head_(head), tail_(tail) {
  tail_.store_release(0);
}

Result<bool> RingReader::read(Message& message) {
  const std::uint64_t head = head_.load_acquire();
  const std::uint64_t available = head - position_;
  if (available == 0) return false;
  if (available > ring_.bytes()) return bad_ring("the writer's position is out of range");
  if (available < sizeof(blink_message)) return bad_ring("a message is cut short");

  copy_out_wrapped(ring_, position_, std::as_writable_bytes(std::span(&message.header_, 1)));
  const std::uint32_t bytes = message.header_.bytes;
  if (bytes < sizeof(blink_message) || bytes > BLINK_MESSAGE_BYTES_MAX || bytes % 8 != 0)
    return bad_ring("a message's size is out of range");
  if (bytes > available) return bad_ring("a message is cut short");

  // The body is copied after its size was judged; the header in front of it is the judged one.
  std::memcpy(message.bytes_.data(), &message.header_, sizeof(blink_message));
  copy_out_wrapped(
      ring_, position_ + sizeof(blink_message),
      std::span(message.bytes_).subspan(sizeof(blink_message), bytes - sizeof(blink_message)));
  position_ += bytes;
  tail_.store_release(position_);
  return true;
}

RingWriter::RingWriter(guest_span ring, guest_word<std::uint64_t> head,
                       guest_word<std::uint64_t> tail)
    : ring_(ring), head_(head), tail_(tail) {
  head_.store_release(0);
}

Result<bool> RingWriter::write(std::span<const std::byte> message, std::uint64_t left_free) {
  CHECK(message.size() >= sizeof(blink_message) && message.size() <= BLINK_MESSAGE_BYTES_MAX &&
        message.size() % 8 == 0);
  const std::uint64_t used = position_ - tail_.load_acquire();
  if (used > ring_.bytes()) return bad_ring("the reader's position is out of range");
  if (ring_.bytes() - used < message.size() + left_free) return false;
  copy_in_wrapped(ring_, position_, message);
  position_ += message.size();
  head_.store_release(position_);
  return true;
}

}  // namespace blink::vso
