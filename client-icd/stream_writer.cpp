#include "client-icd/stream_writer.h"

#include <algorithm>
#include <bit>
#include <chrono>

#include "common/cpu.h"

namespace blink::icd {
namespace {

using Clock = vso::Client::Clock;

constexpr std::chrono::microseconds spin_time{30};  // before it is worth a sleep
constexpr std::chrono::milliseconds look_time{500};
constexpr std::uint32_t bulk_bytes_min = 1 << 20;
// So much is not kept back until there is more to hand over, and in so much the server may be
// behind.
constexpr std::uint64_t bulk_bytes_kept = 1 << 20;
constexpr std::uint64_t bulk_bytes_ahead = 24 << 20;

constexpr std::size_t is_looked_at_at =
    sizeof(blink_stream_words) + offsetof(blink_stream_ring_words, is_looked_at);
constexpr std::size_t place_at =
    sizeof(blink_stream_words) + offsetof(blink_stream_ring_words, place);

vso::ClientArray::Params params_of(blink_stream_api api, std::uint32_t version,
                                   std::uint32_t shares, std::uint32_t ring_bytes) {
  vso::ClientArray::Params params{};
  params[BLINK_STREAM_API] = api;
  params[BLINK_STREAM_VERSION] = version;
  params[BLINK_STREAM_SHARES] = shares;
  params[BLINK_STREAM_RING] = ring_bytes;
  return params;
}

bool has_fixed_function(blink_stream_api api, std::uint32_t version) {
  return api == BLINK_GL_COMPATIBILITY || (api == BLINK_GL_ES && version < 20);
}

}  // namespace

StreamWriter::StreamWriter(Connection& connection, blink_stream_api api, std::uint32_t version,
                           const StreamWriter* shares)
    : connection_(connection),
      params_(params_of(api, version, shares != nullptr ? shares->stream_ : 0, ring_bytes)),
      hand_overs_(shares != nullptr ? shares->hand_overs_ : std::make_shared<HandOvers>()),
      journal_(hand_overs_->group, has_fixed_function(api, version)) {
  stream_ = connection_.create(BLINK_OBJECT_STREAM, content_bytes, params_, &content_);
  if (stream_ == 0) return;
  clear_words();
  for (std::uint64_t life = connection_.life(); !connection_.publish_and_wait(stream_);
       life = connection_.life()) {
    if (connection_.has_lost_server() && connection_.live_on(life)) continue;
    connection_.retire(stream_);
    stream_ = 0;
    return;
  }
  at_ = ring_begin();
  begin_batch();
  connection_.add(*this);
}

StreamWriter::~StreamWriter() {
  if (stream_ == 0) return;
  const std::uint64_t last = flush();
  if (!has_lost_server()) (void)wait_for(last);
  hand_overs_->forget(*this);
  connection_.remove(*this);
  connection_.retire(stream_);
  for (const Bulk& bulk : bulks_)
    connection_.leave_bulk(bulk.object);
  if (room_.object != 0) connection_.retire(room_.object);
}

bool StreamWriter::has_lost_server() const {
  const auto life_lock = connection_.in_life();
  return connection_.has_lost_server();
}

std::uint64_t StreamWriter::evaluated() const {
  return __atomic_load_n(word<std::uint64_t>(offsetof(blink_stream_words, commands_done)),
                         __ATOMIC_SEQ_CST);
}

std::uint64_t StreamWriter::done() const {
  const auto here = __atomic_load_n(word<std::uint64_t>(offsetof(blink_stream_words, place_done)),
                                    __ATOMIC_SEQ_CST);
  return std::max(here, done_before_.load(std::memory_order_relaxed));
}

// Before the stream comes into being, and its ring begins where it is then.
void StreamWriter::clear_words() {
  // Who waits looks at them meanwhile.
  constexpr std::size_t bytes = sizeof(blink_stream_words) + sizeof(blink_stream_ring_words);
  static_assert(bytes % sizeof(std::uint64_t) == 0);
  for (std::size_t at = 0; at < bytes; at += sizeof(std::uint64_t))
    __atomic_store_n(word<std::uint64_t>(at), 0, __ATOMIC_SEQ_CST);
  *word<std::uint64_t>(place_at) = place_;
  turn_ = place_told_ = 0;
}

void StreamWriter::begin_batch() {
  batch_ = at_;
  const std::uint64_t bytes = std::min<std::uint64_t>(batch_bytes_, free_until_ - place_ - 4);
  limit_ = std::min(at_ + bytes / 4, ring_end());
}

std::uint64_t StreamWriter::flush() {
  if (at_ == batch_) return place_;
  if (!is_over_) {
    auto life_lock = connection_.in_life();
    const std::uint64_t life = connection_.life();
    const auto begin = reinterpret_cast<std::byte*>(batch_) - content_.data();
    const auto bytes = static_cast<std::uint32_t>((at_ - batch_) * 4);
    hand_overs_->add(*this, static_cast<std::uint32_t>(begin), bytes, std::exchange(unsure_, {}));
    place_ += bytes;
    // If the server was lost the next one is told of it, and nobody needs to wait for that here.
    const bool is_over = !connection_.is_away() && !hand_over() && !connection_.has_lost_server();
    life_lock.unlock();
    if (is_over) (void)lose(life);
    connection_.check_rebuild();
  }
  unsure_.clear();
  if (is_over_) at_ = batch_;
  bulk_bytes_ = 0;
  for (Bulk& bulk : bulks_)
    if (bulk.flushes_left != 0 && --bulk.flushes_left == 0) bulk.busy_until = place_;
  begin_batch();
  return place_;
}

bool StreamWriter::hand_over() {
  if (connection_.turn() == turn_ && done() >= turn_begin_) {
    batch_bytes_ = seen_bytes;
    __atomic_store_n(word<std::uint64_t>(place_at), place_, __ATOMIC_SEQ_CST);
    // After what it was told the server looks in any case.
    if (done() < place_told_ ||
        __atomic_load_n(word<std::uint32_t>(is_looked_at_at), __ATOMIC_SEQ_CST) != 0)
      return true;
  } else {
    batch_bytes_ = told_bytes;
  }
  const std::uint64_t turn = connection_.added(stream_, place_);
  if (turn == 0) return false;
  if (turn != turn_) turn_begin_ = place_;
  turn_ = turn;
  place_told_ = place_;
  return true;
}

// For a record of so many words, in one piece, where the server has done with what was there, and
// the journal has it.
void StreamWriter::make_room(std::uint32_t words) {
  const std::uint64_t handed_over = flush();
  if (const auto rest = static_cast<std::uint32_t>(ring_end() - at_); rest < words) {
    const auto life_lock = connection_.in_life();
    if (rest != 0) *at_ = gl::wire_header(static_cast<std::uint16_t>(gl::StreamOp::skip), rest);
    place_ += rest * 4;
    at_ = ring_begin();
  }
  // With a word more, for the record that may have to say that the rest is left out.
  const std::uint64_t end = place_ + std::max(words * 4, batch_bytes_) + 4;
  if (end > free_until_) {
    // Once it must be waited for, until there is more room than for this.
    const std::uint64_t enough = end > ring_bytes ? end - ring_bytes : 0;
    if (!has_done(enough)) (void)wait_for(std::min(handed_over, enough + ring_bytes / 4));
    if (enough > folded_) fold();
    free_until_ = std::max(end, std::min(done(), folded_) + ring_bytes);
  }
  begin_batch();
  limit_ = std::max(limit_, at_ + words);
}

bool StreamWriter::wait_for(std::uint64_t place) {
  const auto is_done = [&] { return has_done(place); };
  const auto spin_end = Clock::now() + spin_time;
  do {
    for (int i = 0; i < 64; ++i) {
      if (is_done()) return true;
      cpu_relax();
    }
  } while (Clock::now() < spin_end);
  while (!is_over_) {
    auto life_lock = connection_.in_life();
    const std::uint64_t life = connection_.life();
    if (!connection_.is_away() &&
        connection_.client().wait_until(Clock::now() + look_time, is_done))
      return true;
    const bool has_ended = connection_.client().ended().has_value();
    life_lock.unlock();
    if (has_ended) (void)lose(life);
  }
  return false;
}

// Without another server the program goes on, and draws nothing.
bool StreamWriter::lose(std::uint64_t life) {
  if (is_over_) return false;
  if (connection_.live_on(life)) return true;
  is_over_ = true;
  const auto why = connection_.client().ended();
  connection_.complain(why ? why->text() : "the server does not answer");
  return false;
}

void StreamWriter::fold() {
  hand_overs_->fold(*this);
  folded_ = place_;
}

void StreamWriter::end_frame() {
  hand_overs_->end_frame(*this);
  folded_ = std::max(folded_, frame_end_);
  frame_end_ = place_;
}

void StreamWriter::set_depths(const gl::state::Journal::Depths& depths) {
  hand_overs_->with_journal([&] { journal_.set_depths(depths); });
}

void StreamWriter::take_into_journal(const HandOvers::Part& part) {
  const std::span<const std::uint32_t> words(
      reinterpret_cast<const std::uint32_t*>(content_.data() + part.begin), part.bytes / 4);
  journal_.take(
      words, part.unsure,
      [this](std::uint32_t object, std::uint32_t offset, std::uint32_t size) {
        const auto content = connection_.content(object);
        const bool is_there = offset <= content.size() && size <= content.size() - offset;
        return is_there ? content.data() + offset : nullptr;
      },
      [this](std::uint32_t object, std::uint32_t size) {
        return connection_.hold_bulk(object, size);
      });
}

Reply StreamWriter::ask() {
  static constexpr std::array<std::byte, 256> nothing{};
  if (!wait_for(flush()) || is_over_) return Reply(nothing.data());
  return Reply(content_.data() + answer_at);
}

Payload StreamWriter::payload(const void* data, std::int64_t count, std::size_t each) {
  if (bulk_bytes_ >= bulk_bytes_kept) flush();
  return payload_of_draw(data, count, each);
}

Payload StreamWriter::payload_of_draw(const void* data, std::int64_t count, std::size_t each) {
  if (data == nullptr) return Payload::null();
  if (count <= 0) return Payload::within(data, 0);
  const std::uint64_t bytes = static_cast<std::uint64_t>(count) * each;
  if (bytes <= gl::payload_inline_bytes_max)
    return Payload::within(data, static_cast<std::uint32_t>(bytes));
  if (bytes > gl::payload_bytes_max) return Payload::null();
  return bulk(data, static_cast<std::uint32_t>(bytes));
}

Payload StreamWriter::text(const char* text, std::int64_t bytes) {
  if (text == nullptr) return Payload::within(text, 0);
  const std::size_t all =
      bytes < 0 ? std::strlen(text) : ::strnlen(text, static_cast<std::size_t>(bytes));
  return Payload::within(
      text, static_cast<std::uint32_t>(std::min<std::size_t>(all, gl::payload_inline_bytes_max)));
}

StreamWriter::Room StreamWriter::room(std::uint64_t bytes) {
  if (bytes > gl::payload_bytes_max) return {};
  if (room_.object != 0 && room_.content.size() >= bytes) return room_;
  if (room_.object != 0) connection_.retire(room_.object);
  room_ = {};
  room_.object = connection_.create(BLINK_OBJECT_BULK,
                                    std::max<std::uint64_t>(bulk_bytes_min, std::bit_ceil(bytes)),
                                    {}, &room_.content);
  if (room_.object != 0) connection_.publish(room_.object);
  return room_;
}

Payload StreamWriter::bulk(const void* data, std::uint32_t bytes) {
  bulk_bytes_ += bytes;
  // The one that the server has done with, or will have next, of what was handed over.
  auto free = bulks_.end();
  std::uint64_t all = 0;
  for (auto bulk = bulks_.begin(); bulk != bulks_.end(); ++bulk) {
    if (bulk->is_held()) continue;
    all += bulk->content.size();
    if (bulk->content.size() >= bytes && bulk->busy_until <= place_ &&
        (free == bulks_.end() || bulk->busy_until < free->busy_until))
      free = bulk;
  }
  const bool must_wait = all >= bulk_bytes_ahead;
  // The last frame is kept, as long as there is room for it.
  if (free != bulks_.end() && free->busy_until > folded_) {
    if (must_wait) fold();
    if (!must_wait || free->is_held()) free = bulks_.end();
  }
  if (free != bulks_.end() && free->busy_until > done() &&
      !(must_wait && wait_for(free->busy_until)))
    free = bulks_.end();
  if (free == bulks_.end()) {
    Bulk made;
    made.object = connection_.create(
        BLINK_OBJECT_BULK, std::max(bulk_bytes_min, std::bit_ceil(bytes)), {}, &made.content);
    if (made.object == 0) return Payload::null();
    connection_.publish(made.object);
    made.use = connection_.add_bulk(made.object, made.content.size());
    bulks_.push_back(made);
    free = std::prev(bulks_.end());
  }
  std::memcpy(free->content.data(), data, bytes);
  // Its record is handed over with the batch at hand or one of the next: a draw with many arrays
  // may take some.
  free->busy_until = ~std::uint64_t{0};
  free->flushes_left = 4;
  return Payload::bulk(bytes, free->object, 0);
}

}  // namespace blink::icd
