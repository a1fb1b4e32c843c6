#include "gl/state/journal_objects.h"

#include <algorithm>
#include <functional>

#include "gl/generated/enums.h"

namespace blink::gl::state {
namespace {

// Of one texture more parts than that are not kept beside its levels.
constexpr std::size_t parts_max = 256;

std::uint32_t word(std::int64_t value) { return static_cast<std::uint32_t>(value); }

unsigned dimensions(GLenum target) {
  switch (target) {
    case GL_TEXTURE_1D: return 1;
    case GL_TEXTURE_3D:
    case GL_TEXTURE_2D_ARRAY:
    case GL_TEXTURE_CUBE_MAP_ARRAY: return 3;
    default: return 2;
  }
}

std::uint64_t tight_bytes(const PixelBox& box, std::uint32_t width, std::uint32_t height,
                          std::uint32_t depth) {
  Unpacking tight;
  tight.alignment = 1;
  return image_bytes(tight, box.format, box.type, width, height, depth).value_or(0);
}

// How rows lie in the program's memory.
struct Pitch {
  std::uint64_t begin = 0, row = 0, image = 0;
};
Pitch pitch_of(const PixelBox& box, const Unpacking& storage) {
  Pitch pitch;
  const std::uint32_t length = storage.row_length != 0 ? storage.row_length : box.size[0];
  const std::uint64_t row = tight_bytes(box, length, 1, 1);
  const std::uint64_t alignment = std::max<std::uint32_t>(storage.alignment, 1);
  pitch.row = (row + alignment - 1) / alignment * alignment;
  pitch.image = pitch.row * (storage.image_height != 0 ? storage.image_height : box.size[1]);
  pitch.begin = storage.skip_images * pitch.image + storage.skip_rows * pitch.row +
                tight_bytes(box, storage.skip_pixels, 1, 1);
  return pitch;
}

bool contains(const PixelBox& outer, const PixelBox& inner) {
  for (int i = 0; i < 3; ++i)
    if (inner.at[i] < outer.at[i] ||
        std::int64_t{inner.at[i]} + inner.size[i] > std::int64_t{outer.at[i]} + outer.size[i])
      return false;
  return true;
}

// Pixels as they lie in the program's memory, into tight rows of a box that contains them.
void copy_into(const PixelBox& outer, ZeroedBytes& to, const PixelBox& inner,
               std::span<const std::byte> pixels, const Unpacking& storage) {
  const Pitch from = pitch_of(inner, storage);
  const std::uint64_t to_row = tight_bytes(outer, outer.size[0], 1, 1);
  const std::uint64_t row = tight_bytes(inner, inner.size[0], 1, 1);
  const std::uint64_t skip =
      tight_bytes(outer, static_cast<std::uint32_t>(inner.at[0] - outer.at[0]), 1, 1);
  for (std::uint32_t z = 0; z < inner.size[2]; ++z)
    for (std::uint32_t y = 0; y < inner.size[1]; ++y) {
      const std::uint64_t image = static_cast<std::uint64_t>(inner.at[2] - outer.at[2]) + z;
      const std::uint64_t line = static_cast<std::uint64_t>(inner.at[1] - outer.at[1]) + y;
      const std::uint64_t at = (image * outer.size[1] + line) * to_row + skip;
      const std::uint64_t source = from.begin + z * from.image + y * from.row;
      if (row == 0 || at + row > to.size() || source > pixels.size() ||
          pixels.size() - source < row)
        return;
      std::memcpy(to.data() + at, pixels.data() + source, row);
    }
}

bool is_multisampled(GLenum target) {
  return target == GL_TEXTURE_2D_MULTISAMPLE || target == GL_TEXTURE_2D_MULTISAMPLE_ARRAY;
}

KeptRecord sub_image(const PixelBox& box) {
  const std::uint32_t target = box.target, level = word(box.level);
  const std::uint32_t x = word(box.at[0]), y = word(box.at[1]), z = word(box.at[2]);
  const auto& [width, height, depth] = box.size;
  switch (dimensions(box.target)) {
    case 1: return {WireOp::TexSubImage1D, {target, level, x, width, box.format, box.type, 0, 0}};
    case 2:
      return {WireOp::TexSubImage2D,
              {target, level, x, y, width, height, box.format, box.type, 0, 0}};
    default:
      return {WireOp::TexSubImage3D,
              {target, level, x, y, z, width, height, depth, box.format, box.type, 0, 0}};
  }
}

}  // namespace

bool is_array(GLenum target, unsigned dimension) {
  if (target == GL_TEXTURE_1D_ARRAY) return dimension == 1;
  return (target == GL_TEXTURE_2D_ARRAY || target == GL_TEXTURE_CUBE_MAP_ARRAY) && dimension == 2;
}

// ------------------------------------------------------------------------------------- textures

void KeptTexture::define(const PixelBox& level, KeptRecord record, std::uint64_t time) {
  if (shows_image()) storage_ = {};
  Level& its = levels_[{level.target, level.level}];
  std::ranges::copy(level.size, its.size);
  its.record = std::move(record);
  its.time = time;
  its.drawn = its.made = 0;
  its.parts.clear();
}

void KeptTexture::show(KeptRecord record, std::uint64_t time) {
  storage_ = std::move(record);
  storage_time_ = time;
  levels_.clear();
}

bool KeptTexture::shows_image() const {
  return !storage_.is_empty() && storage_.view().is(WireOp::EGLImageTargetTexture2DOES);
}

void KeptTexture::define_all(GLenum of, std::uint32_t levels, const std::uint32_t (&size)[3],
                             KeptRecord record, std::uint64_t time) {
  storage_ = std::move(record);
  storage_time_ = time;
  levels_.clear();
  const bool is_cube = of == GL_TEXTURE_CUBE_MAP;
  for (std::uint32_t level = 0; level < std::min(levels, 32u); ++level)
    for (GLenum face = 0; face < (is_cube ? 6u : 1u); ++face) {
      Level& its = levels_[{is_cube ? GL_TEXTURE_CUBE_MAP_POSITIVE_X + face : of,
                            static_cast<GLint>(level)}];
      for (unsigned i = 0; i < 3; ++i)
        its.size[i] = is_array(of, i) ? size[i] : std::max(1u, size[i] >> level);
      its.time = time;
    }
}

// Where a part of a level goes: over what it covers, and beside what it does not.
void KeptTexture::add(Level& level, Part part) {
  std::erase_if(level.parts, [&](const Part& other) { return contains(part.box, other.box); });
  if (level.parts.size() < parts_max) level.parts.push_back(std::move(part));
}

void KeptTexture::write(const PixelBox& box, std::span<const std::byte> pixels,
                        const Unpacking& storage, std::uint64_t time,
                        const std::function<Hold()>& hold) {
  const auto found = levels_.find({box.target, box.level});
  if (found == levels_.end() || tight_bytes(box, 1, 1, 1) == 0) return;
  Level& level = found->second;
  const auto make = [&](const PixelBox& its) {
    Part part;
    part.box = its;
    part.swaps_bytes = storage.swap_bytes;
    part.pixels = ZeroedBytes(tight_bytes(its, its.size[0], its.size[1], its.size[2]));
    part.time = time;
    return part;
  };
  const auto takes = [&](const Part& part) {
    return part.record.is_empty() && part.box.format == box.format && part.box.type == box.type &&
           part.swaps_bytes == storage.swap_bytes && contains(part.box, box);
  };
  // The last one may be written over; many small ones become one picture of the level.
  PixelBox whole = box;
  std::fill_n(whole.at, 3, 0);
  std::ranges::copy(level.size, whole.size);
  const bool is_whole = contains(box, whole);
  if (is_whole) {
    level.parts.clear();
    level.drawn = level.made = 0;
  }
  if (is_whole && hold) {
    const Pitch pitch = pitch_of(box, storage);
    const std::uint64_t row = tight_bytes(box, box.size[0], 1, 1), image = row * box.size[1];
    const bool is_tight = pitch.begin == 0 && pitch.row == row && pitch.image == image;
    const std::uint64_t bytes = tight_bytes(box, box.size[0], box.size[1], box.size[2]);
    if (Hold its = is_tight && bytes != 0 && pixels.size() >= bytes ? hold() : nullptr) {
      Part& part = level.parts.emplace_back();
      part.box = box;
      part.swaps_bytes = storage.swap_bytes;
      part.hold = std::move(its);
      part.held = pixels.first(bytes);
      part.time = time;
      return;
    }
  }
  if (level.parts.empty() && contains(whole, box)) level.parts.push_back(make(whole));
  if (level.parts.empty() || !takes(level.parts.back())) add(level, make(box));
  Part& part = level.parts.back();
  if (!takes(part)) return;  // there are too many
  if (part.hold) {
    part.pixels = ZeroedBytes(part.held.size());
    if (part.pixels.size() != 0) std::ranges::copy(part.held, part.pixels.data());
    part.hold = nullptr;
  }
  copy_into(part.box, part.pixels, box, pixels, storage);
  part.time = time;
}

void KeptTexture::write_compressed(const PixelBox& box, KeptRecord record, std::uint64_t time) {
  const auto found = levels_.find({box.target, box.level});
  if (found == levels_.end()) return;
  Part part;
  part.box = box;
  part.record = std::move(record);
  part.time = time;
  add(found->second, std::move(part));
}

void KeptTexture::tell(RecordSink& sink, GLuint name) const {
  std::vector<std::pair<std::uint64_t, std::function<void()>>> steps;
  for (const Entries::Step& step : entries.in_order())
    steps.emplace_back(step.time, [&sink, record = step.record] { sink.put(*record); });
  if (!storage_.is_empty()) steps.emplace_back(storage_time_, [&] { sink.put(storage_); });
  for (const auto& [key, level] : levels_) {
    if (!level.record.is_empty())
      steps.emplace_back(level.time, [&sink, its = &level] { sink.put(its->record); });
    for (const Part& part : level.parts)
      steps.emplace_back(part.time, [this, &sink, name, &part] {
        if (!part.record.is_empty()) return sink.put(part.record);
        if (part.data().empty()) return;
        if (is_multisampled(part.box.target)) {
          const auto content = content_of(name, part.box.target, part.box.level);
          return content ? put_content(sink, *content, part.data()) : void();
        }
        const auto swap = [&](std::uint32_t is) {
          if (part.swaps_bytes)
            sink.put(KeptRecord(WireOp::PixelStorei, {GL_UNPACK_SWAP_BYTES, is}));
        };
        swap(1);
        sink.put(sub_image(part.box), part.data());
        swap(0);
      });
  }
  std::ranges::stable_sort(steps, {}, [](const auto& step) { return step.first; });
  for (const auto& [time, step] : steps)
    step();
}

std::size_t KeptTexture::bytes() const {
  std::size_t all = entries.bytes() + storage_.bytes();
  for (const auto& [key, level] : levels_) {
    all += sizeof level + level.record.bytes();
    for (const Part& part : level.parts)
      all += sizeof part + part.data().size() + part.record.bytes();
  }
  return all;
}

// -------------------------------------------------------------------------------------- buffers

void KeptBuffer::define(std::uint64_t size, std::span<const std::byte> data, GLenum its_usage,
                        bool is_fixed_now) {
  if (size != content.size()) content = ZeroedBytes(size);
  has_content = content.size() == size;
  usage = its_usage;
  is_fixed = is_fixed_now;
  mapping = {};
  written = 0;
  write(0, data.first(std::min<std::size_t>(data.size(), size)));
}

void KeptBuffer::write(std::uint64_t offset, std::span<const std::byte> data) {
  if (data.empty() || offset > content.size() || data.size() > content.size() - offset) return;
  std::memcpy(content.data() + offset, data.data(), data.size());
}

void KeptBuffer::take_back(const WireContent&, std::span<const std::byte> bytes) {
  write(0, bytes);
  written = 0;
}

void KeptBuffer::tell(RecordSink& sink) const {
  if (!has_content) return;
  const auto low = static_cast<std::uint32_t>(content.size());
  const auto high = static_cast<std::uint32_t>(content.size() >> 32);
  sink.put(KeptRecord(is_fixed ? WireOp::BufferStorage : WireOp::BufferData,
                      {GL_ARRAY_BUFFER, low, high, usage}),
           content.span());
}

// ------------------------------------------------------------------------------------- programs

bool is_for_linking(const KeptRecord& record) {
  switch (static_cast<WireOp>(record.view().op())) {
    case WireOp::ProgramParameteri:
    case WireOp::BindAttribLocation:
    case WireOp::BindFragDataLocation:
    case WireOp::BindFragDataLocationIndexed:
    case WireOp::TransformFeedbackVaryings: return true;
    default: return false;
  }
}

}  // namespace blink::gl::state
