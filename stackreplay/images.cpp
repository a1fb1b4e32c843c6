#include "stackreplay/images.h"

#include <cstring>
#include <utility>

#include "common/limits.h"
#include "gl/generated/enums.h"

namespace blink::stackreplay {

using namespace gl;

void Images::store(GLenum pname, GLint value) {
  note_storage(unpacking_, packing_, pname, value);
  gl_.PixelStorei(pname, value);
}

void Images::storage_changed() {
  const auto ask = [&](GLenum name) {
    GLint value = 0;
    gl_.GetIntegerv(name, &value);
    note_storage(unpacking_, packing_, name, value);
  };
  for (const GLenum name :
       {GL_UNPACK_ROW_LENGTH, GL_UNPACK_IMAGE_HEIGHT, GL_UNPACK_SKIP_PIXELS, GL_UNPACK_SKIP_ROWS,
        GL_UNPACK_SKIP_IMAGES, GL_UNPACK_ALIGNMENT, GL_PACK_ROW_LENGTH, GL_PACK_IMAGE_HEIGHT,
        GL_PACK_SKIP_PIXELS, GL_PACK_SKIP_ROWS, GL_PACK_SKIP_IMAGES, GL_PACK_ALIGNMENT})
    ask(name);
}

Images::Pixels Images::unpack(Record& in, GLenum format, GLenum type, ImageSize size) {
  const auto offset = in.scalar<std::uint64_t>();
  GLint bound = 0;
  gl_.GetIntegerv(GL_PIXEL_UNPACK_BUFFER_BINDING, &bound);
  std::optional<std::uint64_t> needed;
  const bool has_size = size.width >= 0 && size.height >= 0 && size.depth >= 0;
  if (has_size)
    needed = image_bytes(unpacking_, format, type, static_cast<std::uint32_t>(size.width),
                         static_cast<std::uint32_t>(size.height),
                         static_cast<std::uint32_t>(size.depth));
  // A size or a kind of pixels that is none is for the driver to refuse, before it reads anything.
  const std::byte* const data = in.lent(needed.value_or(0), Null::allowed);
  if (in.is_bad()) return {};
  if (bound != 0) return {reinterpret_cast<const void*>(offset), data == nullptr};
  if (!needed) return {nullptr, !has_size};
  return {data, data != nullptr || *needed == 0};
}

Images::Pixels Images::unpack_bytes(Record& in, GLsizei bytes) {
  const auto offset = in.scalar<std::uint64_t>();
  GLint bound = 0;
  gl_.GetIntegerv(GL_PIXEL_UNPACK_BUFFER_BINDING, &bound);
  const std::byte* const data = in.lent(elements(bytes), Null::allowed);
  if (in.is_bad()) return {};
  if (bound != 0) return {reinterpret_cast<const void*>(offset), data == nullptr};
  return {data, true};
}

void Images::tell_packing(const Unpacking& packing) {
  gl_.PixelStorei(GL_PACK_ROW_LENGTH, static_cast<GLint>(packing.row_length));
  gl_.PixelStorei(GL_PACK_IMAGE_HEIGHT, static_cast<GLint>(packing.image_height));
  gl_.PixelStorei(GL_PACK_SKIP_PIXELS, static_cast<GLint>(packing.skip_pixels));
  gl_.PixelStorei(GL_PACK_SKIP_ROWS, static_cast<GLint>(packing.skip_rows));
  gl_.PixelStorei(GL_PACK_SKIP_IMAGES, static_cast<GLint>(packing.skip_images));
  gl_.PixelStorei(GL_PACK_ALIGNMENT, static_cast<GLint>(packing.alignment));
}

std::optional<std::span<const std::byte>> Images::read_tight(
    GLenum format, GLenum type, ImageSize size, Scratch& scratch,
    const std::function<void(void*)>& read) {
  if (size.width < 0 || size.height < 0 || size.depth < 0) return std::nullopt;
  Unpacking tight;
  tight.alignment = 1;
  const auto needed =
      image_bytes(tight, format, type, static_cast<std::uint32_t>(size.width),
                  static_cast<std::uint32_t>(size.height), static_cast<std::uint32_t>(size.depth));
  if (!needed || *needed > limits::replayed_image_bytes_max) return std::nullopt;
  return read_bytes(static_cast<std::int64_t>(*needed), scratch, read);
}

std::optional<std::span<const std::byte>> Images::read_bytes(
    std::int64_t needed, Scratch& scratch, const std::function<void(void*)>& read) {
  if (needed < 0 || std::cmp_greater(needed, limits::replayed_image_bytes_max)) return std::nullopt;
  const auto bytes = static_cast<std::size_t>(needed);
  Unpacking tight;
  tight.alignment = 1;
  std::byte* const memory = scratch.take(bytes);
  std::memset(memory, 0, bytes);  // what the driver leaves out says nothing of this server
  tell_packing(tight);
  read(memory);
  tell_packing(packing_);
  return std::span<const std::byte>(memory, bytes);
}

}  // namespace blink::stackreplay
