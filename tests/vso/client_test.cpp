// The client library against the real server, over the real transport.

#include "vso/client.h"

#include <gtest/gtest.h>

#include <malloc.h>
#include <sys/socket.h>
#include <atomic>
#include <filesystem>
#include <random>
#include <thread>

#include "tests/support/server_fixture.h"
#include "vso/blink_client.h"
#include "vso/client_array.h"
#include "vso/local/client_link.h"
#include "vso/local/socket.h"

namespace blink::vso {
namespace {

using test::in_seconds;
using test::RecordingConsumer;

class ClientTest : public test::ServerFixture {
 protected:
  ClientTest() { start(); }

  // Writes, publishes and waits for the fence.
  void show(ClientArray& array, std::uint32_t object, int value) {
    array.begin_update(object);
    std::memset(array.content(object).data(), value, array.content(object).size());
    const std::uint64_t version = array.end_update(object);
    const Status status = array.wait_for_fence(object, version, in_seconds(10));
    ASSERT_TRUE(status.is_ok()) << status.text();
  }
  bool is_shown(const ClientArray& array, std::uint32_t object, int value) {
    return with_recorded([&](const RecordingConsumer& recorded) {
      const auto found = recorded.shown.find({array.index(), object});
      if (found == recorded.shown.end()) return false;
      const auto& bytes = found->second;
      return !bytes.empty() && bytes.front() == static_cast<std::byte>(value) &&
             std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
    });
  }
  std::size_t bytes_shown(const ClientArray& array, std::uint32_t object) {
    return with_recorded([&](const RecordingConsumer& recorded) {
      return recorded.shown.at({array.index(), object}).size();
    });
  }
  int retirements() {
    return with_recorded([](const RecordingConsumer& recorded) { return recorded.retirements; });
  }
  std::size_t commits() {
    return with_recorded([](const RecordingConsumer& recorded) { return recorded.commits.size(); });
  }
  void during_prepare(std::function<void(const ObjectVersion&)> hook) {
    with_recorded([&](RecordingConsumer& recorded) { recorded.during_prepare = std::move(hook); });
  }
};

TEST_F(ClientTest, PingsAndSaysGoodbye) {
  auto client = connect();
  EXPECT_TRUE(client->ping().is_ok());
  EXPECT_EQ(client->generation(), server->generation());
  EXPECT_TRUE(client->bye().is_ok());
  EXPECT_TRUE(sessions_become(0));
  ASSERT_TRUE(client->ended());
  EXPECT_EQ(client->ended()->code(), BLINK_END_BYE);
}

TEST_F(ClientTest, ObjectsLiveTheirWholeLife) {
  auto client = connect();
  ClientArray* array = client->add_array(10).take();
  const auto object = array->create(BLINK_OBJECT_BYTES, 10'000, {}).take();
  for (int value = 1; value < 20; ++value) {
    show(*array, object, value);
    EXPECT_TRUE(is_shown(*array, object, value));
  }
  array->retire(object);
  ASSERT_TRUE(client->wait_until(in_seconds(10), [&] { return array->fence(object) == 40; }));
  EXPECT_EQ(retirements(), 1);
  // The record comes back under another id, and the pages with it.
  for (int i = 0; i < 20; ++i) {
    auto next = array->create(BLINK_OBJECT_BYTES, 10 << 20, {});
    ASSERT_TRUE(next.is_ok()) << i << next.status().text();
    show(*array, next.value(), i);
    const std::uint64_t version = array->retire(next.value());
    ASSERT_TRUE(array->wait_for_fence(next.value(), version, in_seconds(10)).is_ok());
  }
}

TEST_F(ClientTest, ScatteredObjectsOf64MiB) {
  auto client = connect(200 << 20);
  ClientArray* array = client->add_array(4).take();
  auto object = array->create(BLINK_OBJECT_BYTES, 64 << 20, {}, ClientArray::Placement::scattered);
  ASSERT_TRUE(object.is_ok()) << object.status().text();
  show(*array, object.value(), 7);
  EXPECT_TRUE(is_shown(*array, object.value(), 7));
  EXPECT_EQ(bytes_shown(*array, object.value()), 64u << 20);
  EXPECT_EQ(server->sessions().at(0).extents, 16'384u);
}

// Objects may share pages: else a client fills the server's memory with copies of a few of its own.
TEST_F(ClientTest, NoCopyOfScatteredPagesIsKept) {
  auto client = connect(200 << 20);
  ClientArray* array = client->add_array(4).take();
  for (const std::uint64_t bytes :
       {64 << 20, 32 << 20}) {  // all runs that may be mapped; then more
    auto object = array->create(BLINK_OBJECT_BYTES, bytes, {}, ClientArray::Placement::scattered);
    ASSERT_TRUE(object.is_ok()) << object.status().text();
    show(*array, object.value(), 7);
    EXPECT_EQ(bytes_shown(*array, object.value()), bytes);
  }
  // What the consumer of the test keeps: both, and room for the larger one.
  EXPECT_LT(::mallinfo2().hblkhd, (64ull + 32 + 64 + 16) << 20);
}

TEST_F(ClientTest, SeveralArraysFromSeveralThreads) {
  auto client = connect();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      ClientArray* array = client->add_array(50).take();
      std::vector<std::uint32_t> objects;
      for (int i = 0; i < 20; ++i)
        objects.push_back(array->create(BLINK_OBJECT_BYTES, 1000, {}).take());
      for (int round = 1; round < 20; ++round)
        for (const auto object : objects)
          show(*array, object, round);
      EXPECT_TRUE(client->ping().is_ok());
      EXPECT_TRUE(client->remove_array(array).is_ok());
    });
  for (auto& each : threads)
    each.join();
  EXPECT_EQ(commits(), 4u * 20 * 19);
  EXPECT_EQ(retirements(), 4 * 20);
}

// What is shown is always one whole version, however fast the client writes.
TEST_F(ClientTest, NothingTornIsEverShown) {
  auto client = connect();
  ClientArray* array = client->add_array(1).take();
  const auto object = array->create(BLINK_OBJECT_BYTES, 300'000, {}).take();
  // A reader that is overtaken by the writer in the middle of every fourth version of seven.
  std::atomic<std::uint64_t> to_overtake{0};
  std::atomic<bool> is_read{false}, is_overtaken{false};
  const auto wait_for = [](const std::atomic<bool>& flag) {
    for (const auto until = in_seconds(10); !flag && Client::Clock::now() < until;)
      std::this_thread::yield();
  };
  during_prepare([&](const ObjectVersion& v) {
    if (v.version != to_overtake) return;
    is_read = true;
    wait_for(is_overtaken);
  });
  constexpr int rounds = 30;
  std::uint64_t version = 0;
  for (int value = 1; value <= rounds * 7; ++value) {
    array->begin_update(object);
    is_overtaken = true;
    std::memset(array->content(object).data(), value, array->content(object).size());
    if (value % 7 == 4) {
      is_read = is_overtaken = false;
      to_overtake = version + 2;
    }
    version = array->end_update(object);
    if (value % 7 == 4) wait_for(is_read);
    if (value % 7 == 0) {
      ASSERT_TRUE(array->wait_for_fence(object, version, in_seconds(10)).is_ok());
      ASSERT_TRUE(is_shown(*array, object, value % 256));
    }
  }
  EXPECT_GE(commits(), std::size_t{rounds});
  EXPECT_GE(server->sessions().at(0).torn, unsigned{rounds}) << "the race was real";
}

TEST_F(ClientTest, DamageIsWhatChangedSinceTheServerLooked) {
  auto client = connect();
  ClientArray* array = client->add_array(1).take();
  const auto object = array->create(BLINK_OBJECT_BYTES, 1000, {}).take();
  std::vector<Damage> seen;
  during_prepare([&](const ObjectVersion& v) { seen.push_back(v.damage); });
  show(*array, object, 1);
  array->begin_update(object);
  const auto version = array->end_update(object, ClientArray::Range{10, 20});
  ASSERT_TRUE(array->wait_for_fence(object, version, in_seconds(10)).is_ok());
  during_prepare({});
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].since, 0u);
  EXPECT_EQ(seen[1].since, 2u);
  EXPECT_EQ(seen[1].begin, 10u);
  EXPECT_EQ(seen[1].end, 20u);
}

TEST_F(ClientTest, TheReasonOfARefusalArrives) {
  auto client = connect();
  ClientArray* array = client->add_array(1).take();
  const auto object = array->create(900, 10, {}).take();
  array->end_update(object);
  ASSERT_TRUE(client->wait_for_event(in_seconds(10)));
  const auto event = client->next_event().take();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->type, BLINK_EVENT_OBJECT_REFUSED);
  EXPECT_EQ(event->code, BLINK_END_TYPE);
  EXPECT_EQ(event->object, object);
  EXPECT_TRUE(client->ping().is_ok()) << "the session goes on";
}

TEST_F(ClientTest, AnotherServerTakesOverTheSameRegion) {
  auto client = connect();
  ClientArray* array = client->add_array(10).take();
  const auto object = array->create(BLINK_OBJECT_BYTES, 10'000, {}).take();
  show(*array, object, 42);
  const auto generation = client->generation();
  stop();
  ASSERT_TRUE(client->wait_until(in_seconds(10), [&] { return client->ended().has_value(); }));
  EXPECT_EQ(client->ended()->code(), BLINK_END_STOPPING);
  EXPECT_FALSE(client->reconnect().is_ok()) << "nobody is there";
  start();
  on_prepare = [&](const ObjectVersion& v) {
    EXPECT_EQ(array->fence(object), v.version - 2)
        << "what the old server has seen says nothing of this one";
  };
  const Status status = client->reconnect();
  ASSERT_TRUE(status.is_ok()) << status.text();
  EXPECT_NE(client->generation(), generation);
  EXPECT_TRUE(client->wait_until(in_seconds(10), [&] { return is_shown(*array, object, 42); }))
      << "shown again without the client's doing";
  show(*array, object, 43);
  EXPECT_TRUE(is_shown(*array, object, 43));
}

TEST_F(ClientTest, ManyThreadsWaitAtOnce) {
  auto client = connect();
  std::atomic<int> done{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i)
        ASSERT_TRUE(client->ping().is_ok());
      ++done;
    });
  for (auto& each : threads)
    each.join();
  EXPECT_EQ(done, 8);
}

// Drivers and other languages use this one: nothing that they pass may end their process.
TEST_F(ClientTest, WrongIdsAreErrorsInC) {
  blink_client* client = blink_connect(socket_path().c_str(), nullptr, 1 << 20);
  ASSERT_NE(client, nullptr) << blink_error();
  blink_array* array = blink_array_add(client, 4);
  const std::uint32_t object = blink_object_create(array, BLINK_OBJECT_BYTES, 100, nullptr);
  ASSERT_NE(object, 0u) << blink_error();
  EXPECT_EQ(blink_object_begin(array, object), 0);
  EXPECT_EQ(blink_object_wait(array, object, blink_object_end(array, object, 0, 0), 10'000), 0);
  const std::uint64_t gone = blink_object_retire(array, object);
  EXPECT_EQ(blink_object_wait(array, object, gone, 10'000), 0) << blink_error();
  for (const std::uint32_t wrong : {object, 0u, object + 1, 0x123'4567u, ~0u}) {
    EXPECT_EQ(blink_object_content(array, wrong), nullptr);
    EXPECT_STREQ(blink_error(), "the array has no such object");
    EXPECT_EQ(blink_object_begin(array, wrong), -1);
    EXPECT_EQ(blink_object_end(array, wrong, 0, 0), 0u);
    EXPECT_EQ(blink_object_retire(array, wrong), 0u);
  }
  EXPECT_EQ(blink_object_wait(array, ~0u, 2, 0), -1);
  blink_close(client);
}

// A server that is full says so before it has heard anything, and hangs up.
TEST(ClientLink, WhoIsRefusedHearsWhyHoweverSoon) {
  char directory[] = "/tmp/blink-test-XXXXXX";
  ASSERT_NE(::mkdtemp(directory), nullptr);
  const std::string path = std::string(directory) + "/clients";
  const UniqueFd listener = local::listen_at(path).take();
  std::thread server([&] {
    for (;;) {
      const UniqueFd socket(::accept(listener.get(), nullptr, nullptr));
      if (!socket.is_open()) return;
      blink_welcome welcome{};
      welcome.magic = BLINK_VSO_MAGIC;
      welcome.code = BLINK_END_BUSY;
      (void)local::send_packet(socket.get(), std::as_bytes(std::span(&welcome, 1)), {});
      local::hang_up(socket.get());
    }
  });
  int misled = 0;
  std::string text;
  for (int i = 0; i < 5'000; ++i) {
    const auto link = local::ClientLink::connect(path, "test", listener.get());
    if (link.status().code() == BLINK_END_BUSY) continue;
    ++misled;
    text = link.status().text();
  }
  EXPECT_EQ(misled, 0) << text;
  ::shutdown(listener.get(), SHUT_RDWR);
  server.join();
  std::filesystem::remove_all(directory);
}

TEST_F(ClientTest, VersionsAndFeaturesThatAreNotThereAreRefused) {
  auto client = Client::connect({.socket_path = socket_path(),
                                 .region_bytes = 1 << 20,
                                 .features_offered = 4,
                                 .features_required = 4});
  ASSERT_FALSE(client.is_ok());
  EXPECT_EQ(client.status().code(), BLINK_END_FEATURE);
  EXPECT_NE(client.status().text().find("bit 2"), std::string_view::npos);
}

}  // namespace
}  // namespace blink::vso
