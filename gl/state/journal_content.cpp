// The journal of objects: their names, pixels, bytes, and programs.

#include <algorithm>

#include "gl/content_format.h"
#include "gl/generated/enums.h"
#include "gl/state/journal.h"

namespace blink::gl::state {
namespace {

struct NamesCommand {
  WireOp op;
  NameKind kind;
};
constexpr NamesCommand makes[] = {
    {WireOp::GenTextures, NameKind::texture},
    {WireOp::GenBuffers, NameKind::buffer},
    {WireOp::CreateBuffers, NameKind::buffer},
    {WireOp::GenFramebuffers, NameKind::framebuffer},
    {WireOp::CreateFramebuffers, NameKind::framebuffer},
    {WireOp::GenRenderbuffers, NameKind::renderbuffer},
    {WireOp::CreateRenderbuffers, NameKind::renderbuffer},
    {WireOp::GenVertexArrays, NameKind::vertex_array},
    {WireOp::CreateVertexArrays, NameKind::vertex_array},
    {WireOp::GenSamplers, NameKind::sampler},
    {WireOp::CreateSamplers, NameKind::sampler},
    {WireOp::GenQueries, NameKind::query},
    {WireOp::GenProgramPipelines, NameKind::program_pipeline},
    {WireOp::CreateProgramPipelines, NameKind::program_pipeline},
    {WireOp::GenTransformFeedbacks, NameKind::transform_feedback},
    {WireOp::CreateTransformFeedbacks, NameKind::transform_feedback},
    {WireOp::GenProgramsARB, NameKind::assembly},
};
constexpr NamesCommand drops[] = {
    {WireOp::DeleteTextures, NameKind::texture},
    {WireOp::DeleteBuffers, NameKind::buffer},
    {WireOp::DeleteFramebuffers, NameKind::framebuffer},
    {WireOp::DeleteRenderbuffers, NameKind::renderbuffer},
    {WireOp::DeleteVertexArrays, NameKind::vertex_array},
    {WireOp::DeleteSamplers, NameKind::sampler},
    {WireOp::DeleteQueries, NameKind::query},
    {WireOp::DeleteProgramPipelines, NameKind::program_pipeline},
    {WireOp::DeleteTransformFeedbacks, NameKind::transform_feedback},
    {WireOp::DeleteProgramsARB, NameKind::assembly},
};

template <typename Table>
const NamesCommand* find_command(const Table& table, RecordView record) {
  for (const NamesCommand& each : table)
    if (record.is(each.op)) return &each;
  return nullptr;
}

std::vector<GLuint> names_in(std::span<const std::byte> array) {
  std::vector<GLuint> names(array.size() / sizeof(GLuint));
  if (!names.empty()) std::memcpy(names.data(), array.data(), names.size() * sizeof(GLuint));
  return names;
}

bool is_proxy(GLenum target) {
  switch (target) {
    case GL_PROXY_TEXTURE_1D:
    case GL_PROXY_TEXTURE_2D:
    case GL_PROXY_TEXTURE_3D:
    case GL_PROXY_TEXTURE_CUBE_MAP:
    case GL_PROXY_TEXTURE_1D_ARRAY:
    case GL_PROXY_TEXTURE_2D_ARRAY:
    case GL_PROXY_TEXTURE_RECTANGLE:
    case GL_PROXY_TEXTURE_CUBE_MAP_ARRAY:
    case GL_PROXY_TEXTURE_2D_MULTISAMPLE:
    case GL_PROXY_TEXTURE_2D_MULTISAMPLE_ARRAY: return true;
    default: return false;
  }
}

GLenum bound_target(GLenum target) {
  return target - GL_TEXTURE_CUBE_MAP_POSITIVE_X < 6 ? GLenum{GL_TEXTURE_CUBE_MAP} : target;
}

}  // namespace

// ----------------------------------------------------------------------------------------- names

bool Journal::take_names(RecordView record) {
  const auto names_of = [&](NameKind kind) -> std::set<GLuint>& {
    return (is_shared(kind) ? group_->names : names_)[static_cast<std::size_t>(kind)];
  };
  if (const NamesCommand* const its = find_command(makes, record)) {
    for (const GLuint name : names_in(record.array(2, *find_)))
      names_of(its->kind).insert(name);
    return true;
  }
  if (record.is(WireOp::CreateTextures)) {
    for (const GLuint name : names_in(record.array(3, *find_))) {
      names_of(NameKind::texture).insert(name);
      group_->textures[name].target = record.word(1);
    }
    return true;
  }
  if (const NamesCommand* const its = find_command(drops, record)) {
    settle_current();
    for (const GLuint name : names_in(record.array(2, *find_))) {
      if (name == 0) continue;
      names_of(its->kind).erase(name);
      remove(its->kind, name);
    }
    return true;
  }
  if (record.is(WireOp::FenceSync)) {
    group_->fences.insert(record.word(3));
    return true;
  }
  if (record.is(WireOp::DeleteSync)) {
    group_->fences.erase(record.word(1));
    return true;
  }
  return false;
}

void Journal::remove(NameKind kind, GLuint name) {
  const auto forget_entries = [&](auto is_it) {
    state_.erase_if([&](const EntryKey&, const Entry& entry) { return entry.has(is_it); });
  };
  switch (kind) {
    case NameKind::texture:
      group_->textures.erase(name);
      group_->images.erase({kind, name});
      for (auto& [where, bound] : selected_.textures)
        if (bound == name) bound = 0;
      forget_entries([&](RecordView record) {
        return record.is(WireOp::BindTexture) && record.word(2) == name;
      });
      return;
    case NameKind::buffer:
      group_->buffers.erase(name);
      for (auto& [target, bound] : buffers_)
        if (bound == name) bound = 0;
      forget_entries([&](RecordView record) {
        return (record.is(WireOp::BindBuffer) && record.word(2) == name) ||
               ((record.is(WireOp::BindBufferBase) || record.is(WireOp::BindBufferRange)) &&
                record.word(3) == name);
      });
      return;
    case NameKind::renderbuffer:
      group_->renderbuffers.erase(name);
      group_->images.erase({kind, name});
      if (renderbuffer_ == name) renderbuffer_ = 0;
      return;
    case NameKind::sampler:
      group_->samplers.erase(name);
      forget_entries([&](RecordView record) {
        return record.is(WireOp::BindSampler) && record.word(2) == name;
      });
      return;
    case NameKind::assembly: group_->assemblies.erase(name); return;
    case NameKind::framebuffer:
      settle_drawn();
      framebuffers_.erase(name);
      if (draw_framebuffer_ == name) draw_framebuffer_ = 0;
      if (read_framebuffer_ == name) read_framebuffer_ = 0;
      return;
    case NameKind::vertex_array:
      vertex_arrays_.erase(name);
      if (vertex_array_ == name) vertex_array_ = 0;
      return;
    case NameKind::program_pipeline: pipelines_.erase(name); return;
    case NameKind::transform_feedback:
      transform_feedbacks_.erase(name);
      if (transform_feedback_ == name) transform_feedback_ = 0;
      return;
    default: return;
  }
}

// ---------------------------------------------------------------------------------------- images

KeptTexture* Journal::texture_at(GLenum target, std::uint32_t unit) {
  if (is_proxy(target)) return nullptr;
  const auto found = selected_.textures.find({unit, bound_target(target)});
  if (found == selected_.textures.end() || found->second == 0) {
    KeptTexture& its = default_textures_[bound_target(target)];
    its.target = bound_target(target);
    return &its;
  }
  return &group_->textures[found->second];
}

KeptTexture* Journal::texture_named(GLuint texture) {
  const auto found = group_->textures.find(texture);
  return found == group_->textures.end() ? nullptr : &found->second;
}

namespace {

enum class ImageWhat : std::uint8_t { image, part, copy, storage, samples, packed, packed_part };

struct ImageCommand {
  WireOp op;
  ImageWhat what;
  std::uint32_t dimensions;
  bool is_named = false;
};
constexpr ImageCommand image_commands[] = {
    {WireOp::TexImage1D, ImageWhat::image, 1},
    {WireOp::TexImage2D, ImageWhat::image, 2},
    {WireOp::TexImage3D, ImageWhat::image, 3},
    {WireOp::TexSubImage1D, ImageWhat::part, 1},
    {WireOp::TexSubImage2D, ImageWhat::part, 2},
    {WireOp::TexSubImage3D, ImageWhat::part, 3},
    {WireOp::CopyTexImage1D, ImageWhat::copy, 1},
    {WireOp::CopyTexImage2D, ImageWhat::copy, 2},
    {WireOp::TexStorage1D, ImageWhat::storage, 1},
    {WireOp::TexStorage2D, ImageWhat::storage, 2},
    {WireOp::TexStorage3D, ImageWhat::storage, 3},
    {WireOp::TexImage2DMultisample, ImageWhat::samples, 2},
    {WireOp::TexImage3DMultisample, ImageWhat::samples, 3},
    {WireOp::TexStorage2DMultisample, ImageWhat::samples, 2},
    {WireOp::TexStorage3DMultisample, ImageWhat::samples, 3},
    {WireOp::CompressedTexImage1D, ImageWhat::packed, 1},
    {WireOp::CompressedTexImage2D, ImageWhat::packed, 2},
    {WireOp::CompressedTexImage3D, ImageWhat::packed, 3},
    {WireOp::CompressedTexSubImage1D, ImageWhat::packed_part, 1},
    {WireOp::CompressedTexSubImage2D, ImageWhat::packed_part, 2},
    {WireOp::CompressedTexSubImage3D, ImageWhat::packed_part, 3},
    {WireOp::TextureSubImage1D, ImageWhat::part, 1, true},
    {WireOp::TextureSubImage2D, ImageWhat::part, 2, true},
    {WireOp::TextureSubImage3D, ImageWhat::part, 3, true},
    {WireOp::TextureStorage1D, ImageWhat::storage, 1, true},
    {WireOp::TextureStorage2D, ImageWhat::storage, 2, true},
    {WireOp::TextureStorage3D, ImageWhat::storage, 3, true},
};

// Of pixels that are none: what a level has whose own come from the framebuffer.
PixelFormat plain_format(GLenum internal) {
  switch (internal) {
    case GL_DEPTH_COMPONENT: return {GL_DEPTH_COMPONENT, GL_FLOAT};
    case GL_DEPTH_STENCIL: return {GL_DEPTH_STENCIL, GL_UNSIGNED_INT_24_8};
    default: return content_format(internal).value_or(PixelFormat{GL_RGBA, GL_UNSIGNED_BYTE});
  }
}

constexpr WireOp image_ops[] = {WireOp::TexImage1D, WireOp::TexImage2D, WireOp::TexImage3D};
constexpr WireOp storage_ops[] = {WireOp::TexStorage1D, WireOp::TexStorage2D, WireOp::TexStorage3D};

// A record of these numbers, the last of the image being null.
KeptRecord image_record(std::uint32_t dimensions, RecordView record, std::uint32_t border,
                        GLenum format, GLenum type, const std::uint32_t (&size)[3]) {
  KeptRecord made(image_ops[dimensions - 1], {record.word(1), record.word(2), record.word(3)});
  for (std::uint32_t i = 0; i < dimensions; ++i)
    made.add(size[i]);
  for (const std::uint32_t each : {border, format, type, 0u, 0u})
    made.add(each);
  made.add_null();
  return made;
}

}  // namespace

// Where pixels are: in the record, or in the buffer that is bound for unpacking.
std::span<const std::byte> Journal::image_data(RecordView record, std::uint32_t at) {
  const KeptBuffer* const buffer = buffer_at(GL_PIXEL_UNPACK_BUFFER);
  if (buffer == nullptr) return record.array(at + 2, *find_);
  const std::uint64_t offset = record.long_word(at);
  const std::span<const std::byte> all = buffer->content.span();
  return offset > all.size() ? std::span<const std::byte>() : all.subspan(offset);
}

void Journal::write_image(KeptTexture& texture, const PixelBox& box, RecordView record,
                          std::uint32_t at) {
  const auto data = image_data(record, at);
  if (data.empty()) return;
  if (box.level == 0 && texture.keep_made_levels()) group_->has_drawn = true;
  const bool is_bulk = record.has_array(at + 2) && (record.word(at + 2) & payload_in_bulk) != 0 &&
                       buffer_at(GL_PIXEL_UNPACK_BUFFER) == nullptr;
  std::function<Hold()> hold;
  if (is_bulk && hold_ != nullptr && record.word(at + 4) == 0)
    hold = [&] { return (*hold_)(record.word(at + 3), static_cast<std::uint32_t>(data.size())); };
  texture.write(box, data, unpacking_, now(), hold);
}

bool Journal::take_image(RecordView record) {
  if (record.is(WireOp::EGLImageTargetTexture2DOES)) {
    KeptTexture* const shows = texture_at(record.word(1), selected_.unit);
    if (shows != nullptr && record.word(2) != 0)
      shows->show(KeptRecord(WireOp::EGLImageTargetTexture2DOES, {record.word(1), record.word(2)}),
                  now());
    return true;
  }
  const auto command = std::ranges::find_if(
      image_commands, [&](const ImageCommand& each) { return record.is(each.op); });
  if (command == std::end(image_commands)) return false;
  const std::uint32_t dimensions = command->dimensions;
  KeptTexture* const texture = command->is_named ? texture_named(record.word(1))
                                                 : texture_at(record.word(1), selected_.unit);
  if (texture == nullptr) return true;
  PixelBox box;
  box.target = command->is_named ? texture->target : record.word(1);
  box.level = record.number(2);
  const auto take_size = [&](std::uint32_t at) {
    for (std::uint32_t i = 0; i < dimensions; ++i)
      box.size[i] = record.word(at + i);
    return at + dimensions;
  };
  switch (command->what) {
    case ImageWhat::image: {
      const std::uint32_t at = take_size(4);  // border, format, type
      box.format = record.word(at + 1);
      box.type = record.word(at + 2);
      texture->define(
          box, image_record(dimensions, record, record.word(at), box.format, box.type, box.size),
          now());
      write_image(*texture, box, record, at + 3);
      return true;
    }
    case ImageWhat::copy: {
      const std::uint32_t at = take_size(6);  // behind where it comes from
      const PixelFormat pixels = plain_format(record.word(3));
      texture->define(
          box,
          image_record(dimensions, record, record.word(at), pixels.format, pixels.type, box.size),
          now());
      texture->draw(box.target, box.level, now());
      group_->has_drawn = true;
      return true;
    }
    case ImageWhat::part: {
      for (std::uint32_t i = 0; i < dimensions; ++i)
        box.at[i] = record.number(3 + i);
      const std::uint32_t at = take_size(3 + dimensions);
      box.format = record.word(at);
      box.type = record.word(at + 1);
      write_image(*texture, box, record, at + 2);
      return true;
    }
    case ImageWhat::storage: {
      (void)take_size(4);
      KeptRecord made(storage_ops[dimensions - 1], {box.target, record.word(2), record.word(3)});
      for (std::uint32_t i = 0; i < dimensions; ++i)
        made.add(box.size[i]);
      texture->define_all(box.target, record.word(2), box.size, std::move(made), now());
      return true;
    }
    case ImageWhat::samples: {
      (void)take_size(4);
      KeptRecord kept;
      kept.assign(record, record.size(), "", *find_);
      texture->define_all(box.target, 1, box.size, std::move(kept), now());
      return true;
    }
    case ImageWhat::packed:
    case ImageWhat::packed_part: {
      const bool is_part = command->what == ImageWhat::packed_part;
      if (is_part)
        for (std::uint32_t i = 0; i < dimensions; ++i)
          box.at[i] = record.number(3 + i);
      const std::uint32_t at = take_size(is_part ? 3 + dimensions : 4);
      KeptRecord kept(static_cast<WireOp>(record.op()), {});
      for (std::uint32_t i = 1; i < at + 2; ++i)  // with format or border, and how many bytes
        kept.add(record.word(i));
      kept.add(0);
      kept.add(0);
      const auto data = image_data(record, at + 2);
      if (data.size() < record.word(at + 1)) return true;  // it was an error
      kept.add_array(data.first(record.word(at + 1)));
      if (is_part) {
        if (box.level == 0 && texture->keep_made_levels()) group_->has_drawn = true;
        texture->write_compressed(box, std::move(kept), now());
      } else {
        texture->define(box, std::move(kept), now());
      }
      return true;
    }
  }
  return true;
}

// --------------------------------------------------------------------------------------- buffers

KeptBuffer* Journal::buffer_at(GLenum target) {
  const auto bound = buffers_.find(target);
  if (bound == buffers_.end() || bound->second == 0) return nullptr;
  const auto found = group_->buffers.find(bound->second);
  return found == group_->buffers.end() ? nullptr : &found->second;
}

void Journal::write_mapped(RecordView record) {
  const auto found = group_->buffers.find(record.word(1));
  if (found == group_->buffers.end() || !found->second.mapping.is_mapped) return;
  const std::span<const std::byte> runs = record.array(3, *find_);
  const std::span<const std::byte> bytes = record.array(record.behind_array(3), *find_);
  std::size_t taken = 0;
  for (std::size_t i = 0; i + 8 <= runs.size(); i += 8) {
    std::uint32_t run[2];
    std::memcpy(run, runs.data() + i, sizeof run);
    if (run[1] > bytes.size() - taken) return;
    found->second.write(found->second.mapping.offset + std::uint64_t{run[0]} * 4,
                        bytes.subspan(taken, run[1]));
    taken += run[1];
  }
}

bool Journal::take_buffer(RecordView record) {
  const auto named = [&](std::uint32_t at) {
    return record.word(at) == 0 ? nullptr : &group_->buffers[record.word(at)];
  };
  const auto define = [&](KeptBuffer* buffer, bool is_fixed) {
    if (buffer == nullptr || (buffer->is_fixed && buffer->has_content)) return;
    buffer->define(record.long_word(2), record.array(5, *find_), record.word(4), is_fixed);
  };
  const auto write = [&](KeptBuffer* buffer) {
    if (buffer != nullptr) buffer->write(record.long_word(2), record.array(6, *find_));
  };
  const auto copy = [&](KeptBuffer* from, KeptBuffer* to) {
    if (from == nullptr || to == nullptr) return;
    const std::uint64_t at = record.long_word(3), bytes = record.long_word(7);
    if (at > from->content.size() || bytes > from->content.size() - at) return;
    const auto source = from->content.span().subspan(at, bytes);
    const std::vector<std::byte> part(source.begin(), source.end());  // they may be one
    to->write(record.long_word(5), part);
  };
  const auto map = [&](KeptBuffer* buffer) {
    if (buffer != nullptr)
      buffer->mapping = {true, record.long_word(2), record.long_word(4), record.word(6)};
  };
  const auto flush = [&](KeptBuffer* buffer) {
    if (buffer != nullptr && buffer->mapping.is_mapped)
      buffer->write(buffer->mapping.offset + record.long_word(2), record.array(6, *find_));
  };
  const auto unmap = [&](KeptBuffer* buffer) {
    if (buffer == nullptr || !buffer->mapping.is_mapped) return;
    buffer->write(buffer->mapping.offset, record.array(2, *find_));
    buffer->mapping = {};
  };
  const GLenum target = record.word(1);
  switch (static_cast<WireOp>(record.op())) {
    case WireOp::BufferData: define(buffer_at(target), false); return true;
    case WireOp::NamedBufferData: define(named(1), false); return true;
    case WireOp::BufferStorage: define(buffer_at(target), true); return true;
    case WireOp::NamedBufferStorage: define(named(1), true); return true;
    case WireOp::BufferSubData: write(buffer_at(target)); return true;
    case WireOp::NamedBufferSubData: write(named(1)); return true;
    case WireOp::CopyBufferSubData:
      copy(buffer_at(record.word(1)), buffer_at(record.word(2)));
      return true;
    case WireOp::CopyNamedBufferSubData: copy(named(1), named(2)); return true;
    case WireOp::MapBufferRange: map(buffer_at(target)); return true;
    case WireOp::MapNamedBufferRange: map(named(1)); return true;
    case WireOp::FlushMappedBufferRange: flush(buffer_at(target)); return true;
    case WireOp::FlushMappedNamedBufferRange: flush(named(1)); return true;
    case WireOp::UnmapBuffer: unmap(buffer_at(target)); return true;
    case WireOp::UnmapNamedBuffer: unmap(named(1)); return true;
    default: return false;
  }
}

// -------------------------------------------------------------------------------------- programs

void Journal::link(GLuint name) {
  const auto found = group_->programs.find(name);
  if (found == group_->programs.end()) return;
  KeptProgram& program = found->second;
  program.is_linked = true;
  program.link_time = now();
  program.linked.clear();
  for (const GLuint shader : program.attached) {
    const auto its = group_->shaders.find(shader);
    if (its != group_->shaders.end())
      program.linked.emplace_back(its->second.type, its->second.source);
  }
  // Values begin anew.
  program.entries.erase_if(
      [](const EntryKey&, const Entry& entry) { return !is_for_linking(entry.record); });
}

void Journal::drop_shader(GLuint name) {
  const auto found = group_->shaders.find(name);
  if (found == group_->shaders.end() || !found->second.is_deleted) return;
  for (const auto& [program, its] : group_->programs)
    if (std::ranges::find(its.attached, name) != its.attached.end()) return;
  group_->shaders.erase(found);
}

bool Journal::take_program(RecordView record) {
  const GLuint name = record.word(1);
  const auto delete_program = [&] {
    const auto found = group_->programs.find(name);
    if (found == group_->programs.end()) return;
    const std::vector<GLuint> attached = std::move(found->second.attached);
    group_->programs.erase(found);
    for (const GLuint shader : attached)
      drop_shader(shader);
  };
  const auto delete_shader = [&] {
    const auto found = group_->shaders.find(name);
    if (found == group_->shaders.end()) return;
    found->second.is_deleted = true;
    drop_shader(name);
  };
  switch (static_cast<WireOp>(record.op())) {
    case WireOp::CreateShader:
      group_->shaders[record.word(2)] = {};
      group_->shaders[record.word(2)].type = record.word(1);
      return true;
    case WireOp::CreateProgram: group_->programs[name] = {}; return true;
    case WireOp::DeleteShader: delete_shader(); return true;
    case WireOp::DeleteProgram: delete_program(); return true;
    case WireOp::DeleteObjectARB:
      delete_shader();
      delete_program();
      return true;
    case WireOp::ShaderSource: {
      const auto found = group_->shaders.find(name);
      if (found != group_->shaders.end()) found->second.source.assign(record, 1, "p", *find_);
      return true;
    }
    case WireOp::CompileShader: {
      const auto found = group_->shaders.find(name);
      if (found != group_->shaders.end()) found->second.is_compiled = true;
      return true;
    }
    case WireOp::AttachShader: {
      const auto found = group_->programs.find(name);
      if (found == group_->programs.end()) return true;
      auto& attached = found->second.attached;
      if (std::ranges::find(attached, record.word(2)) == attached.end())
        attached.push_back(record.word(2));
      return true;
    }
    case WireOp::DetachShader: {
      const auto found = group_->programs.find(name);
      if (found == group_->programs.end()) return true;
      std::erase(found->second.attached, record.word(2));
      drop_shader(record.word(2));
      return true;
    }
    case WireOp::LinkProgram: link(name); return true;
    case WireOp::CreateShaderProgramv: {
      const GLuint program = record.word(2);
      KeptProgram& its = group_->programs[program];
      its = {};
      its.is_linked = true;
      its.link_time = now();
      KeptRecord source;
      const auto text = record.array(4, *find_);
      source = KeptRecord(WireOp::ShaderSource, {0}, text);
      its.linked.emplace_back(record.word(1), std::move(source));
      Entry& separable = its.entries.at({0xFFFF, 0, {}});
      separable.time = now();
      separable.record =
          KeptRecord(WireOp::ProgramParameteri, {program, GL_PROGRAM_SEPARABLE, GL_TRUE});
      return true;
    }
    default: return false;
  }
}

}  // namespace blink::gl::state
