#include "machines/x_agent/agent_window.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "jit/builder/picture_procedures.h"

namespace blink::machines {
namespace {

using jit::Word;

constexpr std::size_t title_bytes = 256;

// Whole characters, and zeros behind them.
std::array<char, title_bytes> field_of(std::string_view title) {
  std::array<char, title_bytes> field{};
  std::size_t bytes = std::min(title.size(), title_bytes - 1);
  while (bytes > 0 && bytes < title.size() && (title[bytes] & 0xc0) == 0x80)
    --bytes;
  title.copy(field.data(), bytes);
  return field;
}

}  // namespace

void Rows::add(Rows other) {
  if (other.is_empty()) return;
  if (is_empty())
    *this = other;
  else
    *this = {std::min(begin, other.begin), std::max(end, other.end)};
}

Result<std::unique_ptr<AgentWindow>> AgentWindow::make(vso::ClientArray& array,
                                                       std::string_view title, std::uint32_t width,
                                                       std::uint32_t height) {
  std::unique_ptr<AgentWindow> window(new AgentWindow(array));
  window->width_ = width;
  window->height_ = height;
  const auto field = field_of(title);
  BLINK_ASSIGN(window->window_,
               window->put(BLINK_OBJECT_WINDOW, std::as_bytes(std::span(field)), {width, height}));
  const std::vector<Word> words = jit::picture_init();
  BLINK_ASSIGN(window->init_, window->put(BLINK_OBJECT_PROCEDURE, std::as_bytes(std::span(words)),
                                          {window->window_}));
  BLINK_TRY(window->make_picture());
  return window;
}

AgentWindow::~AgentWindow() {
  for (std::uint32_t* object : {&redraw_, &init_, &before_, &picture_, &window_})
    drop(*object);
}

Result<std::uint32_t> AgentWindow::put(std::uint16_t type, std::span<const std::byte> content,
                                       const vso::ClientArray::Params& params) {
  BLINK_ASSIGN(const std::uint32_t object, array_.create(type, content.size(), params));
  std::memcpy(array_.content(object).data(), content.data(), content.size());
  array_.end_update(object);
  return object;
}

void AgentWindow::drop(std::uint32_t& object) {
  if (object != 0) array_.retire(object);
  object = 0;
}

// A picture has its size for as long as it lives. What was drawn by the one before goes on until
// this one has pixels.
Status AgentWindow::make_picture() {
  vso::ClientArray::Params params{};
  params[BLINK_PICTURE_WIDTH] = width_;
  params[BLINK_PICTURE_HEIGHT] = height_;
  params[BLINK_PICTURE_FORMAT] = BLINK_FORMAT_BGRX8;
  params[BLINK_PICTURE_STRIDE] = width_ * 4;
  params[BLINK_PICTURE_USE] = BLINK_PICTURE_IN_PROCEDURES;
  BLINK_ASSIGN(const std::uint32_t picture,
               array_.create(BLINK_OBJECT_PICTURE, std::uint64_t{width_} * height_ * 4, params));
  if (has_pixels_) std::swap(before_, picture_);
  drop(picture_);
  picture_ = picture;
  version_ = 0;
  has_pixels_ = false;
  return {};
}

void AgentWindow::set_title(std::string_view title) {
  const auto field = field_of(title);
  array_.begin_update(window_);
  std::memcpy(array_.content(window_).data(), field.data(), field.size());
  array_.end_update(window_);
}

Status AgentWindow::set_size(std::uint32_t width, std::uint32_t height) {
  if (width == width_ && height == height_) return {};
  width_ = width;
  height_ = height;
  array_.begin_update(window_);
  array_.set_params(window_, {width, height});
  array_.end_update(window_);
  return make_picture();
}

std::span<std::byte> AgentWindow::begin_rows(Rows rows) {
  if (has_pixels_) array_.begin_update(picture_);
  const std::size_t stride = std::size_t{width_} * 4;
  return array_.content(picture_).subspan(rows.begin * stride, (rows.end - rows.begin) * stride);
}

void AgentWindow::end_rows(Rows rows) {
  const std::uint64_t stride = std::uint64_t{width_} * 4;
  version_ =
      array_.end_update(picture_, vso::ClientArray::Range{rows.begin * stride, rows.end * stride});
  if (std::exchange(has_pixels_, true)) return;
  show_picture();
  drop(before_);
}

// Another picture is another procedure, of as many words.
void AgentWindow::show_picture() {
  const std::vector<Word> words = jit::picture_redraw(picture_, jit::UppermostRow::first);
  const auto bytes = std::as_bytes(std::span(words));
  if (redraw_ == 0) {
    if (auto made = put(BLINK_OBJECT_PROCEDURE, bytes, {window_}); made.is_ok())
      redraw_ = made.value();
    return;
  }
  CHECK(array_.content(redraw_).size() == bytes.size());
  array_.begin_update(redraw_);
  std::memcpy(array_.content(redraw_).data(), bytes.data(), bytes.size());
  array_.end_update(redraw_);
}

}  // namespace blink::machines
