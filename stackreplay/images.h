// Images: that as many pixels are there as the driver reads, as the client's pixel storage says.
//
// Threads: the session's own, with the context current.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "gl/generated/dispatch.h"
#include "gl/image_size.h"
#include "stackreplay/record.h"

namespace blink::stackreplay {

struct ImageSize {
  gl::GLsizei width = 0, height = 1, depth = 1;
};

class Images {
 public:
  explicit Images(const gl::Dispatch& dispatch) : gl_(dispatch) {}

  void store(gl::GLenum pname, gl::GLint value);

  // The driver has taken older values back.
  void storage_changed();

  // What the driver is told about where the pixels lie: takes the last of a record, an offset into
  // the buffer that is bound for unpacking, and the pixels, which may be none.
  struct Pixels {
    const void* data = nullptr;
    // The driver may be told: it reads nothing, or what is there.
    bool is_good = false;
  };
  Pixels unpack(Record& in, gl::GLenum format, gl::GLenum type, ImageSize size);

  // The same of so many bytes, whatever they mean.
  Pixels unpack_bytes(Record& in, gl::GLsizei bytes);

  // Has `read` write an image whose rows follow one another, into memory of its own.
  std::optional<std::span<const std::byte>> read_tight(gl::GLenum format, gl::GLenum type,
                                                       ImageSize size, Scratch& scratch,
                                                       const std::function<void(void*)>& read);

  // The same of so many bytes.
  std::optional<std::span<const std::byte>> read_bytes(std::int64_t bytes, Scratch& scratch,
                                                       const std::function<void(void*)>& read);

 private:
  void tell_packing(const gl::Unpacking& packing);

  const gl::Dispatch& gl_;
  gl::Unpacking unpacking_, packing_;
};

}  // namespace blink::stackreplay
