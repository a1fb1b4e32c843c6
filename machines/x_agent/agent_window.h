// AgentWindow: a window of the capsule's X server as the server shows it: its title, its pixels,
// its size.
//
// The X server writes pixels where the server reads them: rows of a picture in the region, which it
// has mapped. So they are copied once, and only rows that have changed.
//
// Threads: one.

#pragma once

#include <xcb/xcb.h>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "vso/client_array.h"

namespace blink::machines {

struct Rows {
  std::uint32_t begin = 0, end = 0;  // empty: both the same

  bool is_empty() const { return begin == end; }
  void add(Rows other);
};

class AgentWindow {
 public:
  // Of that size; not seen before it has pixels.
  static Result<std::unique_ptr<AgentWindow>> make(vso::ClientArray& array, std::string_view title,
                                                   std::uint32_t width, std::uint32_t height);
  // It is not shown any more.
  ~AgentWindow();
  AgentWindow(const AgentWindow&) = delete;

  std::uint32_t id() const { return window_; }
  std::uint32_t width() const { return width_; }
  std::uint32_t height() const { return height_; }

  void set_title(std::string_view title);
  // Its content is to be painted anew.
  Status set_size(std::uint32_t width, std::uint32_t height);

  // Whether the server has done with the last pixels.
  bool is_free() const { return array_.fence(picture_) >= version_; }
  // Where these rows are to be written, once it is free; then they are seen.
  std::span<std::byte> begin_rows(Rows rows);
  void end_rows(Rows rows);

 private:
  explicit AgentWindow(vso::ClientArray& array) : array_(array) {}
  Result<std::uint32_t> put(std::uint16_t type, std::span<const std::byte> content,
                            const vso::ClientArray::Params& params);
  Status make_picture();
  void show_picture();
  void drop(std::uint32_t& object);

  vso::ClientArray& array_;
  std::uint32_t width_ = 0, height_ = 0;
  std::uint32_t window_ = 0, picture_ = 0, before_ = 0, init_ = 0, redraw_ = 0;
  std::uint64_t version_ = 0;  // of the picture, that was given last
  bool has_pixels_ = false;
};

}  // namespace blink::machines
