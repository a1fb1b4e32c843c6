#include "vso/ring.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <vector>

namespace blink::vso {
namespace {

struct Ring {
  alignas(8) std::array<std::byte, 4096 + 16> memory{};
  guest_span span = guest_span::adopt(memory.data(), memory.size());
  guest_span body = *span.part(0, 4096);
  guest_word<std::uint64_t> head = span.word<std::uint64_t>(4096);
  guest_word<std::uint64_t> tail = span.word<std::uint64_t>(4104);
};

std::vector<std::byte> message_of(std::uint32_t bytes, std::uint16_t type) {
  std::vector<std::byte> message(bytes, static_cast<std::byte>(type));
  const blink_message header{bytes, type, BLINK_NO_REPLY, 0};
  std::memcpy(message.data(), &header, sizeof header);
  return message;
}

TEST(Ring, MessagesOfEverySizeComeOutAsTheyWentIn) {
  Ring ring;
  RingWriter writer(ring.body, ring.head, ring.tail);
  RingReader reader(ring.body, ring.head, ring.tail);
  std::mt19937 random(1);
  Message message;
  std::uint16_t sent = 0;
  std::uint16_t received = 0;
  std::vector<std::uint32_t> sizes;
  while (received < 5000) {
    const auto bytes =
        static_cast<std::uint32_t>(16 + 8 * (random() % ((BLINK_MESSAGE_BYTES_MAX - 16) / 8 + 1)));
    auto wrote = writer.write(message_of(bytes, sent));
    ASSERT_TRUE(wrote.is_ok());
    if (wrote.value()) {
      sizes.push_back(bytes);
      ++sent;
      continue;
    }
    while (reader.has_message()) {
      ASSERT_TRUE(reader.read(message).take());
      ASSERT_EQ(message.header().type, received);
      ASSERT_EQ(message.bytes().size(), sizes[received]);
      for (const std::byte byte : message.bytes().subspan(16))
        ASSERT_EQ(byte, static_cast<std::byte>(received));
      ++received;
    }
    ASSERT_FALSE(reader.read(message).take());
  }
}

TEST(Ring, RefusesPositionsOutOfRange) {
  for (const std::uint64_t head : {1ull, 8ull, 15ull, 4097ull, 8192ull, ~0ull}) {
    Ring ring;
    RingReader reader(ring.body, ring.head, ring.tail);
    ring.head.store(head);
    Message message;
    const auto read = reader.read(message);
    ASSERT_FALSE(read.is_ok()) << head;
    EXPECT_EQ(read.status().code(), BLINK_END_RING);
  }
  Ring ring;
  RingWriter writer(ring.body, ring.head, ring.tail);
  ring.tail.store(1);  // more was read than ever written
  EXPECT_EQ(writer.write(message_of(16, 1)).status().code(), BLINK_END_RING);
}

TEST(Ring, RefusesSizesOutOfRange) {
  for (const std::uint32_t bytes : {0u, 8u, 15u, 17u, 20u, 1032u, 4096u, ~0u}) {
    Ring ring;
    RingReader reader(ring.body, ring.head, ring.tail);
    ring.span.word<std::uint32_t>(0).store(bytes);
    ring.head.store(4096);
    Message message;
    EXPECT_EQ(reader.read(message).status().code(), BLINK_END_RING) << bytes;
  }
  Ring ring;  // a good size, and not enough bytes behind it
  RingReader reader(ring.body, ring.head, ring.tail);
  ring.span.word<std::uint32_t>(0).store(64);
  ring.head.store(32);
  Message message;
  EXPECT_EQ(reader.read(message).status().code(), BLINK_END_RING);
}

TEST(Ring, AFullRingSaysSoAndLosesNothing) {
  Ring ring;
  RingWriter writer(ring.body, ring.head, ring.tail);
  RingReader reader(ring.body, ring.head, ring.tail);
  int written = 0;
  while (writer.write(message_of(1024, static_cast<std::uint16_t>(written))).take())
    ++written;
  EXPECT_EQ(written, 4);
  Message message;
  for (int i = 0; i < written; ++i) {
    ASSERT_TRUE(reader.read(message).take());
    EXPECT_EQ(message.header().type, i);
  }
  EXPECT_TRUE(writer.write(message_of(1024, 9)).take());
}

}  // namespace
}  // namespace blink::vso
