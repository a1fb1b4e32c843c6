// A region written by hand, word by word, as a hostile client would; and a consumer that remembers
// what the server would have shown.

#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "vso/blink_vso.h"
#include "vso/layout.h"
#include "vso/local/memory_file.h"
#include "vso/region.h"

namespace blink::test {

class RecordingConsumer : public vso::ObjectConsumer {
 public:
  bool knows(std::uint16_t type) const override { return type <= BLINK_OBJECT_PICTURE; }

  Status prepare(const vso::ObjectVersion& version) override {
    BLINK_ASSIGN(const vso::guest_span bytes, version.content.contiguous());
    pending.resize(bytes.bytes());
    bytes.copy_out(0, pending);
    if (during_prepare) during_prepare(version);
    return prepare_result ? prepare_result() : Status();
  }
  void commit(const vso::ObjectVersion& version) override {
    shown[version.key] = pending;
    commits.push_back(version.version);
  }
  void discard(const vso::ObjectVersion&) override { ++discards; }
  void retire(vso::ObjectKey key) override {
    EXPECT_EQ(shown.erase(key), 1u) << "retired without ever having been shown";
    ++retirements;
  }

  std::function<void(const vso::ObjectVersion&)> during_prepare;
  std::function<Status()> prepare_result;
  std::vector<std::byte> pending;
  std::map<vso::ObjectKey, std::vector<std::byte>> shown;
  std::vector<std::uint64_t> commits;
  int discards = 0;
  int retirements = 0;
};

class RawRegion {
 public:
  explicit RawRegion(std::uint64_t pages = 4096) {
    auto made = vso::local::MemoryFile::create(pages * BLINK_PAGE_BYTES);
    EXPECT_TRUE(made.is_ok());
    memory = made.take();
    header.magic = BLINK_VSO_MAGIC;
    header.version_major = BLINK_VSO_VERSION_MAJOR;
    header.version_minor = BLINK_VSO_VERSION_MINOR;
    header.header_bytes = sizeof header;
    header.region_bytes = memory->bytes();
    header.command_ring_pages = 1;
    header.event_ring_pages = 2;
  }

  static constexpr std::uint32_t first_free_page = BLINK_PAGE_COMMAND_RING + 1 + 2;
  static constexpr std::uint32_t array_page = 16;
  static constexpr std::uint32_t capacity = 100;

  template <typename T>
  T& at(std::uint64_t offset) {
    return *reinterpret_cast<T*>(memory->own_bytes() + offset);
  }
  blink_client_words& client_words() {
    return at<blink_client_words>(BLINK_PAGE_CLIENT_WORDS * BLINK_PAGE_BYTES);
  }
  blink_server_words& server_words() {
    return at<blink_server_words>(BLINK_PAGE_SERVER_WORDS * BLINK_PAGE_BYTES);
  }
  blink_reply& reply(std::uint32_t slot) {
    return at<blink_reply>(BLINK_PAGE_REPLIES * BLINK_PAGE_BYTES + slot * sizeof(blink_reply));
  }
  blink_object_record& record(std::uint32_t slot) {
    return at<blink_object_record>(array_page * BLINK_PAGE_BYTES + layout.records_offset +
                                   slot * sizeof(blink_object_record));
  }
  std::uint64_t& fence(std::uint32_t slot) {
    return at<std::uint64_t>(array_page * BLINK_PAGE_BYTES + layout.fences_offset + slot * 8ull);
  }

  Status attach() {
    at<blink_region_header>(0) = header;
    auto attached = vso::Region::attach(*memory, consumer, quotas, {77, 5});
    if (!attached.is_ok()) return attached.take_status();
    region = attached.take();
    return {};
  }

  // Attaches and adds array 0.
  void open() {
    ASSERT_TRUE(attach().is_ok());
    add_array(0, array_page, capacity);
    ASSERT_TRUE(turn().is_ok());
  }

  void put_bytes(const void* bytes, std::size_t count) {
    const std::uint64_t ring_bytes = header.command_ring_pages * BLINK_PAGE_BYTES;
    for (std::size_t i = 0; i < count; ++i)
      memory->own_bytes()[BLINK_PAGE_COMMAND_RING * BLINK_PAGE_BYTES +
                          (client_words().command_head + i) % ring_bytes] =
          static_cast<const std::byte*>(bytes)[i];
    client_words().command_head += count;
  }
  void put_command(std::uint16_t type, std::uint16_t reply = 0, std::uint64_t ticket = 1) {
    blink_message message{sizeof message, type, reply, ticket};
    put_bytes(&message, sizeof message);
  }
  void add_array(std::uint32_t array, std::uint32_t first_page, std::uint32_t records) {
    blink_command_array command{};
    command.message = {sizeof command, BLINK_COMMAND_ARRAY_ADD, 0, 1};
    command.array = array;
    command.first_page = first_page;
    command.capacity = records;
    put_bytes(&command, sizeof command);
  }
  void remove_array(std::uint32_t array) {
    blink_command_array command{};
    command.message = {sizeof command, BLINK_COMMAND_ARRAY_REMOVE, 0, 1};
    command.array = array;
    put_bytes(&command, sizeof command);
  }

  // Marks a record all the way up, as a client does.
  void mark(std::uint32_t slot) {
    std::uint32_t index = slot;
    for (std::uint32_t level = 0; level < BLINK_DIRTY_LEVELS; ++level) {
      at<std::uint64_t>(array_page * BLINK_PAGE_BYTES + layout.dirty_offset[level] +
                        index / 64 * 8ull) |= 1ull << (index % 64);
      index /= 64;
    }
    client_words().dirty_arrays |= 1;
  }

  // A good record of one page of content at `page`.
  blink_object_record& put_object(std::uint32_t slot, std::uint32_t page, std::uint64_t bytes,
                                  std::uint64_t version = 2) {
    blink_object_record& to = record(slot);
    to = {};
    to.version = version;
    to.object = BLINK_OBJECT_ID(slot, 1);
    to.type = BLINK_OBJECT_BYTES;
    to.bytes = bytes;
    to.extent_count = bytes == 0 ? 0 : 1;
    if (bytes != 0) to.extents[0] = {page, static_cast<std::uint32_t>(vso::pages_for(bytes))};
    mark(slot);
    return to;
  }

  Status turn() {
    for (;;) {
      auto more = region->turn();
      if (!more.is_ok()) return more.take_status();
      if (!more.value()) return {};
    }
  }
  // The code with which a turn ends the session; 0 when it does not.
  std::uint32_t turn_code() {
    const Status status = turn();
    EXPECT_FALSE(status.is_system()) << status.text();
    return status.code();
  }
  std::size_t shown_bytes(std::uint32_t slot, std::uint32_t use = 1) {
    return consumer.shown.at({0, BLINK_OBJECT_ID(slot, use)}).size();
  }
  bool is_shown(std::uint32_t slot, std::uint32_t use = 1) {
    return consumer.shown.contains({0, BLINK_OBJECT_ID(slot, use)});
  }

  blink_region_header header{};
  vso::Quotas quotas;
  RecordingConsumer consumer;
  std::unique_ptr<vso::local::MemoryFile> memory;
  std::unique_ptr<vso::Region> region;
  const blink_array_layout layout = blink_array_layout_of(capacity);
};

}  // namespace blink::test
