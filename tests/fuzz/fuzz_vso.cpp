// A region made of the fuzzer's bytes, and the server at work on it.
//
// Input: a list of steps. Each writes bytes somewhere into the region, marks a record, or lets the
// server take a turn; so the client may lie at any moment of its session, not only at the start.
// With the first byte odd a second thread goes on changing the region while it is read.
//
// What must hold: no crash, no hang, no leak; every version that was committed is retired in the
// end.

#include <unistd.h>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <set>
#include <thread>

#include "common/byte_reader.h"
#include "common/check.h"
#include "common/log.h"
#include "vso/local/memory_file.h"
#include "vso/region.h"

namespace {

using namespace blink;
using namespace blink::vso;

constexpr std::uint32_t pages = 96;
constexpr std::uint32_t array_page = 16;
constexpr std::uint32_t capacity = 200;

// Reads every byte of every version, as an upload would.
class ReadingConsumer final : public ObjectConsumer {
 public:
  ~ReadingConsumer() override { CHECK(held_.empty()); }
  bool knows(std::uint16_t type) const override { return type <= BLINK_OBJECT_PICTURE; }
  Status prepare(const ObjectVersion& version) override {
    BLINK_ASSIGN(const guest_span bytes, version.content.contiguous());
    CHECK(bytes.bytes() == version.content.bytes());
    std::vector<std::byte> copy(bytes.bytes());
    bytes.copy_out(0, copy);
    std::vector<std::byte> again(bytes.bytes());
    version.content.copy_out(0, again);
    CHECK(version.damage.begin <= version.damage.end &&
          version.damage.end <= version.content.bytes());
    if (version.param[0] % 16 == 7) return Status::guest(BLINK_END_CONTENT, "a seventh");
    return {};
  }
  void commit(const ObjectVersion& version) override { held_.insert(version.key); }
  void discard(const ObjectVersion&) override {}
  void retire(ObjectKey key) override { CHECK(held_.erase(key) == 1); }

 private:
  std::set<ObjectKey> held_;
};

void write_header(local::MemoryFile& memory) {
  blink_region_header header{};
  header.magic = BLINK_VSO_MAGIC;
  header.version_major = BLINK_VSO_VERSION_MAJOR;
  header.header_bytes = sizeof header;
  header.region_bytes = memory.bytes();
  header.command_ring_pages = 1;
  header.event_ring_pages = 1;
  std::memset(memory.own_bytes(), 0, memory.bytes());
  std::memcpy(memory.own_bytes(), &header, sizeof header);
}

template <typename T>
T* at(local::MemoryFile& memory, std::uint64_t offset) {
  return reinterpret_cast<T*>(memory.own_bytes() + offset);
}

void put_array_command(local::MemoryFile& memory) {
  blink_command_array command{};
  command.message = {sizeof command, BLINK_COMMAND_ARRAY_ADD, 0, 1};
  command.first_page = array_page;
  command.capacity = capacity;
  std::memcpy(memory.own_bytes() + page_offset(BLINK_PAGE_COMMAND_RING), &command, sizeof command);
  *at<std::uint64_t>(memory, page_offset(BLINK_PAGE_CLIENT_WORDS)) = sizeof command;
}

void mark(local::MemoryFile& memory, std::uint32_t slot) {
  const blink_array_layout layout = blink_array_layout_of(capacity);
  for (std::uint32_t level = 0, index = slot; level < BLINK_DIRTY_LEVELS; ++level, index /= 64)
    __atomic_fetch_or(at<std::uint64_t>(memory, page_offset(array_page) +
                                                    layout.dirty_offset[level] + index / 64 * 8),
                      1ull << (index % 64), __ATOMIC_SEQ_CST);
  __atomic_fetch_or(at<std::uint64_t>(memory, page_offset(BLINK_PAGE_CLIENT_WORDS) +
                                                  offsetof(blink_client_words, dirty_arrays)),
                    1, __ATOMIC_SEQ_CST);
}

// A whole good record at once, so that the fuzzer has something to spoil.
void put_record(local::MemoryFile& memory, ByteReader& input) {
  const std::uint32_t slot = input.read<std::uint8_t>() % capacity;
  const blink_array_layout layout = blink_array_layout_of(capacity);
  auto* record = at<blink_object_record>(
      memory, page_offset(array_page) + layout.records_offset + slot * sizeof(blink_object_record));
  const auto bytes = input.read<std::uint16_t>();
  record->object = BLINK_OBJECT_ID(slot, 1 + input.read<std::uint8_t>() % 2);
  record->type = input.read<std::uint8_t>() % 4;
  record->bytes = bytes;
  record->extent_count = bytes == 0 ? 0 : 1;
  record->extents[0] = {64 + input.read<std::uint8_t>() % 16u,
                        static_cast<std::uint32_t>(pages_for(bytes))};
  record->list_page = 0;
  record->damage_since = record->damage_begin = record->damage_end = 0;
  __atomic_store_n(&record->version, (record->version & ~1ull) + 2, __ATOMIC_RELEASE);
  mark(memory, slot);
}

// The places where a changed byte means most.
std::uint64_t place(ByteReader& input) {
  const std::uint64_t offset = input.read<std::uint16_t>();
  switch (input.read<std::uint8_t>() % 5) {
    case 0: return offset % page_offset(BLINK_PAGE_COMMAND_RING);
    case 1: return page_offset(BLINK_PAGE_CLIENT_WORDS) + offset % sizeof(blink_client_words);
    case 2: return page_offset(BLINK_PAGE_COMMAND_RING) + offset % BLINK_PAGE_BYTES;
    case 3: return page_offset(array_page) + offset;
    default: return page_offset(64) + offset;
  }
}

void write_somewhere(local::MemoryFile& memory, ByteReader& input) {
  const std::uint64_t offset = place(input);
  const auto bytes =
      input.take(std::min<std::size_t>(input.read<std::uint8_t>(), input.remaining()));
  if (offset + bytes.size() > memory.bytes() || bytes.empty()) return;
  std::memcpy(memory.own_bytes() + offset, bytes.data(), bytes.size());
}

void run_session(local::MemoryFile& memory, ByteReader& input) {
  ReadingConsumer consumer;
  Quotas quotas;
  quotas.objects_max = 1000;
  quotas.object_bytes_max = 1 << 20;
  quotas.extents_max = 5000;
  auto region = Region::attach(memory, consumer, quotas, {1, 1});
  if (!region.is_ok()) return;
  while (input.is_good() && input.remaining() > 0) {
    const auto step = input.read<std::uint8_t>();
    if (step % 4 == 0) write_somewhere(memory, input);
    if (step % 4 == 1) put_record(memory, input);
    if (step % 4 == 2) mark(memory, step / 4 * 4 % capacity);
    for (int turns = 0; turns < 4; ++turns) {
      auto more = region.value()->turn();
      if (!more.is_ok()) {
        CHECK(more.status().code() != 0 && more.status().text() != "");
        region.value()->end(more.status().code(), more.status().text());
        return;
      }
      (void)region.value()->must_ring();
      if (!more.value()) break;
    }
  }
  region.value()->end(BLINK_END_BYE, "done");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  set_log_level(LogLevel::error);
  static const auto memory = local::MemoryFile::create(pages * BLINK_PAGE_BYTES).take();
  ByteReader input(std::as_bytes(std::span(data, size)));
  const auto mode = input.read<std::uint8_t>();
  write_header(*memory);
  if ((mode & 2) == 0) put_array_command(*memory);
  if (mode % 2 == 0) {
    run_session(*memory, input);
    return 0;
  }
  // The other thread has a mapping of its own, as another process would.
  std::atomic<bool> is_over{false};
  const auto mapping =
      local::MemoryFile::adopt(UniqueFd(::dup(memory->fd())), memory->bytes()).take();
  std::thread other([&, seed = std::uint64_t{mode} * size + 1]() mutable {
    std::byte* bytes = mapping->own_bytes();
    while (!is_over.load(std::memory_order_relaxed)) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      const std::uint64_t offset = (seed >> 33) % memory->bytes();
      bytes[offset] ^= static_cast<std::byte>(1u << ((seed >> 20) % 8));
    }
  });
  run_session(*memory, input);
  is_over = true;
  other.join();
  return 0;
}
