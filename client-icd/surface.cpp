#include "client-icd/surface.h"

#include <cstring>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "jit/builder/picture_procedures.h"

namespace blink::icd {

Surface::Surface(Connection& connection, std::uint32_t width, std::uint32_t height)
    : connection_(connection), id_(connection.next_surface()), width_(width), height_(height) {}

Surface::~Surface() {
  connection_.drop_surface(id_);
  for (const std::uint32_t procedure : procedures_)
    if (procedure != 0) connection_.retire(procedure);
  if (window_ == 0) return;
  connection_.when_closed(window_, nullptr);
  connection_.retire(window_);
}

void Surface::announce(StreamWriter& stream) {
  connection_.set_surface(id_, width_, height_);
  auto words = stream.record(gl::StreamOp::surface, 3);
  words.put(id_);
  words.put(width_);
  words.put(height_);
}

void Surface::set_size(StreamWriter& stream, std::uint32_t width, std::uint32_t height) {
  if (width == width_ && height == height_) return;
  width_ = width;
  height_ = height;
  announce(stream);
  if (window_ != 0) put_window(title_);
}

void Surface::put_window(const std::string& title) {
  title_ = title.empty() ? "OpenGL" : title;
  vso::ClientArray::Params params{};
  params[BLINK_WINDOW_WIDTH] = width_;
  params[BLINK_WINDOW_HEIGHT] = height_;
  if (window_ != 0) return connection_.set_params(window_, params);
  std::span<std::byte> content;
  window_ = connection_.create(BLINK_OBJECT_WINDOW, title_.size(), params, &content);
  if (window_ == 0) return;
  std::memcpy(content.data(), title_.data(), title_.size());
  connection_.publish(window_);
}

void Surface::show(const std::string& title, std::function<void()> close) {
  if (window_ != 0) return;
  put_window(title);
  if (window_ == 0) return;
  connection_.when_closed(window_, std::move(close));
  shown_ = connection_.watch_shown(window_);
  const std::vector<jit::Word> both[] = {jit::picture_init(),
                                         jit::picture_redraw(window_, jit::UppermostRow::last)};
  for (std::size_t i = 0; i < procedures_.size(); ++i) {
    const auto bytes = std::as_bytes(std::span(both[i]));
    std::span<std::byte> content;
    procedures_[i] = connection_.create(BLINK_OBJECT_PROCEDURE, bytes.size(), {window_}, &content);
    if (procedures_[i] == 0) return;
    std::memcpy(content.data(), bytes.data(), bytes.size());
    connection_.publish(procedures_[i]);
  }
}

// The frame before this one is to be seen first; so there is one ahead.
void Surface::wait_for_screen() {
  using Clock = vso::Client::Clock;
  if (!shown_) return;
  const int interval = interval_;
  if (interval > 0 && last_swap_ != Clock::time_point()) {
    const auto frame = std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<float>(1 / shown_->refresh_rate.load()));
    connection_.wait_until_shown(*shown_, shown_before_, unseen_time);
    // What comes after a pause is shown at once, so the pause is what there is to wait for.
    if (interval > 1) std::this_thread::sleep_until(last_swap_ + interval * frame);
  }
  shown_before_ = shown_->times;
  last_swap_ = Clock::now();
}

void Surface::swap(StreamWriter& stream) {
  wait_for_screen();
  auto words = stream.record(gl::StreamOp::swap, 2);
  words.put(id_);
  words.put(window_);
  if (swapped_by_ != stream.stream()) {  // another context draws here now, and counts anew
    swapped_by_ = stream.stream();
    swaps_ = {};
  }
  std::uint64_t& before = swaps_[next_swap_];
  next_swap_ = (next_swap_ + 1) % swaps_.size();
  const std::uint64_t now = stream.flush();
  (void)stream.wait_for(before);
  before = now;
  stream.end_frame();
}

}  // namespace blink::icd
