// What the GPU has that no record says: images that were drawn, buffers that were written. The
// journal marks them when it reads the commands that do it, and takes them when they were read
// back.

#include <algorithm>
#include <utility>

#include "gl/content_format.h"
#include "gl/generated/enums.h"
#include "gl/state/journal.h"

namespace blink::gl::state {
namespace {

std::uint64_t bytes_of(const WireContent& content) {
  Unpacking tight;
  tight.alignment = 1;
  return image_bytes(tight, content.format, content.type, content.size[0], content.size[1],
                     content.size[2])
      .value_or(0);
}

ZeroedBytes copy_of(std::span<const std::byte> bytes) {
  ZeroedBytes copy(bytes.size());
  if (copy.size() == bytes.size() && !bytes.empty())
    std::memcpy(copy.data(), bytes.data(), bytes.size());
  return copy;
}

bool is_face(GLenum target) { return target - GL_TEXTURE_CUBE_MAP_POSITIVE_X < 6; }

// Memory that a shader may write to.
bool is_storage(GLenum target) {
  return target == GL_SHADER_STORAGE_BUFFER || target == GL_ATOMIC_COUNTER_BUFFER;
}

}  // namespace

// ------------------------------------------------------------------------------------- textures

void KeptTexture::make_levels(std::uint64_t time) {
  constexpr GLint levels_max = 32;
  std::vector<std::pair<GLenum, Level*>> firsts;
  for (auto& [key, its] : levels_)
    if (key.second == 0) firsts.emplace_back(key.first, &its);
  for (const auto& each : firsts) {
    const GLenum face = each.first;
    const Level* const first = each.second;
    std::uint32_t size[3];
    std::ranges::copy(first->size, size);
    const auto can_halve = [&] {
      for (unsigned i = 0; i < 3; ++i)
        if (!is_array(face, i) && size[i] > 1) return true;
      return false;
    };
    for (GLint level = 1; level < levels_max && can_halve(); ++level) {
      for (unsigned i = 0; i < 3; ++i)
        if (!is_array(face, i)) size[i] = std::max(1u, size[i] / 2);
      if (!storage_.is_empty() && !levels_.contains({face, level})) break;
      Level& its = levels_[{face, level}];
      its = {};
      std::ranges::copy(size, its.size);
      its.made = time;
    }
  }
}

bool KeptTexture::keep_made_levels() {
  bool has_some = false;
  for (auto& [key, its] : levels_) {
    if (its.made == 0) continue;
    its.drawn = std::exchange(its.made, 0);
    has_some = true;
  }
  return has_some;
}

void KeptTexture::draw(GLenum face, GLint level, std::uint64_t time) {
  if (level == 0) (void)keep_made_levels();
  for (auto& [key, its] : levels_)
    if (key.second == level && (!is_face(face) || key.first == face)) its.drawn = time;
}

void KeptTexture::draw_all(std::uint64_t time) {
  (void)keep_made_levels();
  for (auto& [key, its] : levels_)
    its.drawn = time;
}

// What says which format a level has: its own record, or that of all levels.
std::optional<WireContent> KeptTexture::content_of(GLuint name, GLenum face, GLint level) const {
  const auto found = levels_.find({face, level});
  if (found == levels_.end()) return std::nullopt;
  const Level& its = found->second;
  WireContent content{WireContentOf::texture, name, face, static_cast<std::uint32_t>(level)};
  std::ranges::copy(its.size, content.size);
  const KeptRecord* record = its.record.is_empty() ? &storage_ : &its.record;
  if (record->is_empty()) {  // it was made from the first
    const auto first = levels_.find({face, 0});
    if (first == levels_.end() || first->second.record.is_empty()) return std::nullopt;
    record = &first->second.record;
  }
  const RecordView view = record->view();
  if (const auto exact = content_format(view.word(3))) {
    content.format = exact->format;
    content.type = exact->type;
  } else {
    // As the program gave its pixels: glTexImage has format and type behind size and border.
    std::uint32_t at = 0;
    if (view.is(WireOp::TexImage1D)) at = 6;
    if (view.is(WireOp::TexImage2D)) at = 7;
    if (view.is(WireOp::TexImage3D)) at = 8;
    if (at == 0) return std::nullopt;
    content.format = view.word(at);
    content.type = view.word(at + 1);
  }
  return bytes_of(content) != 0 ? std::optional(content) : std::nullopt;
}

void KeptTexture::add_drawn(GLuint name, std::uint64_t until, std::vector<WireContent>& to) const {
  for (const auto& each : levels_) {
    if (each.second.drawn == 0 || each.second.drawn > until) continue;
    if (const auto content = content_of(name, each.first.first, each.first.second))
      to.push_back(*content);
  }
}

void KeptTexture::take_back(const WireContent& content, std::span<const std::byte> pixels) {
  const auto found = levels_.find({content.target, static_cast<GLint>(content.level)});
  if (found == levels_.end()) return;
  Level& level = found->second;
  const std::uint64_t time = std::exchange(level.drawn, 0);
  if (pixels.empty()) return;
  level.parts.clear();
  Part& part = level.parts.emplace_back();
  part.box.target = content.target;
  part.box.level = static_cast<GLint>(content.level);
  std::ranges::copy(content.size, part.box.size);
  part.box.format = content.format;
  part.box.type = content.type;
  part.pixels = copy_of(pixels);
  part.time = time;
}

// --------------------------------------------------------------------- renderbuffers and surfaces

void KeptRenderbuffer::define() {
  drawn = 0;
  pixels = {};
}

void KeptRenderbuffer::add_drawn(GLuint name, std::uint64_t until,
                                 std::vector<WireContent>& to) const {
  if (drawn == 0 || drawn > until) return;
  for (const Entries::Step& step : entries.in_order()) {
    // glRenderbufferStorage has a target or a name, perhaps samples, a format and a size.
    const RecordView view = step.record->view();
    const std::uint32_t at = view.size() == 6 ? 3 : 2;
    const auto exact = content_format(view.word(at));
    if (view.size() < 5 || !exact) continue;
    WireContent its{WireContentOf::renderbuffer, name};
    its.size[0] = view.word(at + 1);
    its.size[1] = view.word(at + 2);
    its.format = exact->format;
    its.type = exact->type;
    if (bytes_of(its) != 0) to.push_back(its);
    return;
  }
}

void KeptRenderbuffer::take_back(const WireContent& its, std::span<const std::byte> bytes) {
  drawn = 0;
  if (bytes.empty()) return;
  content = its;
  pixels = copy_of(bytes);
}

void KeptRenderbuffer::tell(RecordSink& sink) const {
  for (const Entries::Step& step : entries.in_order())
    sink.put(*step.record);
  if (pixels.size() != 0) put_content(sink, content, pixels.span());
}

void KeptSurface::add_drawn(GLuint name, std::uint32_t width, std::uint32_t height,
                            std::vector<WireContent>& to) const {
  if (!is_drawn || width == 0 || height == 0) return;
  const auto add = [&](WireContentOf of, GLenum format, GLenum type) {
    to.push_back({of, name, 0, 0, {width, height, 1}, format, type});
  };
  add(WireContentOf::colour, GL_RGBA, GL_UNSIGNED_BYTE);
  // Nothing is said of depth when a frame has been shown.
  if (is_begun) add(WireContentOf::depth, GL_DEPTH_STENCIL, GL_UNSIGNED_INT_24_8);
}

void KeptSurface::take_back(const WireContent& its, std::span<const std::byte> bytes) {
  is_drawn = false;
  if (bytes.empty()) return;
  Image& image = its.of == WireContentOf::colour ? colour : depth;
  image.content = its;
  image.pixels = copy_of(bytes);
}

void KeptSurface::tell(RecordSink& sink, GLuint name) const {
  for (const Image* const image : {&colour, &depth})
    if (image->pixels.size() != 0) put_content(sink, image->content, image->pixels.span());
  if (window != 0) sink.put(KeptRecord(StreamOp::swap, {name, window}));
}

// ----------------------------------------------------------------------------------------- group

std::vector<WireContent> GroupJournal::drawn(std::uint64_t until) const {
  std::vector<WireContent> all;
  for (const auto& [name, texture] : textures)
    texture.add_drawn(name, until, all);
  for (const auto& [name, renderbuffer] : renderbuffers)
    renderbuffer.add_drawn(name, until, all);
  for (const auto& [name, buffer] : buffers) {
    if (buffer.written == 0 || buffer.written > until || buffer.content.size() == 0) continue;
    WireContent its{WireContentOf::buffer, name};
    its.size[0] = static_cast<std::uint32_t>(buffer.content.size());
    its.size[1] = static_cast<std::uint32_t>(buffer.content.size() >> 32);
    all.push_back(its);
  }
  return all;
}

std::vector<WireContent> GroupJournal::drawn_surfaces(const Sizes& sizes) const {
  std::vector<WireContent> all;
  for (const auto& [name, surface] : surfaces)
    if (const auto size = sizes.find(name); size != sizes.end())
      surface.add_drawn(name, size->second.first, size->second.second, all);
  return all;
}

void GroupJournal::take_back(const WireContent& content, std::span<const std::byte> bytes) {
  const auto give = [&](auto& objects) {
    const auto found = objects.find(content.name);
    if (found != objects.end()) found->second.take_back(content, bytes);
  };
  switch (content.of) {
    case WireContentOf::texture: return give(textures);
    case WireContentOf::renderbuffer: return give(renderbuffers);
    case WireContentOf::buffer: return give(buffers);
    case WireContentOf::colour:
    case WireContentOf::depth: return give(surfaces);
  }
}

void GroupJournal::tell_surfaces(RecordSink& sink) const {
  for (const auto& [name, surface] : surfaces)
    surface.tell(sink, name);
}

// --------------------------------------------------------------------------------------- context

void Journal::draw(RecordView record) {
  const auto draw_texture = [&](KeptTexture* texture, GLenum face, GLint level) {
    if (texture == nullptr) return;
    texture->draw(face, level, now());
    group_->has_drawn = true;
  };
  const auto write_buffer = [&](KeptBuffer* buffer) {
    if (buffer == nullptr) return;
    buffer->written = now();
    group_->has_drawn = true;
  };
  const auto buffer_named = [&](GLuint name) {
    const auto found = group_->buffers.find(name);
    return found == group_->buffers.end() ? nullptr : &found->second;
  };
  switch (static_cast<WireOp>(record.op())) {
    case WireOp::CopyTexSubImage1D:
    case WireOp::CopyTexSubImage2D:
    case WireOp::CopyTexSubImage3D:
      return draw_texture(texture_at(record.word(1), selected_.unit), record.word(1),
                          record.number(2));
    case WireOp::CopyTextureSubImage1D:
    case WireOp::CopyTextureSubImage2D:
    case WireOp::CopyTextureSubImage3D:
    case WireOp::ClearTexImage:
    case WireOp::ClearTexSubImage:
      return draw_texture(texture_named(record.word(1)), 0, record.number(2));
    case WireOp::CopyImageSubData:
      if (record.word(8) != GL_RENDERBUFFER)
        return draw_texture(texture_named(record.word(7)), 0, record.number(9));
      return draw_renderbuffer(record.word(7));
    case WireOp::ClearBufferData:
    case WireOp::ClearBufferSubData: return write_buffer(buffer_at(record.word(1)));
    case WireOp::ClearNamedBufferData:
    case WireOp::ClearNamedBufferSubData: return write_buffer(buffer_named(record.word(1)));
    case WireOp::ReadPixels:
    case WireOp::ReadnPixels:
    case WireOp::GetTexImage:
    case WireOp::GetnTexImage:
    case WireOp::GetTextureImage:
    case WireOp::GetTextureSubImage:
    case WireOp::GetCompressedTexImage:
    case WireOp::GetnCompressedTexImage:
    case WireOp::GetCompressedTextureImage:
    case WireOp::GetCompressedTextureSubImage: return write_buffer(buffer_at(GL_PIXEL_PACK_BUFFER));
    case WireOp::GetQueryObjectiv:
    case WireOp::GetQueryObjectuiv:
    case WireOp::GetQueryObjecti64v:
    case WireOp::GetQueryObjectui64v: return write_buffer(buffer_at(GL_QUERY_BUFFER));
    case WireOp::ClearNamedFramebufferiv:
    case WireOp::ClearNamedFramebufferuiv:
    case WireOp::ClearNamedFramebufferfv:
    case WireOp::ClearNamedFramebufferfi: return draw_framebuffer(record.word(1));
    case WireOp::BlitNamedFramebuffer: return draw_framebuffer(record.word(2));
    case WireOp::EndTransformFeedback:
      return each_indexed([&](GLenum target, GLuint buffer) {
        if (target == GL_TRANSFORM_FEEDBACK_BUFFER) write_buffer(buffer_named(buffer));
      });
    case WireOp::Accum:
    case WireOp::BlitFramebuffer:
    case WireOp::Clear:
    case WireOp::ClearBufferfi:
    case WireOp::ClearBufferfv:
    case WireOp::ClearBufferiv:
    case WireOp::ClearBufferuiv: return note_drawn(false);
    default: return note_drawn(true);
  }
}

void Journal::note_drawn(bool by_shaders) {
  has_drawn_ = true;
  has_shaded_ = has_shaded_ || (by_shaders && (program_ != 0 || !pipelines_.empty()));
}

void Journal::settle_drawn() {
  if (!std::exchange(has_drawn_, false)) return;
  draw_framebuffer(draw_framebuffer_);
  if (!std::exchange(has_shaded_, false) || !may_store_) return;
  each_indexed([&](GLenum target, GLuint name) {
    const auto buffer = group_->buffers.find(name);
    if (!is_storage(target) || buffer == group_->buffers.end()) return;
    buffer->second.written = now();
    group_->has_drawn = true;
  });
  each_image([&](GLuint name) {
    KeptTexture* const texture = texture_named(name);
    if (texture == nullptr) return;
    texture->draw_all(now());
    group_->has_drawn = true;
  });
}

void Journal::draw_renderbuffer(GLuint name) {
  const auto found = group_->renderbuffers.find(name);
  if (found == group_->renderbuffers.end()) return;
  found->second.drawn = now();
  group_->has_drawn = true;
}

// All that is attached to it.
void Journal::draw_framebuffer(GLuint name) {
  if (name == 0) {
    if (surface_ == 0) return;
    KeptSurface& surface = group_->surfaces[surface_];
    surface.is_drawn = surface.is_begun = true;
    return;
  }
  const auto found = framebuffers_.find(name);
  if (found == framebuffers_.end()) return;
  for (const Entries::Step& step : found->second.in_order()) {
    const RecordView record = step.record->view();
    const auto draw = [&](GLenum face, std::uint32_t at) {
      KeptTexture* const texture = texture_named(record.word(at));
      if (texture == nullptr) return;
      texture->draw(face, record.number(at + 1), now());
      group_->has_drawn = true;
    };
    switch (static_cast<WireOp>(record.op())) {
      case WireOp::FramebufferTexture1D:
      case WireOp::FramebufferTexture2D:
      case WireOp::FramebufferTexture3D: draw(record.word(3), 4); break;
      case WireOp::FramebufferTexture:
      case WireOp::FramebufferTextureLayer:
      case WireOp::NamedFramebufferTexture:
      case WireOp::NamedFramebufferTextureLayer: draw(0, 3); break;
      case WireOp::FramebufferRenderbuffer:
      case WireOp::NamedFramebufferRenderbuffer: draw_renderbuffer(record.word(4)); break;
      default: break;
    }
  }
}

// What shaders may write to from now on.
void Journal::note_store(RecordView record) {
  switch (static_cast<WireOp>(record.op())) {
    case WireOp::BindImageTexture:
    case WireOp::BindImageTextures: break;
    case WireOp::BindBufferBase:
    case WireOp::BindBufferRange:
      if (!is_storage(record.word(1))) return;
      break;
    default: return;
  }
  settle_drawn();
  may_store_ = true;
}

void Journal::each_indexed(const std::function<void(GLenum target, GLuint buffer)>& act) const {
  for (const Entries::Step& step : state_.in_order()) {
    const RecordView record = step.record->view();
    if (record.is(WireOp::BindBufferBase) || record.is(WireOp::BindBufferRange))
      act(record.word(1), record.word(3));
  }
}

void Journal::each_image(const std::function<void(GLuint texture)>& act) const {
  for (const Entries::Step& step : state_.in_order()) {
    const RecordView record = step.record->view();
    if (record.is(WireOp::BindImageTexture) && record.word(6) != GL_READ_ONLY) act(record.word(2));
    if (!record.is(WireOp::BindImageTextures)) continue;
    const FindBulk find = [&](std::uint32_t, std::uint32_t at, std::uint32_t) {
      return step.record->find(at);
    };
    const auto names = record.array(3, find);
    for (std::size_t i = 0; i + sizeof(GLuint) <= names.size(); i += sizeof(GLuint)) {
      GLuint name;
      std::memcpy(&name, names.data() + i, sizeof name);
      act(name);
    }
  }
}

}  // namespace blink::gl::state
