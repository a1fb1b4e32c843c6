// Rings of GL streams: what is added without a command is replayed, in its order, and no more of it
// is believed than of anything else.

#include <gtest/gtest.h>

#include <unistd.h>
#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "gl/generated/enums.h"
#include "gl/wire.h"
#include "tests/support/daemon.h"
#include "tests/support/endless_shader.h"
#include "tests/support/gl_stream.h"

namespace blink::server {
namespace {

using gl::StreamOp;
using gl::WireOp;
using test::Daemon;
using test::endless_shader;
using test::GlStream;

constexpr std::uint32_t ring_bytes = BLINK_STREAM_RING_BYTES_MIN;
constexpr std::uint32_t ring_at = test::gl_answer_place + gl::answer_bytes_max;

// A stream with a ring, beside one without, in one session.
class StreamRingTest : public ::testing::Test {
 protected:
  void start(std::vector<std::string> options = {}) {
    options.insert(options.end(), {"--output", "headless", "--redraw-ms", "10000"});
    daemon = std::make_unique<Daemon>(std::move(options));
    auto client = daemon->connect(64 << 20);
    ASSERT_TRUE(client.is_ok());
    plain = std::make_unique<GlStream>(client.take());
    ring = make(ring_bytes, ring_at + ring_bytes);
    ASSERT_NE(ring, 0u);
    content = plain->array->content(ring);
  }
  // 0: it is refused.
  std::uint32_t make(std::uint32_t ring_size, std::uint32_t bytes) {
    const std::uint32_t made = plain->array
                                   ->create(BLINK_OBJECT_STREAM, bytes,
                                            {BLINK_GL_COMPATIBILITY, 0, plain->object, ring_size})
                                   .take();
    std::memset(plain->array->content(made).data(), 0, 4096);
    const std::uint64_t version = plain->array->end_update(made);
    EXPECT_TRUE(plain->array->wait_for_fence(made, version, GlStream::in_seconds(60)).is_ok());
    const auto event = plain->client->next_event();
    return event.is_ok() && event.value() ? 0 : made;
  }

  template <typename T>
  T* word(std::size_t offset) const {
    return reinterpret_cast<T*>(content.data() + offset);
  }
  std::uint64_t done() const { return __atomic_load_n(word<std::uint64_t>(8), __ATOMIC_SEQ_CST); }
  bool is_looked_at() const {
    return __atomic_load_n(word<std::uint32_t>(64), __ATOMIC_SEQ_CST) != 0;
  }
  void say_place(std::uint64_t to) {
    __atomic_store_n(word<std::uint64_t>(128), to, __ATOMIC_SEQ_CST);
  }
  void tell(std::uint64_t to) {
    told = to;
    EXPECT_TRUE(plain->client->added(*plain->array, ring, to).is_ok());
  }
  bool comes_to(std::uint64_t to) const {
    for (const auto end = GlStream::in_seconds(60); vso::Client::Clock::now() < end;) {
      if (done() >= to) return true;
      if (done() >= told && !is_looked_at()) return done() >= to;
    }
    return false;
  }
  template <typename Op>
  void add(Op op, const std::vector<std::uint32_t>& body) {
    const std::uint32_t header = gl::wire_header(static_cast<std::uint16_t>(op),
                                                 static_cast<std::uint32_t>(body.size() + 1));
    put(header);
    for (const std::uint32_t each : body)
      put(each);
  }
  void put(std::uint32_t value) {
    std::memcpy(content.data() + ring_at + place % ring_bytes, &value, sizeof value);
    place += sizeof value;
  }
  // As a driver does.
  void hand_over() {
    say_place(place);
    if (done() >= told && !is_looked_at()) tell(place);
  }

  std::unique_ptr<Daemon> daemon;
  std::unique_ptr<GlStream> plain;
  std::uint32_t ring = 0;
  std::span<std::byte> content;
  std::uint64_t place = 0, told = 0;
};

TEST_F(StreamRingTest, WhatIsAddedNeedsNoCommand) {
  start();
  add(WireOp::ClearColor, {0, 0, 0, 0});
  const std::uint64_t first = place;
  add(WireOp::ClearColor, {1, 0, 0, 0});
  say_place(place);
  tell(first);
  EXPECT_TRUE(comes_to(place));
}

TEST_F(StreamRingTest, NobodyLooksForEver) {
  start();
  add(WireOp::Flush, {});
  tell(place);
  ASSERT_TRUE(comes_to(place));
  for (int i = 0; i < 6'000 && is_looked_at(); ++i)
    ::usleep(10'000);
  EXPECT_FALSE(is_looked_at());
  add(WireOp::Flush, {});
  hand_over();
  EXPECT_TRUE(comes_to(place));
}

TEST_F(StreamRingTest, GoesRound) {
  start();
  const std::vector<std::uint32_t> body(400, 7);
  while (place < 5 * ring_bytes) {
    const std::uint64_t rest = ring_bytes - place % ring_bytes;
    if (rest <= body.size() * 4) {
      add(StreamOp::skip, std::vector<std::uint32_t>(rest / 4 - 1));
    } else {
      // With a texture that there is not: names end behind the record.
      std::vector<std::uint32_t> names = body;
      names[0] = static_cast<std::uint32_t>(body.size() - 2);
      names[1] = names[0] * 4;
      add(WireOp::DeleteTextures, names);
    }
    hand_over();
    ASSERT_TRUE(comes_to(place - std::min<std::uint64_t>(place, ring_bytes / 2)));
  }
  EXPECT_TRUE(comes_to(place));
  EXPECT_FALSE(plain->client->ended());
}

// What one stream adds is done before what another one says then, whoever looked where.
TEST_F(StreamRingTest, StreamsKeepTheirOrder) {
  start();
  plain->add(WireOp::BindTexture, {gl::GL_TEXTURE_2D, 5}).send();
  ASSERT_TRUE(plain->is_done());
  add(WireOp::BindTexture, {gl::GL_TEXTURE_2D, 5});
  for (std::uint32_t i = 0; i < 2'000; ++i) {
    const std::uint32_t filter = i % 2 == 0 ? gl::GL_NEAREST : gl::GL_LINEAR;
    add(WireOp::TexParameteri, {gl::GL_TEXTURE_2D, gl::GL_TEXTURE_MAG_FILTER, filter});
    hand_over();
    plain->add(WireOp::GetTexParameteriv,
               {gl::GL_TEXTURE_2D, gl::GL_TEXTURE_MAG_FILTER, test::gl_answer_place});
    ASSERT_TRUE(plain->send_and_wait());
    std::uint32_t said = 0;
    std::memcpy(&said, plain->content.data() + test::gl_answer_place + 16, sizeof said);
    ASSERT_EQ(said, filter) << i;
    if (i % 16 == 0) ::usleep(200);
  }
}

TEST_F(StreamRingTest, MoreThanTheRingHolds) {
  start();
  add(WireOp::Flush, {});
  say_place(ring_bytes + 8);
  tell(place);
  EXPECT_NE(plain->end_text().find("more was added than its ring holds"), std::string::npos);
  EXPECT_EQ(plain->end_code, std::uint32_t{BLINK_END_CONTENT});
}

TEST_F(StreamRingTest, PlacesThatAreNone) {
  for (const std::uint64_t to : {~std::uint64_t{0}, std::uint64_t{6}, std::uint64_t{1} << 40}) {
    start();
    tell(to);
    EXPECT_NE(plain->end_text().find("more was added than its ring holds"), std::string::npos);
  }
}

TEST_F(StreamRingTest, APlaceThatGoesBackIsNone) {
  start();
  for (int i = 0; i < 4; ++i)
    add(WireOp::Flush, {});
  tell(place);
  ASSERT_TRUE(comes_to(place));
  say_place(4);
  tell(8);
  plain->add(WireOp::Flush, {});
  EXPECT_TRUE(plain->send_and_wait());
  EXPECT_EQ(done(), place);
}

TEST_F(StreamRingTest, ARecordLiesInOnePiece) {
  start();
  while (place < ring_bytes - 8)
    add(StreamOp::skip, std::vector<std::uint32_t>(
                            std::min<std::uint64_t>((ring_bytes - 8 - place) / 4 - 1, 60'000)));
  tell(place);
  ASSERT_TRUE(comes_to(place));
  add(WireOp::ClearColor, {0, 0, 0, 0});
  tell(place);
  EXPECT_NE(plain->end_text().find("its length is wrong"), std::string::npos);
}

TEST_F(StreamRingTest, RingsOfNoSize) {
  start();
  EXPECT_EQ(make(ring_bytes / 2, ring_at + ring_bytes), 0u);
  EXPECT_EQ(make(ring_bytes + 8, ring_at + 2 * ring_bytes), 0u);
  EXPECT_EQ(make(ring_bytes, ring_bytes), 0u) << "there is no room for its words";
  EXPECT_EQ(make(ring_bytes, ring_at + ring_bytes + 4), 0u);
}

TEST_F(StreamRingTest, AShaderThatDoesNotEndAndNobodyWasToldOf) {
  start({"--gl-seconds", "1"});
  add(WireOp::Flush, {});
  const std::uint64_t first = place;
  const std::uint32_t side = 4096;
  add(StreamOp::surface, {1, side, side});
  add(StreamOp::make_current, {1});
  add(WireOp::Viewport, {0, 0, side, side});
  add(WireOp::CreateShader, {0x8B30, 1});
  add(WireOp::ShaderSource, GlStream::with_text({1}, endless_shader));
  add(WireOp::CompileShader, {1});
  add(WireOp::CreateProgram, {2});
  add(WireOp::AttachShader, {2, 1});
  add(WireOp::LinkProgram, {2});
  add(WireOp::UseProgram, {2});
  add(WireOp::Rectf, {0xBF80'0000, 0xBF80'0000, 0x3F80'0000, 0x3F80'0000});
  add(WireOp::Flush, {});
  say_place(place);
  tell(first);
  EXPECT_EQ(plain->end_text(20), "its OpenGL took more than 1000 ms at once");
}

}  // namespace
}  // namespace blink::server
