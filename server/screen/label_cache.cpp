#include "server/screen/label_cache.h"

#include <algorithm>

#include "common/limits.h"
#include "gl/generated/enums.h"

namespace blink::server {
namespace {

std::size_t bytes_of(int width, int height) { return static_cast<std::size_t>(width) * height; }

}  // namespace

Status LabelCache::prepare() {
  BLINK_ASSIGN(font_, LabelFont::open());
  return {};
}

void LabelCache::release() {
  while (!lines_.empty())
    drop(lines_.begin());
  font_.reset();
}

Label LabelCache::line(std::string_view text, LabelStyle style, int width_max) {
  // One byte more than is shown says that there is more.
  Key key{std::string(text.substr(0, limits::label_bytes_max + 1)), style, width_max};
  auto found = lines_.find(key);
  if (found == lines_.end()) {
    const LabelBitmap bitmap = font_->render(key.text, style, width_max);
    make_room(bitmap.coverage.size());
    found = lines_.emplace(std::move(key), Line{upload(bitmap)}).first;
    ++lines_rendered_;
  }
  found->second.last_use = ++uses_;
  return found->second.label;
}

Label LabelCache::upload(const LabelBitmap& bitmap) {
  Label label{0, bitmap.width, bitmap.height, bitmap.baseline, bitmap.cap_height};
  if (bitmap.coverage.empty()) return label;
  gl_.GenTextures(1, &label.texture);
  gl_.BindTexture(gl::GL_TEXTURE_2D, label.texture);
  // Whatever others have set that changes how pixels are read.
  gl_.BindBuffer(gl::GL_PIXEL_UNPACK_BUFFER, 0);
  for (const gl::GLenum skip : {gl::GL_UNPACK_ROW_LENGTH, gl::GL_UNPACK_SKIP_ROWS,
                                gl::GL_UNPACK_SKIP_PIXELS, gl::GL_UNPACK_LSB_FIRST})
    gl_.PixelStorei(skip, 0);
  gl_.PixelStorei(gl::GL_UNPACK_ALIGNMENT, 1);
  gl_.TexImage2D(gl::GL_TEXTURE_2D, 0, gl::GL_R8, label.width, label.height, 0, gl::GL_RED,
                 gl::GL_UNSIGNED_BYTE, bitmap.coverage.data());
  gl_.PixelStorei(gl::GL_UNPACK_ALIGNMENT, 4);
  gl_.TexParameteri(gl::GL_TEXTURE_2D, gl::GL_TEXTURE_MIN_FILTER, gl::GL_NEAREST);
  gl_.TexParameteri(gl::GL_TEXTURE_2D, gl::GL_TEXTURE_MAG_FILTER, gl::GL_NEAREST);
  gl_.BindTexture(gl::GL_TEXTURE_2D, 0);
  texture_bytes_ += bitmap.coverage.size();
  return label;
}

void LabelCache::drop(std::map<Key, Line>::iterator line) {
  const Label& label = line->second.label;
  gl_.DeleteTextures(1, &label.texture);
  texture_bytes_ -= bytes_of(label.width, label.height);
  lines_.erase(line);
}

void LabelCache::make_room(std::size_t bytes) {
  while (!lines_.empty() && (lines_.size() >= limits::label_lines_max ||
                             texture_bytes_ + bytes > limits::label_texture_bytes_max))
    drop(std::ranges::min_element(lines_, {},
                                  [](const auto& entry) { return entry.second.last_use; }));
}

}  // namespace blink::server
