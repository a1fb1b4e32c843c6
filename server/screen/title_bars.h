// TitleBars: title bars as textures. To put one together from letters and symbols costs a software
// driver many times what it costs to copy it. What was not drawn for longest goes first (limits.h
// says when).
//
// Threads: the one where the context is current.

#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gl/generated/dispatch.h"

namespace blink::server {

class TitleBars {
 public:
  struct Bar {
    std::string look;
    gl::GLuint texture = 0;  // premultiplied, the lowest row first; 0: none yet
    std::size_t bytes = 0;
    std::uint64_t draws = 0;
  };

  explicit TitleBars(const gl::Dispatch& gl) : gl_(gl) {}
  void release();

  // One that looks so is drawn: `look` is all that its pixels depend on. It is there until the next
  // call.
  Bar& draw(std::string look);
  // Makes a texture for it, and binds a framebuffer of that to be drawn to. False: it is too large
  // to be kept, there is no memory, or this frame has made enough of them.
  bool begin(Bar& bar, std::int32_t width, std::int32_t height);
  // It is drawn: what was bound before is again.
  void end();
  void end_frame() { made_ = 0; }

  std::size_t texture_bytes() const { return texture_bytes_; }
  std::size_t count() const { return bars_.size(); }

 private:
  using Place = std::list<Bar>::iterator;
  void drop(Place bar);

  const gl::Dispatch& gl_;
  std::list<Bar> bars_;  // the one drawn last is the first
  std::unordered_map<std::string_view, Place> places_;
  std::size_t texture_bytes_ = 0;
  gl::GLuint framebuffer_ = 0;
  gl::GLint bound_before_ = 0;
  std::uint32_t made_ = 0;  // for this frame
};

}  // namespace blink::server
