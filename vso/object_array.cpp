#include "vso/object_array.h"

#include <bit>

namespace blink::vso {

ObjectArray::ObjectArray(std::uint32_t capacity, guest_span span)
    : capacity_(capacity), layout_(blink_array_layout_of(capacity)), span_(span) {
  CHECK(capacity >= 1 && capacity <= BLINK_ARRAY_CAPACITY_MAX);
  CHECK(span.bytes() == static_cast<std::uint64_t>(layout_.pages) * BLINK_PAGE_BYTES);
}

guest_word<std::uint64_t> ObjectArray::dirty_word(std::uint32_t level, std::uint32_t index) const {
  CHECK(index < layout_.dirty_words[level]);
  return span_.word<std::uint64_t>(layout_.dirty_offset[level] + index * 8ull);
}

guest_word<std::uint64_t> ObjectArray::version_word(std::uint32_t slot) const {
  CHECK(slot < capacity_);
  return span_.word<std::uint64_t>(layout_.records_offset + slot * sizeof(blink_object_record) +
                                   offsetof(blink_object_record, version));
}

void ObjectArray::prefetch_words_below(std::uint32_t level, std::uint32_t index,
                                       std::uint64_t bits) const {
  for (; bits != 0; bits &= bits - 1)
    span_.prefetch(layout_.dirty_offset[level - 1] +
                   (index * 64 + static_cast<std::uint32_t>(std::countr_zero(bits))) * 8ull);
}

void ObjectArray::prefetch_record(std::uint32_t slot) const {
  const std::uint64_t record = layout_.records_offset + slot * sizeof(blink_object_record);
  static_assert(sizeof(blink_object_record) == 128);  // two cache lines
  span_.prefetch(record);
  span_.prefetch(record + 64);
}

// Takes the bits of one word, and refuses those that stand for nothing.
Result<std::uint64_t> ObjectArray::take_word(std::uint32_t level, std::uint32_t index) {
  const std::uint64_t bits = dirty_word(level, index).exchange(0);
  const std::uint32_t things = level == 0 ? capacity_ : layout_.dirty_words[level - 1];
  const std::uint32_t below = things - index * 64;  // how many of them this word stands for
  if (below < 64 && (bits >> below) != 0)
    return Status::guest(BLINK_END_DIRTY, "dirty bits for records that the array does not have");
  return bits;
}

void ObjectArray::put_back(std::uint32_t level, std::uint32_t index, std::uint64_t bits) {
  if (bits != 0) dirty_word(level, index).fetch_or(bits);
}

Result<bool> ObjectArray::take_dirty(std::uint32_t slots_max, std::vector<std::uint32_t>& slots) {
  CHECK(slots_max >= 64);  // a word's worth, or a turn might find nothing and never end
  const std::size_t full = slots.size() + slots_max;
  BLINK_ASSIGN(std::uint64_t top, take_word(2, 0));
  prefetch_words_below(2, 0, top);
  while (top != 0) {
    const auto middle_index = static_cast<std::uint32_t>(std::countr_zero(top));
    BLINK_ASSIGN(std::uint64_t middle, take_word(1, middle_index));
    prefetch_words_below(1, middle_index, middle);
    while (middle != 0) {
      if (slots.size() + 64 > full) {
        put_back(1, middle_index, middle);
        put_back(2, 0, top);
        return true;
      }
      const auto low_index =
          middle_index * 64 + static_cast<std::uint32_t>(std::countr_zero(middle));
      BLINK_ASSIGN(std::uint64_t low, take_word(0, low_index));
      for (; low != 0; low &= low - 1) {
        slots.push_back(low_index * 64 + static_cast<std::uint32_t>(std::countr_zero(low)));
        prefetch_record(slots.back());
      }
      middle &= middle - 1;
    }
    top &= top - 1;
  }
  return false;
}

void ObjectArray::give_back_dirty(std::span<const std::uint32_t> slots) {
  for (const std::uint32_t slot : slots) {
    put_back(0, slot / 64, 1ull << (slot % 64));
    put_back(1, slot / 4096, 1ull << (slot / 64 % 64));
    put_back(2, 0, 1ull << (slot / 4096));
  }
}

ObjectArray::Read ObjectArray::read_record(std::uint32_t slot, blink_object_record& record) const {
  const std::uint64_t version = version_word(slot).load_acquire();
  if (version % 2 != 0) return Read::changing;
  record = span_.copy_of<blink_object_record>(layout_.records_offset +
                                              slot * sizeof(blink_object_record));
  record.version = version;
  return still_has_version(slot, version) ? Read::stable : Read::changing;
}

void ObjectArray::set_fence(std::uint32_t slot, std::uint64_t version) {
  CHECK(slot < capacity_);
  span_.word<std::uint64_t>(layout_.fences_offset + slot * 8ull).store_release(version);
}

}  // namespace blink::vso
