// ClientArray: one array of objects, from the side of the client that owns them.
//
// An update is: begin_update, write the content, end_update. Between the two the server sees that
// the object is being changed and leaves it alone. Before the next update of the same object, wait
// for its fence: then the server has done with the last version, and nothing is ever torn.
//
// Threads: one at a time.

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "common/status.h"
#include "vso/blink_vso.h"
#include "vso/client.h"

namespace blink::vso {

class ClientArray {
 public:
  using Params = std::array<std::uint32_t, 8>;
  struct Range {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };
  enum class Placement : std::uint8_t { together, scattered };

  ClientArray(Client& client, std::uint32_t index, std::uint32_t capacity, PageRun pages);
  ~ClientArray();

  std::uint32_t index() const { return index_; }
  std::uint32_t capacity() const { return capacity_; }
  PageRun pages() const { return pages_; }

  // A new object, not yet visible to the server: fill its content, then end_update().
  Result<std::uint32_t> create(std::uint16_t type, std::uint64_t bytes, const Params& params,
                               Placement placement = Placement::together);
  std::span<std::byte> content(std::uint32_t object);

  void begin_update(std::uint32_t object);
  // Between the two: the numbers that came with create(), from now on others.
  void set_params(std::uint32_t object, const Params& params);
  // Publishes what was written, and returns its version. Without a range everything has changed.
  std::uint64_t end_update(std::uint32_t object, std::optional<Range> changed = std::nullopt);
  // The same without telling the server yet; one flush() tells of all.
  std::uint64_t end_update_quietly(std::uint32_t object,
                                   std::optional<Range> changed = std::nullopt);
  void flush();

  // The object is no longer wanted. Its pages and its record come back when the server has let go:
  // when there is a fence for the version returned.
  std::uint64_t retire(std::uint32_t object);

  // The newest version that the server has done with.
  // Whether the id is of an object that was created and not retired. Every other call takes only
  // such ids, fence() and wait_for_fence() retired ones, too.
  bool is_live(std::uint32_t object) const;
  std::uint64_t fence(std::uint32_t object) const;
  Status wait_for_fence(std::uint32_t object, std::uint64_t version,
                        Client::Clock::time_point deadline);

 private:
  friend class Client;
  enum class State : std::uint8_t { free, live, retired };
  struct Slot {
    State state = State::free;
    std::uint32_t use = 0;
    std::uint64_t version = 0;  // last published, even
    Range damage;               // since `damage_since`
    std::uint64_t damage_since = 0;
    std::vector<PageRun> runs;
    std::vector<PageRun> list_pages;
    std::unique_ptr<Mapping> mapping;  // of scattered pages
    std::span<std::byte> content;
  };

  Slot& live_slot(std::uint32_t object);
  guest_word<std::uint64_t> version_word(std::uint32_t slot) const;
  std::uint64_t record_at(std::uint32_t slot) const;
  Result<std::uint32_t> take_slot();
  Status fill_pages(Slot& slot, blink_object_record& record, Placement placement);
  void put_extents(Slot& slot, blink_object_record& record);
  void note_damage(Slot& slot, std::uint32_t index, std::uint64_t bytes,
                   std::optional<Range> changed);
  void mark(std::uint32_t slot);
  void release(Slot& slot);

  // For Client: around a reconnection, and when the array goes.
  void forget_fences();
  void mark_everything();
  void release_everything();

  Client& client_;
  const std::uint32_t index_;
  const std::uint32_t capacity_;
  const PageRun pages_;
  const blink_array_layout layout_;
  guest_span span_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> retired_;  // slots whose fence is awaited
  std::uint32_t never_used_ = 0;        // slots from here on are untouched
  std::vector<std::uint32_t> free_;     // slots that were used and came back
};

}  // namespace blink::vso
