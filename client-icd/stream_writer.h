// StreamWriter: writes a context's commands where the server replays them (gl/wire.h).
//
// The stream's content is words, room for an answer, and a ring of records. What was written is
// handed over when there is enough of it, when the program asks for something, and when it says so
// (flush, swap). A part of the ring is written again when the server has done with it: a program
// that is faster waits there.
//
// To hand over is to store the place up to which there are records. The server is told so by a
// command only if it does not look by itself, and where what is handed over must come after
// something else: what was published, and what other streams have said, comes by commands, too.
//
// When the server is lost, whoever waits for it waits for the next one, and finds done what was to
// be done (client-icd/connection.h).
//
// Threads: one at a time, as a GL context is.

#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "client-icd/connection.h"
#include "client-icd/hand_overs.h"
#include "gl/generated/journal_rules.h"
#include "gl/state/journal.h"
#include "gl/wire.h"

namespace blink::icd {

// One array of a command, on its way.
class Payload {
 public:
  static Payload null() { return {gl::payload_null, nullptr}; }
  static Payload within(const void* data, std::uint32_t bytes) { return {bytes, data}; }
  static Payload bulk(std::uint32_t bytes, std::uint32_t object, std::uint32_t offset) {
    Payload payload(bytes | gl::payload_in_bulk, nullptr);
    payload.object_ = object;
    payload.offset_ = offset;
    return payload;
  }

  std::uint32_t words() const {
    if (head_ == gl::payload_null) return 1;
    return (head_ & gl::payload_in_bulk) != 0 ? 3 : 1 + (head_ + 3) / 4;
  }
  std::uint32_t* write(std::uint32_t* at) const {
    *at++ = head_;
    if (head_ == gl::payload_null) return at;
    if ((head_ & gl::payload_in_bulk) != 0) {
      *at++ = object_;
      *at++ = offset_;
      return at;
    }
    if (head_ != 0) std::memcpy(at, data_, head_);
    return at + (head_ + 3) / 4;
  }

 private:
  Payload(std::uint32_t head, const void* data) : head_(head), data_(data) {}

  std::uint32_t head_;
  std::uint32_t object_ = 0, offset_ = 0;
  const void* data_;
};

// The words of one record, filled from the first to the last.
class WireWords {
 public:
  explicit WireWords(std::uint32_t* at) : at_(at) {}

  template <typename T>
  void put(T value) {
    static_assert(sizeof(T) <= 8);
    if constexpr (sizeof(T) >= 4) {
      std::memcpy(at_, &value, sizeof value);
      at_ += sizeof(T) / 4;
    } else {
      *at_++ = static_cast<std::uint32_t>(value);
    }
  }
  void put(const Payload& payload) { at_ = payload.write(at_); }

 private:
  std::uint32_t* at_;
};

// What the server answered, to be taken in the order in which it was asked.
class Reply {
 public:
  explicit Reply(const std::byte* at) : begin_(at), at_(at + 8) {}

  template <typename T>
  T result() const {
    T value{};
    std::memcpy(&value, begin_, sizeof value);
    return value;
  }
  std::span<const std::byte> bytes() {
    std::uint64_t size = 0;
    std::memcpy(&size, at_, sizeof size);
    const std::span<const std::byte> bytes(at_ + 8, static_cast<std::size_t>(size));
    at_ += 8 + ((size + 7) & ~std::uint64_t{7});
    return bytes;
  }
  template <typename T>
  void take(T* to) {
    const auto from = bytes();
    if (to != nullptr && !from.empty()) std::memcpy(to, from.data(), from.size());
  }

 private:
  const std::byte* begin_;
  const std::byte* at_;
};

class StreamWriter {
 public:
  // Stream 0 where there is no room for another. `shares`: the writer of a context with which this
  // one's shares objects, or null.
  StreamWriter(Connection& connection, blink_stream_api api, std::uint32_t version,
               const StreamWriter* shares);
  ~StreamWriter();
  StreamWriter(const StreamWriter&) = delete;

  std::uint32_t stream() const { return stream_; }

  // `is_sure`: it is certain that the command is no error.
  WireWords record(gl::WireOp op, std::uint32_t words, bool is_sure = false) {
    const WireWords made = record(static_cast<std::uint16_t>(op), words);
    if (!is_sure) {
      is_unsure_ = true;
      if (gl::state::stays(op))
        unsure_.push_back(static_cast<std::uint32_t>(at_ - words - 1 - batch_));
    }
    return made;
  }
  // What no program has said is no error of its.
  WireWords record(gl::StreamOp op, std::uint32_t words) {
    return record(static_cast<std::uint16_t>(op), words);
  }
  // Whether there may have been an error since the server was asked.
  bool is_unsure() const { return is_unsure_; }
  void set_unsure(bool is_unsure) { is_unsure_ = is_unsure; }
  Payload payload(const void* data, std::int64_t count, std::size_t each);
  // The same for what belongs to a draw: the server needs all of it until it has drawn, so nothing
  // is handed over in between that would let its memory be written again.
  Payload payload_of_draw(const void* data, std::int64_t count, std::size_t each);
  // Up to its zero, or so long where that is not negative.
  static Payload text(const char* text, std::int64_t bytes = -1);
  // Memory for an answer that is too large for the usual place: its object, and where it lies here.
  // It stays as it is until the next call.
  struct Room {
    std::uint32_t object = 0;
    std::span<std::byte> content;
  };
  Room room(std::uint64_t bytes);

  // Hands over what was written. Returns the place up to which that has been done.
  std::uint64_t flush();
  // Whether the server has come so far. May be asked on any thread.
  bool has_done(std::uint64_t place) const { return done() >= place; }
  // Waits until the server has come so far; false: the session is over.
  bool wait_for(std::uint64_t place);
  static constexpr std::uint32_t answer_place() { return answer_at; }
  // Hands over, and waits.
  Reply ask();
  // After a swap: what came before the frame that has ended is kept in the journal alone.
  void end_frame();
  void set_depths(const gl::state::Journal::Depths& depths);

  // ---- for HandOvers, which has the lock ----
  void take_into_journal(const HandOvers::Part& part);

  // ---- another server; while no other thread writes (Connection::live_on) ----
  HandOvers& hand_overs() const { return *hand_overs_; }
  std::shared_ptr<HandOvers> shared_hand_overs() const { return hand_overs_; }
  // Before its objects are shown there.
  void begin_anew(std::uint32_t shares);
  bool wait_until_there();
  // When all is done that was handed over, it goes into the journal.
  void fold_all();
  using Sizes = std::map<std::uint32_t, std::pair<std::uint32_t, std::uint32_t>>;
  bool tell_surfaces(const Sizes& sizes);
  // What only the GPU has of this context's group goes into the journal, which has all else: what
  // was drawn until that time of the group's, and what surfaces have. Not all of it, if it is more
  // than so many bytes.
  void read_back(const Sizes& sizes, std::uint64_t until, std::uint64_t bytes_max);
  // What the journal has: of its group; what in it shows images, of whichever group; of this
  // context.
  bool tell_group();
  bool tell_shown_images();
  bool tell_context();
  // What surfaces show, when all else is told.
  bool tell_shown();
  bool wait_until_again();

 private:
  static constexpr std::uint32_t answer_at = 4096;
  // What a new server is told.
  static constexpr std::uint32_t telling_at = answer_at + gl::answer_bytes_max;
  static constexpr std::uint32_t telling_bytes = 256 * 1024;
  static constexpr std::uint32_t telling_answer_at = telling_at + telling_bytes;
  static constexpr std::uint32_t ring_at = telling_answer_at + gl::answer_bytes_max;
  static constexpr std::uint32_t ring_bytes = 2 * 1024 * 1024;
  static_assert(ring_bytes >= BLINK_STREAM_RING_BYTES_MIN);
  static constexpr std::uint32_t content_bytes = ring_at + ring_bytes;
  // What is handed over at once: by a command, and to who looks.
  static constexpr std::uint32_t told_bytes = 16 * 1024, seen_bytes = 4 * 1024;

  struct Bulk {
    std::uint32_t object = 0;
    std::span<std::byte> content;
    std::uint64_t busy_until = 0;
    int flushes_left = 0;  // until it is known when it is not busy any more
    std::shared_ptr<const Connection::BulkUse> use;

    bool is_held() const { return use->holds.load(std::memory_order_acquire) != 0; }
  };

  WireWords record(std::uint16_t op, std::uint32_t words) {
    if (at_ + words + 1 > limit_) [[unlikely]]
      make_room(words + 1);
    std::uint32_t* const at = at_;
    *at = gl::wire_header(op, words + 1);
    at_ += words + 1;
    return WireWords(at + 1);
  }
  std::uint32_t* ring_begin() const {
    return reinterpret_cast<std::uint32_t*>(content_.data() + ring_at);
  }
  std::uint32_t* ring_end() const { return ring_begin() + ring_bytes / 4; }
  template <typename T>
  T* word(std::size_t offset) const {
    return reinterpret_cast<T*>(content_.data() + offset);
  }
  class Teller;
  class Reader;
  template <typename Tell>
  bool tell(Tell&& tell);

  void make_room(std::uint32_t words);
  void begin_batch();
  bool hand_over();
  void clear_words();
  std::uint64_t evaluated() const;  // parts, as the server counts
  std::uint64_t done() const;
  void fold();
  bool has_lost_server() const;
  // True: there is another server.
  bool lose(std::uint64_t life);
  Payload bulk(const void* data, std::uint32_t bytes);

  Connection& connection_;
  const vso::ClientArray::Params params_;
  std::uint32_t stream_ = 0;
  std::span<std::byte> content_;
  std::uint32_t* batch_ = nullptr;  // from here on it was not handed over
  std::uint32_t* at_ = nullptr;
  std::uint32_t* limit_ = nullptr;  // of the batch
  bool is_unsure_ = false;
  std::vector<std::uint32_t> unsure_;  // of the batch, for the journal
  std::uint32_t batch_bytes_ = seen_bytes;
  std::uint64_t place_ = 0;  // of the batch
  std::uint64_t free_until_ = ring_bytes;
  std::uint64_t place_told_ = 0;  // up to which a command has told it
  // Where the turn is still this, and the server has come to where it began, it may be handed over
  // without a command.
  std::uint64_t turn_ = 0, turn_begin_ = 0;
  std::vector<Bulk> bulks_;
  std::uint64_t bulk_bytes_ = 0;  // that were not handed over
  Room room_;
  bool is_over_ = false;

  const std::shared_ptr<HandOvers> hand_overs_;
  gl::state::Journal journal_;   // the group's lock is its, too
  std::uint64_t folded_ = 0;     // up to which the journal has all
  std::uint64_t frame_end_ = 0;  // when the last frame ended
  std::uint64_t told_ = 0;       // hand-overs of what a new server was told
  // Beside what this server has counted: changes with all threads stopped.
  std::atomic<std::uint64_t> done_before_{0};
};

}  // namespace blink::icd
