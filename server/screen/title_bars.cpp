#include "server/screen/title_bars.h"

#include <iterator>
#include <utility>

#include "common/limits.h"
#include "gl/generated/enums.h"

namespace blink::server {

void TitleBars::release() {
  while (!bars_.empty())
    drop(bars_.begin());
  if (framebuffer_ != 0) gl_.DeleteFramebuffers(1, &framebuffer_);
  framebuffer_ = 0;
}

TitleBars::Bar& TitleBars::draw(std::string look) {
  if (const auto found = places_.find(look); found != places_.end()) {
    bars_.splice(bars_.begin(), bars_, found->second);
  } else {
    if (bars_.size() >= limits::title_bars_max) drop(std::prev(bars_.end()));
    bars_.push_front({.look = std::move(look)});
    places_[bars_.front().look] = bars_.begin();
  }
  ++bars_.front().draws;
  return bars_.front();
}

bool TitleBars::begin(Bar& bar, std::int32_t width, std::int32_t height) {
  const std::size_t bytes = std::size_t{4} * static_cast<std::size_t>(width) * height;
  if (bytes > limits::title_bar_bytes_max || made_ >= limits::title_bars_made_max) return false;
  ++made_;
  while (texture_bytes_ + bytes > limits::title_bars_bytes_max && &bars_.back() != &bar)
    drop(std::prev(bars_.end()));
  if (framebuffer_ == 0) gl_.GenFramebuffers(1, &framebuffer_);
  gl_.GetIntegerv(gl::GL_DRAW_FRAMEBUFFER_BINDING, &bound_before_);
  gl_.GenTextures(1, &bar.texture);
  gl_.BindTexture(gl::GL_TEXTURE_2D, bar.texture);
  gl_.BindBuffer(gl::GL_PIXEL_UNPACK_BUFFER, 0);
  gl_.TexImage2D(gl::GL_TEXTURE_2D, 0, gl::GL_RGBA8, width, height, 0, gl::GL_RGBA,
                 gl::GL_UNSIGNED_BYTE, nullptr);
  gl_.TexParameteri(gl::GL_TEXTURE_2D, gl::GL_TEXTURE_MIN_FILTER, gl::GL_NEAREST);
  gl_.TexParameteri(gl::GL_TEXTURE_2D, gl::GL_TEXTURE_MAG_FILTER, gl::GL_NEAREST);
  gl_.BindTexture(gl::GL_TEXTURE_2D, 0);
  bar.bytes = bytes;
  texture_bytes_ += bytes;
  // llvmpipe does not bear it well to be asked for more while it draws (decision 0018).
  gl_.Finish();
  gl_.BindFramebuffer(gl::GL_DRAW_FRAMEBUFFER, framebuffer_);
  gl_.FramebufferTexture2D(gl::GL_DRAW_FRAMEBUFFER, gl::GL_COLOR_ATTACHMENT0, gl::GL_TEXTURE_2D,
                           bar.texture, 0);
  if (gl_.CheckFramebufferStatus(gl::GL_DRAW_FRAMEBUFFER) == gl::GL_FRAMEBUFFER_COMPLETE)
    return true;
  end();
  gl_.DeleteTextures(1, &bar.texture);
  texture_bytes_ -= std::exchange(bar.bytes, 0);
  bar.texture = 0;
  return false;
}

void TitleBars::end() {
  gl_.Finish();
  gl_.FramebufferTexture2D(gl::GL_DRAW_FRAMEBUFFER, gl::GL_COLOR_ATTACHMENT0, gl::GL_TEXTURE_2D, 0,
                           0);
  gl_.BindFramebuffer(gl::GL_DRAW_FRAMEBUFFER, static_cast<gl::GLuint>(bound_before_));
}

void TitleBars::drop(Place bar) {
  if (bar->texture != 0) gl_.DeleteTextures(1, &bar->texture);
  texture_bytes_ -= bar->bytes;
  places_.erase(bar->look);
  bars_.erase(bar);
}

}  // namespace blink::server
