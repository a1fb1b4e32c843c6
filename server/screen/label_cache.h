// LabelCache: lines of text as textures. What is shown again is not rendered again; what was not
// shown for longest goes first (limits.h says when).
//
// Threads: the one where the context is current.

#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "common/status.h"
#include "gl/generated/dispatch.h"
#include "server/screen/label_font.h"

namespace blink::server {

struct Label {
  gl::GLuint texture = 0;  // the coverage in red, top row first; 0 when nothing is to be seen
  int width = 0, height = 0;
  int baseline = 0, cap_height = 0;  // as in LabelBitmap
};

class LabelCache {
 public:
  explicit LabelCache(const gl::Dispatch& gl) : gl_(gl) {}

  Status prepare();
  void release();

  // Leaves no texture bound. The texture is there until the third call after this.
  Label line(std::string_view text, LabelStyle style, int width_max);

  std::size_t lines() const { return lines_.size(); }
  std::size_t texture_bytes() const { return texture_bytes_; }
  std::uint64_t lines_rendered() const { return lines_rendered_; }

 private:
  struct Key {
    std::string text;
    LabelStyle style;
    int width_max;

    auto operator<=>(const Key&) const = default;
  };
  struct Line {
    Label label;
    std::uint64_t last_use = 0;
  };
  Label upload(const LabelBitmap& bitmap);
  void drop(std::map<Key, Line>::iterator line);
  void make_room(std::size_t bytes);

  const gl::Dispatch& gl_;
  std::unique_ptr<LabelFont> font_;
  std::map<Key, Line> lines_;
  std::size_t texture_bytes_ = 0;
  std::uint64_t uses_ = 0;
  std::uint64_t lines_rendered_ = 0;
};

}  // namespace blink::server
