// What only the GPU has, read back: a writer's part in Connection::save.

#include <algorithm>
#include <limits>

#include "client-icd/stream_writer.h"
#include "gl/image_size.h"

namespace blink::icd {
namespace {

constexpr std::chrono::seconds read_time{60};
constexpr std::uint64_t read_bytes_max = 32 << 20;  // at once, unless one has more

std::uint64_t bytes_of(const gl::WireContent& content) {
  if (content.of == gl::WireContentOf::buffer) return content.buffer_bytes();
  gl::Unpacking tight;
  tight.alignment = 1;
  return gl::image_bytes(tight, content.format, content.type, content.size[0], content.size[1],
                         content.size[2])
      .value_or(0);
}

}  // namespace

// Asks for some contents at once, each with its room in one object.
class StreamWriter::Reader {
 public:
  explicit Reader(StreamWriter& writer)
      : writer_(writer),
        begin_(reinterpret_cast<std::uint32_t*>(writer.content_.data() + telling_at)),
        at_(begin_) {}

  void add(const gl::WireContent& content) {
    constexpr std::uint32_t words = 1 + gl::wire_content_words + 3;
    const std::uint64_t bytes = gl::wire_content_head_bytes + bytes_of(content);
    const bool is_full = static_cast<std::size_t>(at_ - begin_) + words > telling_bytes / 4;
    if (is_full || (bytes_ != 0 && bytes_ + bytes > read_bytes_max)) read();
    *at_++ = gl::wire_header(static_cast<std::uint16_t>(gl::StreamOp::read_content), words);
    std::memcpy(at_, &content, sizeof content);
    at_ += gl::wire_content_words;
    *at_++ = 0;  // the object, when there is one
    *at_++ = static_cast<std::uint32_t>(bytes_);
    *at_++ = static_cast<std::uint32_t>(bytes);
    asked_.push_back({content, bytes_, bytes});
    bytes_ += (bytes + 7) / 8 * 8;
  }

  // What was added goes into the journal.
  void read() {
    if (!asked_.empty() && ask()) {
      writer_.hand_overs_->with_journal([&] {
        for (const Asked& each : asked_)
          take(each);
      });
    }
    if (object_ != 0) writer_.connection_.retire(std::exchange(object_, 0));
    asked_.clear();
    at_ = begin_;
    bytes_ = 0;
  }

 private:
  struct Asked {
    gl::WireContent content;
    std::uint64_t at, bytes;
  };

  void take(const Asked& asked) {
    const auto its = room_.subspan(asked.at, asked.bytes);
    std::uint32_t is_there = 0;
    std::memcpy(&is_there, its.data(), sizeof is_there);
    writer_.hand_overs_->group->take_back(
        asked.content,
        is_there == 1 ? its.subspan(gl::wire_content_head_bytes) : std::span<std::byte>());
  }

  bool ask() {
    if (bytes_ > gl::payload_bytes_max) return false;
    object_ = writer_.connection_.create(BLINK_OBJECT_BULK, bytes_, {}, &room_);
    if (object_ == 0) return false;
    writer_.connection_.publish(object_);
    for (std::uint32_t* at = begin_; at < at_; at += gl::wire_words(*at))
      at[1 + gl::wire_content_words] = object_;
    const std::uint64_t before = writer_.evaluated();
    return writer_.connection_.eval(writer_.stream_, telling_at,
                                    static_cast<std::uint32_t>((at_ - begin_) * 4)) &&
           writer_.connection_.client().wait_until(vso::Client::Clock::now() + read_time,
                                                   [&] { return writer_.evaluated() > before; });
  }

  StreamWriter& writer_;
  std::uint32_t* const begin_;
  std::uint32_t* at_;
  std::vector<Asked> asked_;
  std::uint64_t bytes_ = 0;
  std::uint32_t object_ = 0;
  std::span<std::byte> room_;
};

void StreamWriter::read_back(const Sizes& sizes, std::uint64_t until, std::uint64_t bytes_max) {
  gl::state::GroupJournal& group = *hand_overs_->group;
  std::vector<gl::WireContent> wanted, surfaces;
  hand_overs_->with_journal([&] {
    wanted = group.drawn(until);
    surfaces = group.drawn_surfaces(sizes);
  });
  // The most for the least comes first.
  std::ranges::sort(wanted, {}, bytes_of);
  wanted.insert(wanted.begin(), surfaces.begin(), surfaces.end());
  Reader reader(*this);
  std::uint64_t all = 0;
  for (const gl::WireContent& content : wanted) {
    all += bytes_of(content);
    if (all > bytes_max) break;
    reader.add(content);
  }
  reader.read();
  hand_overs_->with_journal(
      [&] { group.has_drawn = !group.drawn(std::numeric_limits<std::uint64_t>::max()).empty(); });
}

}  // namespace blink::icd
