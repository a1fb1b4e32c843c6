// What the generated commands (gl/wire.py) are made of.

#pragma once

#include "client-icd/context.h"
#include "client-icd/sizes.h"
#include "client-icd/stream_writer.h"
#include "gl/image_size.h"
#include "gl/types.h"
#include "gl/wire.h"

#define GL_APIENTRY

namespace blink::icd {

using gl::WireOp;

// What goes behind the numbers of a command that takes an image: where it lies in the buffer that
// is bound for unpacking, or the pixels themselves.
class ImageSource {
 public:
  ImageSource() = default;
  explicit ImageSource(const void* offset) : offset_(reinterpret_cast<std::uint64_t>(offset)) {}
  explicit ImageSource(const Payload& pixels) : pixels_(pixels) {}

  std::uint32_t words() const { return 2 + pixels_.words(); }
  void put(WireWords& out) const {
    out.put(offset_);
    out.put(pixels_);
  }

 private:
  std::uint64_t offset_ = 0;
  Payload pixels_ = Payload::null();
};

// The driver's extensions, less those of which something is missing here.
const std::vector<const char*>& extensions_of(Context& context);

ImageSource image_source(Context& context, const void* pixels, gl::GLenum format, gl::GLenum type,
                         gl::GLsizei width, gl::GLsizei height, gl::GLsizei depth);

// The same of so many bytes. Where a program says that there are more than it has, which is an
// error in most cases, the driver finds that before it looks at any.
ImageSource byte_source(Context& context, const void* data, gl::GLsizei bytes);

// A fence's handle is its name.
inline gl::GLuint number_of_sync(const void* sync) {
  return static_cast<gl::GLuint>(reinterpret_cast<std::uintptr_t>(sync));
}

// So many elements, for a count as GL takes it.
inline std::int64_t elements(std::int64_t count, std::int64_t each = 1) {
  return count <= 0 ? 0 : count * each;
}

}  // namespace blink::icd
