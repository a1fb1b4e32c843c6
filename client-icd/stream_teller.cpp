// What a new server is told of a stream: its writer's part in Connection::live_on.

#include <algorithm>
#include <bit>

#include "client-icd/stream_writer.h"

namespace blink::icd {
namespace {

constexpr std::chrono::seconds told_time{60};
constexpr std::uint64_t told_bulk_bytes_max = 32 << 20;  // before it is waited for

}  // namespace

// Writes records into the place that is for this alone, and hands them over.
class StreamWriter::Teller final : public gl::state::RecordSink {
 public:
  explicit Teller(StreamWriter& writer)
      : writer_(writer),
        begin_(reinterpret_cast<std::uint32_t*>(writer.content_.data() + telling_at)),
        at_(begin_) {}
  ~Teller() override {
    for (const Bulk& bulk : bulks_)
      writer_.connection_.retire(bulk.object);
  }

  void put(const gl::state::KeptRecord& record) override {
    std::uint32_t* const to = room(record.words().size());
    std::ranges::copy(record.words(), to);
    for (const auto& bulk : record.bulks())
      point(to + bulk.at, bulk.bytes);
    at_ += record.words().size();
  }

  void put(const gl::state::KeptRecord& numbers, std::span<const std::byte> array) override {
    const bool is_bulk = array.size() > gl::payload_inline_bytes_max;
    const std::size_t words = numbers.words().size() + (is_bulk ? 3 : 1 + (array.size() + 3) / 4);
    std::uint32_t* const to = room(words);
    std::uint32_t* const head = std::ranges::copy(numbers.words(), to).out;
    *to = gl::wire_header(numbers.view().op(), static_cast<std::uint32_t>(words));
    *head = static_cast<std::uint32_t>(array.size()) | (is_bulk ? gl::payload_in_bulk : 0);
    if (is_bulk)
      point(head, array);
    else if (!array.empty())
      std::memcpy(head + 1, array.data(), array.size());
    at_ += words;
  }

  // Hands over what there is, and waits for it.
  bool finish() {
    if (at_ == begin_) return is_good_;
    const auto bytes = static_cast<std::uint32_t>((at_ - begin_) * 4);
    at_ = begin_;
    is_good_ = is_good_ && writer_.connection_.eval(writer_.stream_, telling_at, bytes);
    const std::uint64_t evals = ++evals_;
    is_good_ = is_good_ && writer_.connection_.client().wait_until(
                               vso::Client::Clock::now() + told_time,
                               [&] { return writer_.evaluated() >= evals; });
    used_bytes_ = 0;
    for (Bulk& bulk : bulks_)
      bulk.busy_until = 0;
    return is_good_;
  }

 private:
  std::uint32_t* room(std::size_t words) {
    if (static_cast<std::size_t>(at_ - begin_) + words > telling_bytes / 4 ||
        used_bytes_ > told_bulk_bytes_max)
      (void)finish();
    return at_;
  }
  // The array at that head lies in a bulk object.
  void point(std::uint32_t* head, std::span<const std::byte> bytes) {
    used_bytes_ += bytes.size();
    auto free = std::ranges::find_if(bulks_, [&](const Bulk& bulk) {
      return bulk.busy_until == 0 && bulk.content.size() >= bytes.size();
    });
    if (free == bulks_.end()) {
      Bulk made;
      made.object = writer_.connection_.create(BLINK_OBJECT_BULK, std::bit_ceil(bytes.size()), {},
                                               &made.content);
      is_good_ = is_good_ && made.object != 0;
      if (made.object == 0) {
        *head = 0;
        return;
      }
      writer_.connection_.publish(made.object);
      free = bulks_.insert(bulks_.end(), made);
    }
    free->busy_until = 1;
    std::ranges::copy(bytes, free->content.begin());
    head[1] = free->object;
    head[2] = 0;
  }

  StreamWriter& writer_;
  std::uint32_t* const begin_;
  std::uint32_t* at_;
  std::uint64_t evals_ = writer_.told_;
  std::uint64_t used_bytes_ = 0;
  std::vector<Bulk> bulks_;
  bool is_good_ = true;
};

void StreamWriter::begin_anew(std::uint32_t shares) {
  auto params = params_;
  params[BLINK_STREAM_SHARES] = shares;
  connection_.set_params(stream_, params);
  clear_words();
  told_ = 0;
}

void StreamWriter::fold_all() {
  (void)connection_.client().wait_until(vso::Client::Clock::now() + told_time,
                                        [&] { return done() >= place_; });
  hand_overs_->fold(*this);
}

bool StreamWriter::wait_until_there() { return connection_.wait_for(stream_); }

template <typename Tell>
bool StreamWriter::tell(Tell&& tell) {
  Teller teller(*this);
  tell(teller);
  const bool is_told = teller.finish();
  told_ = evaluated();
  return is_told;
}

bool StreamWriter::tell_surfaces(const Sizes& sizes) {
  return tell([&](Teller& teller) {
    for (const auto& [surface, size] : sizes)
      teller.put(gl::state::KeptRecord(gl::StreamOp::surface, {surface, size.first, size.second}));
  });
}

bool StreamWriter::tell_group() {
  return tell([&](Teller& teller) {
    hand_overs_->group->tell(teller, journal_.has_fixed_function(), telling_answer_at);
  });
}

bool StreamWriter::tell_shown_images() {
  return tell([&](Teller& teller) { hand_overs_->group->tell_shown_images(teller); });
}

bool StreamWriter::tell_context() {
  return tell([&](Teller& teller) { journal_.tell(teller); });
}

bool StreamWriter::tell_shown() {
  return tell([&](Teller& teller) { hand_overs_->group->tell_surfaces(teller); });
}

// What is not in the journal comes again; all else counts as done, and then that, too.
bool StreamWriter::wait_until_again() {
  const auto again = static_cast<std::uint64_t>(
      std::ranges::count(hand_overs_->parts(), this, &HandOvers::Part::writer));
  const bool is_there = connection_.client().wait_until(
      vso::Client::Clock::now() + told_time, [&] { return evaluated() >= told_ + again; });
  done_before_.store(place_, std::memory_order_relaxed);
  return is_there;
}

}  // namespace blink::icd
