#include "vso/client_array.h"

#include <algorithm>
#include <cstring>

namespace blink::vso {

ClientArray::ClientArray(Client& client, std::uint32_t index, std::uint32_t capacity, PageRun pages)
    : client_(client),
      index_(index),
      capacity_(capacity),
      pages_(pages),
      layout_(blink_array_layout_of(capacity)),
      span_(*client.span().part(page_offset(pages.first_page), page_offset(pages.page_count))),
      slots_(capacity) {}

ClientArray::~ClientArray() = default;

std::uint64_t ClientArray::record_at(std::uint32_t slot) const {
  return layout_.records_offset + slot * sizeof(blink_object_record);
}

guest_word<std::uint64_t> ClientArray::version_word(std::uint32_t slot) const {
  return span_.word<std::uint64_t>(record_at(slot) + offsetof(blink_object_record, version));
}

bool ClientArray::is_live(std::uint32_t object) const {
  const std::uint32_t index = BLINK_OBJECT_SLOT(object);
  return index < capacity_ && slots_[index].state == State::live &&
         slots_[index].use == BLINK_OBJECT_USE(object);
}

ClientArray::Slot& ClientArray::live_slot(std::uint32_t object) {
  CHECK(is_live(object));
  return slots_[BLINK_OBJECT_SLOT(object)];
}

Result<std::uint32_t> ClientArray::take_slot() {
  // What the server has let go of comes back first.
  std::erase_if(retired_, [this](std::uint32_t index) {
    Slot& slot = slots_[index];
    const std::uint32_t object = BLINK_OBJECT_ID(index, slot.use);
    if (fence(object) < slot.version) return false;
    release(slot);
    if (slot.use < BLINK_OBJECT_USE_MAX) free_.push_back(index);  // else its ids are used up
    return true;
  });
  if (!free_.empty()) {
    const std::uint32_t index = free_.back();
    free_.pop_back();
    return index;
  }
  if (never_used_ == capacity_) return Status::system("the array is full");
  return never_used_++;
}

Result<std::uint32_t> ClientArray::create(std::uint16_t type, std::uint64_t bytes,
                                          const Params& params, Placement placement) {
  BLINK_ASSIGN(const std::uint32_t index, take_slot());
  Slot& slot = slots_[index];
  blink_object_record record{};
  record.version = slot.version + 1;  // odd: not for reading yet
  record.object = BLINK_OBJECT_ID(index, slot.use + 1);
  record.type = type;
  record.bytes = bytes;
  std::copy(params.begin(), params.end(), record.param);
  if (Status status = fill_pages(slot, record, placement); !status.is_ok()) {
    release(slot);
    free_.push_back(index);
    return status;
  }
  slot.use += 1;
  slot.state = State::live;
  slot.damage = {};
  slot.damage_since = 0;
  version_word(index).store_ordered(record.version);
  span_.copy_in(record_at(index), std::as_bytes(std::span(&record, 1)));
  return record.object;
}

Status ClientArray::fill_pages(Slot& slot, blink_object_record& record, Placement placement) {
  if (record.bytes == 0) return {};
  const std::uint64_t pages = pages_for(record.bytes);
  if (pages < UINT32_MAX)
    slot.runs =
        client_.take_pages(static_cast<std::uint32_t>(pages), placement == Placement::scattered);
  if (slot.runs.empty()) return Status::system("the region has no room for the object");
  if (slot.runs.size() > BLINK_RECORD_EXTENTS) {
    const auto count = (slot.runs.size() + BLINK_LIST_EXTENTS - 1) / BLINK_LIST_EXTENTS;
    slot.list_pages = client_.take_pages(static_cast<std::uint32_t>(count), false);
    if (slot.list_pages.empty()) return Status::system("the region has no room for a page list");
  }
  std::byte* address = nullptr;
  if (slot.runs.size() == 1) {
    address = client_.memory().own_bytes() + page_offset(slot.runs.front().first_page);
  } else {
    BLINK_ASSIGN(slot.mapping, client_.memory().map(slot.runs));
    // SAFETY: the client's own memory, which it may write as it likes.
    address =
        static_cast<std::byte*>(const_cast<void*>(slot.mapping->span().lend_to_driver().address));
  }
  slot.content = {address, static_cast<std::size_t>(record.bytes)};
  put_extents(slot, record);
  return {};
}

void ClientArray::put_extents(Slot& slot, blink_object_record& record) {
  record.extent_count = static_cast<std::uint32_t>(slot.runs.size());
  if (slot.list_pages.empty()) {
    for (std::size_t i = 0; i < slot.runs.size(); ++i)
      record.extents[i] = {slot.runs[i].first_page, slot.runs[i].page_count};
    return;
  }
  std::vector<std::uint32_t> pages;
  for (const PageRun& run : slot.list_pages)
    for (std::uint32_t i = 0; i < run.page_count; ++i)
      pages.push_back(run.first_page + i);
  record.list_page = pages.front();
  for (std::size_t p = 0; p < pages.size(); ++p) {
    blink_extent_list list{};
    const std::size_t first = p * BLINK_LIST_EXTENTS;
    const std::size_t end = std::min(slot.runs.size(), first + BLINK_LIST_EXTENTS);
    for (std::size_t i = first; i < end; ++i)
      list.extents[i - first] = {slot.runs[i].first_page, slot.runs[i].page_count};
    list.next_page = p + 1 < pages.size() ? pages[p + 1] : 0;
    client_.span().copy_in(page_offset(pages[p]), std::as_bytes(std::span(&list, 1)));
  }
}

std::span<std::byte> ClientArray::content(std::uint32_t object) {
  return live_slot(object).content;
}

void ClientArray::begin_update(std::uint32_t object) {
  version_word(BLINK_OBJECT_SLOT(object)).store_ordered(live_slot(object).version + 1);
}

void ClientArray::set_params(std::uint32_t object, const Params& params) {
  live_slot(object);
  span_.copy_in(record_at(BLINK_OBJECT_SLOT(object)) + offsetof(blink_object_record, param),
                std::as_bytes(std::span(params)));
}

std::uint64_t ClientArray::end_update(std::uint32_t object, std::optional<Range> changed) {
  const std::uint64_t version = end_update_quietly(object, changed);
  flush();
  return version;
}

std::uint64_t ClientArray::end_update_quietly(std::uint32_t object, std::optional<Range> changed) {
  Slot& slot = live_slot(object);
  const std::uint32_t index = BLINK_OBJECT_SLOT(object);
  note_damage(slot, index, slot.content.size(), changed);
  slot.version += 2;
  version_word(index).store_release(slot.version);
  mark(index);
  return slot.version;
}

void ClientArray::note_damage(Slot& slot, std::uint32_t index, std::uint64_t bytes,
                              std::optional<Range> changed) {
  const bool is_known = changed && changed->begin <= changed->end && changed->end <= bytes;
  const bool has_all_before =
      slot.version != 0 && fence(BLINK_OBJECT_ID(index, slot.use)) >= slot.version;
  if (!is_known || slot.version == 0) {
    slot.damage_since = 0;
    slot.damage = {0, bytes};
  } else if (has_all_before) {
    slot.damage_since = slot.version;
    slot.damage = *changed;
  } else if (slot.damage_since != 0) {
    slot.damage.begin = std::min(slot.damage.begin, changed->begin);
    slot.damage.end = std::max(slot.damage.end, changed->end);
  }
  struct {
    std::uint64_t since, begin, end;
  } const words{slot.damage_since, slot.damage.begin, slot.damage.end};
  span_.copy_in(record_at(index) + offsetof(blink_object_record, damage_since),
                std::as_bytes(std::span(&words, 1)));
}

// From the bottom up: a bit above says that there is one below.
void ClientArray::mark(std::uint32_t slot) {
  std::uint32_t index = slot;
  for (std::uint32_t level = 0; level < BLINK_DIRTY_LEVELS; ++level) {
    span_.word<std::uint64_t>(layout_.dirty_offset[level] + index / 64 * 8ull)
        .fetch_or(1ull << (index % 64));
    index /= 64;
  }
}

void ClientArray::flush() { client_.mark_array(index_); }

std::uint64_t ClientArray::retire(std::uint32_t object) {
  Slot& slot = live_slot(object);
  const std::uint32_t index = BLINK_OBJECT_SLOT(object);
  version_word(index).store_ordered(slot.version + 1);
  const std::uint16_t none = BLINK_OBJECT_NONE;
  span_.copy_in(record_at(index) + offsetof(blink_object_record, type),
                std::as_bytes(std::span(&none, 1)));
  slot.version += 2;
  version_word(index).store_release(slot.version);
  slot.state = State::retired;
  retired_.push_back(index);
  mark(index);
  flush();
  return slot.version;
}

std::uint64_t ClientArray::fence(std::uint32_t object) const {
  return span_.word<std::uint64_t>(layout_.fences_offset + BLINK_OBJECT_SLOT(object) * 8ull)
      .load_ordered();
}

Status ClientArray::wait_for_fence(std::uint32_t object, std::uint64_t version,
                                   Client::Clock::time_point deadline) {
  if (client_.wait_until(deadline, [&] { return fence(object) >= version; })) return {};
  if (auto why = client_.ended()) return std::move(*why);
  return Status::system("the server has not done with the object in time");
}

void ClientArray::release(Slot& slot) {
  slot.mapping.reset();
  slot.content = {};
  client_.give_back_pages(slot.runs);
  client_.give_back_pages(slot.list_pages);
  slot.runs.clear();
  slot.list_pages.clear();
  slot.state = State::free;
}

void ClientArray::forget_fences() {
  for (std::uint32_t index = 0; index < capacity_; ++index)
    span_.word<std::uint64_t>(layout_.fences_offset + index * 8ull).store(0);
}

void ClientArray::mark_everything() {
  for (std::uint32_t index = 0; index < never_used_; ++index)
    if (slots_[index].state != State::free && slots_[index].version != 0) mark(index);
  flush();
}

void ClientArray::release_everything() {
  for (Slot& slot : slots_)
    release(slot);
}

}  // namespace blink::vso
