// The message rings, seen from either end (docs/formats/vso.md, "Rings").
//
// Each end keeps its own position privately and publishes it; the other side's position is fetched
// once for each use and judged. A position out of range is the other side's fault and final:
// nothing after it can be trusted.
//
// Threads: one at a time for each object (a client with several threads holds a lock).

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "common/status.h"
#include "vso/blink_vso.h"
#include "vso/guest_memory.h"

namespace blink::vso {

// A message, copied out of the ring: header and body, checked to be whole.
class Message {
 public:
  const blink_message& header() const { return header_; }
  std::span<const std::byte> bytes() const { return std::span(bytes_).first(header_.bytes); }

  // The whole message as a structure that starts with its header; nothing when the size is another.
  template <typename T>
  std::optional<T> as() const {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= BLINK_MESSAGE_BYTES_MAX);
    if (header_.bytes != sizeof(T)) return std::nullopt;
    T body;
    std::memcpy(&body, bytes_.data(), sizeof(T));
    return body;
  }

 private:
  friend class RingReader;
  blink_message header_{};
  std::array<std::byte, BLINK_MESSAGE_BYTES_MAX> bytes_;
};

class RingReader {
 public:
  // `head` is the writer's word, `tail` is ours. Starts at the beginning.
  RingReader(guest_span ring, guest_word<std::uint64_t> head, guest_word<std::uint64_t> tail);

  bool has_message() const { return head_.load_ordered() != position_; }
  // True when a message was copied out; false when there is none.
  Result<bool> read(Message& message);

 private:
  guest_span ring_;
  guest_word<std::uint64_t> head_;
  guest_word<std::uint64_t> tail_;
  std::uint64_t position_ = 0;
};

class RingWriter {
 public:
  // `head` is our word, `tail` is the reader's. Starts at the beginning.
  RingWriter(guest_span ring, guest_word<std::uint64_t> head, guest_word<std::uint64_t> tail);

  // `message` is a structure that starts with a blink_message whose `bytes` is its size. True when
  // it was put in, false when there is no room beside `left_free` bytes.
  Result<bool> write(std::span<const std::byte> message, std::uint64_t left_free = 0);

 private:
  guest_span ring_;
  guest_word<std::uint64_t> head_;
  guest_word<std::uint64_t> tail_;
  std::uint64_t position_ = 0;
};

}  // namespace blink::vso
