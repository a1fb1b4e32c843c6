#include "gl/state/kept_record.h"

#include <algorithm>

namespace blink::gl::state {

std::span<const std::byte> RecordView::array(std::uint32_t at, const FindBulk& find) const {
  if (!has_array(at)) return {};
  const std::uint32_t head = words_[at];
  const std::uint32_t bytes = head & ~payload_in_bulk;
  if ((head & payload_in_bulk) == 0) {
    const std::size_t room = (size() - at - 1) * sizeof(std::uint32_t);
    return {reinterpret_cast<const std::byte*>(words_ + at + 1),
            std::min<std::size_t>(bytes, room)};
  }
  const std::byte* const data = find(word(at + 1), word(at + 2), bytes);
  return {data, data == nullptr ? 0 : bytes};
}

std::uint32_t RecordView::behind_array(std::uint32_t at) const {
  if (at >= size() || words_[at] == payload_null) return at + 1;
  return at + ((words_[at] & payload_in_bulk) != 0 ? 3 : 1 + (words_[at] + 3) / 4);
}

KeptRecord::KeptRecord(WireOp op, std::initializer_list<std::uint32_t> numbers) {
  words_.reserve(1 + numbers.size());
  words_.push_back(
      wire_header(static_cast<std::uint16_t>(op), static_cast<std::uint32_t>(numbers.size()) + 1));
  words_.insert(words_.end(), numbers);
}

KeptRecord::KeptRecord(StreamOp op, std::initializer_list<std::uint32_t> numbers)
    : KeptRecord(static_cast<WireOp>(op), numbers) {}

KeptRecord::KeptRecord(WireOp op, std::initializer_list<std::uint32_t> numbers,
                       std::span<const std::byte> array)
    : KeptRecord(op, numbers) {
  add_array(array);
}

void KeptRecord::assign(RecordView record, std::uint32_t number_words, const char* arrays,
                        const FindBulk& find) {
  words_.assign(record.words().begin(), record.words().end());
  bulks_.clear();
  std::uint32_t at = 1 + number_words;
  for (; *arrays != 0 && at < record.size(); ++arrays) {
    if (*arrays == 'i') at += 2;
    if (record.has_array(at) && (record.word(at) & payload_in_bulk) != 0) {
      const auto bytes = record.array(at, find);
      bulks_.push_back({at, {bytes.begin(), bytes.end()}});
    }
    at = record.behind_array(at);
  }
}

void KeptRecord::add_array(std::span<const std::byte> bytes) {
  if (bytes.size() > payload_inline_bytes_max) {
    const auto at = static_cast<std::uint32_t>(words_.size());
    grow(static_cast<std::uint32_t>(bytes.size()) | payload_in_bulk);
    grow(0);
    grow(0);
    bulks_.push_back({at, {bytes.begin(), bytes.end()}});
    return;
  }
  grow(static_cast<std::uint32_t>(bytes.size()));
  for (std::size_t i = 0; i < bytes.size(); i += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, bytes.data() + i, std::min<std::size_t>(4, bytes.size() - i));
    grow(word);
  }
}

const std::byte* KeptRecord::find(std::uint32_t at) const {
  const auto found = std::ranges::find(bulks_, at, &Bulk::at);
  return found == bulks_.end() ? nullptr : found->bytes.data();
}

std::size_t KeptRecord::bytes() const {
  std::size_t all = words_.size() * sizeof(std::uint32_t);
  for (const Bulk& bulk : bulks_)
    all += bulk.bytes.size();
  return all;
}

void put_content(RecordSink& sink, const WireContent& content, std::span<const std::byte> bytes) {
  std::array<std::uint32_t, wire_content_words> words;
  std::memcpy(words.data(), &content, sizeof content);
  KeptRecord numbers(StreamOp::write_content, {});
  for (const std::uint32_t word : words)
    numbers.add(word);
  sink.put(numbers, bytes);
}

}  // namespace blink::gl::state
