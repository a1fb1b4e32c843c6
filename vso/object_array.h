// ObjectArray: the server's view of one array of object records.
//
// Finding what changed costs what has changed: three levels of dirty bits lead to the records, each
// word is exchanged for zero on the way down. The client sets bits from the bottom up, so a bit
// that is set while the server is on its way is found now or at the next scan, never lost.
//
// Reading a record is a seqlock: the version is read before and after, and an odd or another
// version means that the client is at work and will mark the record again when it is done.
//
// Threads: the session's own.

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/status.h"
#include "vso/blink_vso.h"
#include "vso/guest_memory.h"

namespace blink::vso {

class ObjectArray {
 public:
  // `span` is exactly the pages of the array.
  ObjectArray(std::uint32_t capacity, guest_span span);

  std::uint32_t capacity() const { return capacity_; }

  // Takes dirty bits until there are none or `slots_max` slots were found, and appends their slots.
  // True when bits are left for another turn.
  Result<bool> take_dirty(std::uint32_t slots_max, std::vector<std::uint32_t>& slots);
  // Marks slots again that were taken and not dealt with.
  void give_back_dirty(std::span<const std::uint32_t> slots);

  enum class Read : std::uint8_t { stable, changing };
  // A consistent copy of the record, or word that the client is changing it.
  Read read_record(std::uint32_t slot, blink_object_record& record) const;
  bool still_has_version(std::uint32_t slot, std::uint64_t version) const {
    return version_word(slot).load_after_reads() == version;
  }

  // Tells the client that its pages of this version are its own again.
  void set_fence(std::uint32_t slot, std::uint64_t version);

 private:
  guest_word<std::uint64_t> dirty_word(std::uint32_t level, std::uint32_t index) const;
  guest_word<std::uint64_t> version_word(std::uint32_t slot) const;
  // What is dirty lies far apart in large arrays: it is asked for before it is needed, all at once.
  void prefetch_words_below(std::uint32_t level, std::uint32_t index, std::uint64_t bits) const;
  void prefetch_record(std::uint32_t slot) const;
  Result<std::uint64_t> take_word(std::uint32_t level, std::uint32_t index);
  void put_back(std::uint32_t level, std::uint32_t index, std::uint64_t bits);

  std::uint32_t capacity_;
  blink_array_layout layout_;
  guest_span span_;
};

}  // namespace blink::vso
