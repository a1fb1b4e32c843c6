// KeptRecord: a record of a GL stream (gl/wire.h) that outlives the stream's memory.

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <vector>

#include "gl/wire.h"

namespace blink::gl::state {

// So many bytes of a bulk object; null: they are not there.
using FindBulk = std::function<const std::byte*(std::uint32_t object, std::uint32_t offset,
                                                std::uint32_t bytes)>;

// Keeps the bytes of a bulk object as they are, for as long as it is there.
using Hold = std::shared_ptr<const void>;
// Null: they must be copied.
using HoldBulk = std::function<Hold(std::uint32_t object, std::uint32_t bytes)>;

// A record where it lies: a header, numbers, arrays.
class RecordView {
 public:
  explicit RecordView(const std::uint32_t* words) : words_(words) {}

  std::uint16_t op() const { return wire_op(words_[0]); }
  std::uint32_t size() const { return wire_words(words_[0]); }
  bool is(WireOp op) const { return this->op() == static_cast<std::uint16_t>(op); }
  // The first number is word 1. 0 beyond the end.
  std::uint32_t word(std::uint32_t i) const { return i < size() ? words_[i] : 0; }
  std::int32_t number(std::uint32_t i) const { return static_cast<std::int32_t>(word(i)); }
  std::uint64_t long_word(std::uint32_t i) const {
    return word(i) | std::uint64_t{word(i + 1)} << 32;
  }
  float real(std::uint32_t i) const {
    const std::uint32_t bits = word(i);
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }
  std::span<const std::uint32_t> words() const { return {words_, size()}; }

  // The array whose head is that word; null data where there is none.
  std::span<const std::byte> array(std::uint32_t at, const FindBulk& find) const;
  bool has_array(std::uint32_t at) const { return at < size() && words_[at] != payload_null; }
  // The word behind it.
  std::uint32_t behind_array(std::uint32_t at) const;

 private:
  const std::uint32_t* words_;
};

class KeptRecord {
 public:
  // The bytes of an array too large to stand in a record.
  struct Bulk {
    std::uint32_t at = 0;  // the word that is its head
    std::vector<std::byte> bytes;
  };

  KeptRecord() = default;
  // Nothing but numbers.
  KeptRecord(WireOp op, std::initializer_list<std::uint32_t> numbers);
  KeptRecord(StreamOp op, std::initializer_list<std::uint32_t> numbers);
  // Numbers, and an array behind them.
  KeptRecord(WireOp op, std::initializer_list<std::uint32_t> numbers,
             std::span<const std::byte> array);

  // Where the arrays stand: as the rule of the command has it.
  void assign(RecordView record, std::uint32_t number_words, const char* arrays,
              const FindBulk& find);
  void add_array(std::span<const std::byte> bytes);
  void add_null() { grow(payload_null); }
  void add(std::uint32_t word) { grow(word); }

  RecordView view() const { return RecordView(words_.data()); }
  bool is_empty() const { return words_.empty(); }
  const std::vector<std::uint32_t>& words() const { return words_; }
  const std::vector<Bulk>& bulks() const { return bulks_; }
  // Where its array is that begins at that word, if it is in bulk.
  const std::byte* find(std::uint32_t at) const;
  std::size_t bytes() const;

 private:
  void grow(std::uint32_t word) {
    words_.push_back(word);
    words_[0] = wire_header(wire_op(words_[0]), static_cast<std::uint32_t>(words_.size()));
  }

  std::vector<std::uint32_t> words_;
  std::vector<Bulk> bulks_;
};

class RecordSink;
// What the GPU has to have somewhere.
void put_content(RecordSink& sink, const WireContent& content, std::span<const std::byte> bytes);

// Where records go that rebuild something.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  virtual void put(const KeptRecord& record) = 0;
  // The same of an array that lies somewhere else: numbers, then it.
  virtual void put(const KeptRecord& numbers, std::span<const std::byte> array) = 0;
};

}  // namespace blink::gl::state
