// What a new server is told, from the journal: first what objects are, then what is bound and set.

#include <algorithm>

#include "gl/generated/enums.h"
#include "gl/generated/state_items.h"
#include "gl/state/journal.h"
#include "gl/state/matrix_steps.h"

namespace blink::gl::state {
namespace {

// Shaders that a program was linked of, and that the client has no name for.
constexpr GLuint passing_shader = 0xF000'0000;

void put_names(RecordSink& sink, WireOp op, const std::set<GLuint>& names) {
  constexpr std::size_t at_once = 4096;
  std::vector<GLuint> some;
  const auto flush = [&] {
    if (some.empty()) return;
    sink.put(
        KeptRecord(op, {static_cast<std::uint32_t>(some.size())}, std::as_bytes(std::span(some))));
    some.clear();
  };
  for (const GLuint name : names) {
    some.push_back(name);
    if (some.size() == at_once) flush();
  }
  flush();
}

const std::set<GLuint>& of(const std::array<std::set<GLuint>, name_kinds>& names, NameKind kind) {
  return names[static_cast<std::size_t>(kind)];
}

// How what was mapped is mapped again.
GLbitfield access_again(GLbitfield access) {
  constexpr GLbitfield invalidates = GL_MAP_INVALIDATE_RANGE_BIT | GL_MAP_INVALIDATE_BUFFER_BIT;
  if ((access & GL_MAP_PERSISTENT_BIT) != 0) return access & ~invalidates;
  // What it has there comes when it is flushed, or unmapped.
  if ((access & GL_MAP_FLUSH_EXPLICIT_BIT) != 0)
    return GL_MAP_WRITE_BIT | GL_MAP_FLUSH_EXPLICIT_BIT;
  return GL_MAP_WRITE_BIT | GL_MAP_INVALIDATE_RANGE_BIT;
}

void put_all(RecordSink& sink, const Entries& entries) {
  for (const Entries::Step& step : entries.in_order())
    sink.put(*step.record);
}

}  // namespace

// ----------------------------------------------------------------------------------------- group

void GroupJournal::tell_names(RecordSink& sink) const {
  put_names(sink, WireOp::GenBuffers, of(names, NameKind::buffer));
  put_names(sink, WireOp::GenTextures, of(names, NameKind::texture));
  put_names(sink, WireOp::GenRenderbuffers, of(names, NameKind::renderbuffer));
  put_names(sink, WireOp::GenSamplers, of(names, NameKind::sampler));
  put_names(sink, WireOp::GenProgramsARB, of(names, NameKind::assembly));
  for (const GLuint list : of(names, NameKind::display_list))
    sink.put(KeptRecord(WireOp::GenLists, {list, 1}));
}

void GroupJournal::tell_buffers(RecordSink& sink, std::uint32_t answer_place) const {
  for (const auto& [name, buffer] : buffers) {
    sink.put(KeptRecord(WireOp::BindBuffer, {GL_ARRAY_BUFFER, name}));
    buffer.tell(sink);
    const auto& mapping = buffer.mapping;
    if (!mapping.is_mapped) continue;
    const auto low = [](std::uint64_t number) { return static_cast<std::uint32_t>(number); };
    const auto high = [](std::uint64_t number) { return static_cast<std::uint32_t>(number >> 32); };
    sink.put(
        KeptRecord(WireOp::MapBufferRange,
                   {GL_ARRAY_BUFFER, low(mapping.offset), high(mapping.offset), low(mapping.length),
                    high(mapping.length), access_again(mapping.access), answer_place}));
  }
  if (!buffers.empty()) sink.put(KeptRecord(WireOp::BindBuffer, {GL_ARRAY_BUFFER, 0}));
}

void GroupJournal::tell_textures(RecordSink& sink, bool which_show_images) const {
  sink.put(KeptRecord(WireOp::PixelStorei, {GL_UNPACK_ALIGNMENT, 1}));
  std::set<GLenum> targets;
  for (const auto& [name, texture] : textures) {
    if (texture.target == 0 || texture.shows_image() != which_show_images) continue;
    sink.put(KeptRecord(WireOp::BindTexture, {texture.target, name}));
    texture.tell(sink, name);
    targets.insert(texture.target);
  }
  for (const GLenum target : targets)
    sink.put(KeptRecord(WireOp::BindTexture, {target, 0}));
  sink.put(KeptRecord(WireOp::PixelStorei, {GL_UNPACK_ALIGNMENT, 4}));
}

void GroupJournal::tell_renderbuffers(RecordSink& sink, bool which_show_images) const {
  const auto is_of_image = [](const Entries::Step& step) {
    return step.record->view().is(WireOp::EGLImageTargetRenderbufferStorageOES);
  };
  for (const auto& [name, renderbuffer] : renderbuffers) {
    if (std::ranges::any_of(renderbuffer.entries.in_order(), is_of_image) != which_show_images)
      continue;
    sink.put(KeptRecord(WireOp::BindRenderbuffer, {GL_RENDERBUFFER, name}));
    renderbuffer.tell(sink);
  }
  if (!renderbuffers.empty()) sink.put(KeptRecord(WireOp::BindRenderbuffer, {GL_RENDERBUFFER, 0}));
}

void GroupJournal::tell_images(RecordSink& sink, std::uint32_t answer_place) const {
  for (const auto& [source, all] : images)
    for (const Image& image : all)
      sink.put(KeptRecord(StreamOp::create_image, {image.id, image.target, source.second,
                                                   image.level, image.layer, answer_place}));
}

void GroupJournal::tell_shown_images(RecordSink& sink) const {
  tell_textures(sink, true);
  tell_renderbuffers(sink, true);
}

void GroupJournal::tell_programs(RecordSink& sink) const {
  for (const auto& [name, shader] : shaders) {
    sink.put(KeptRecord(WireOp::CreateShader, {shader.type, name}));
    if (!shader.source.is_empty()) sink.put(shader.source);
    if (shader.is_compiled) sink.put(KeptRecord(WireOp::CompileShader, {name}));
  }
  GLuint passing = passing_shader;
  for (const auto& each : programs) {
    const GLuint name = each.first;
    const KeptProgram& program = each.second;
    sink.put(KeptRecord(WireOp::CreateProgram, {name}));
    const auto entries = program.entries.in_order();
    const auto put = [&](bool is_for_link, bool is_late) {
      for (const Entries::Step& step : entries)
        if (is_for_linking(*step.record) == is_for_link &&
            (!is_for_link || (step.time > program.link_time) == is_late))
          sink.put(*step.record);
    };
    put(true, false);
    if (program.is_linked) {
      const GLuint first = passing;
      for (const auto& linked : program.linked) {
        const KeptRecord& source = linked.second;
        sink.put(KeptRecord(WireOp::CreateShader, {linked.first, passing}));
        if (!source.is_empty()) {
          // The same text under another name.
          const RecordView view = source.view();
          const FindBulk in_source = [&source](std::uint32_t, std::uint32_t, std::uint32_t) {
            return source.find(2);
          };
          sink.put(KeptRecord(WireOp::ShaderSource, {passing}), view.array(2, in_source));
        }
        sink.put(KeptRecord(WireOp::CompileShader, {passing}));
        sink.put(KeptRecord(WireOp::AttachShader, {name, passing}));
        ++passing;
      }
      sink.put(KeptRecord(WireOp::LinkProgram, {name}));
      for (GLuint shader = first; shader < passing; ++shader) {
        sink.put(KeptRecord(WireOp::DetachShader, {name, shader}));
        sink.put(KeptRecord(WireOp::DeleteShader, {shader}));
      }
      sink.put(KeptRecord(WireOp::UseProgram, {name}));
      put(false, false);
    }
    put(true, true);
    for (const GLuint shader : program.attached)
      sink.put(KeptRecord(WireOp::AttachShader, {name, shader}));
  }
  if (!programs.empty()) sink.put(KeptRecord(WireOp::UseProgram, {0}));
  for (const auto& [name, shader] : shaders)
    if (shader.is_deleted) sink.put(KeptRecord(WireOp::DeleteShader, {name}));
}

void GroupJournal::tell(RecordSink& sink, bool has_fixed_function,
                        std::uint32_t answer_place) const {
  tell_names(sink);
  tell_buffers(sink, answer_place);
  tell_textures(sink, false);
  tell_renderbuffers(sink, false);
  tell_images(sink, answer_place);
  for (const auto& [name, entries] : samplers)
    put_all(sink, entries);
  tell_programs(sink);
  for (const auto& [name, its] : assemblies) {
    if (its.first == 0) continue;
    sink.put(KeptRecord(WireOp::BindProgramARB, {its.first, name}));
    put_all(sink, its.second);
    sink.put(KeptRecord(WireOp::BindProgramARB, {its.first, 0}));
  }
  for (const auto& [name, list] : lists) {
    if (!has_fixed_function) break;
    sink.put(KeptRecord(WireOp::NewList, {name, GL_COMPILE}));
    for (const KeptRecord& record : list->records)
      sink.put(record);
    sink.put(KeptRecord(WireOp::EndList, {}));
  }
  constexpr GLenum commands_complete = GL_SYNC_GPU_COMMANDS_COMPLETE;
  for (const GLuint fence : fences)
    sink.put(KeptRecord(WireOp::FenceSync, {commands_complete, 0, fence}));
}

// --------------------------------------------------------------------------------------- context

// Says what entries depend on, where it is not so already.
class Journal::Teller {
 public:
  Teller(RecordSink& sink, bool has_fixed_function)
      : sink_(sink), has_fixed_function_(has_fixed_function) {}

  void put(const KeptRecord& record) { sink_.put(record); }
  RecordSink& sink() { return sink_; }

  void put(const Entries& entries) {
    for (const Entries::Step& step : entries.in_order())
      put(*step.entry, *step.record);
  }
  void select_unit(std::uint32_t unit) {
    if (std::exchange(unit_, unit) != unit)
      put(KeptRecord(WireOp::ActiveTexture, {GL_TEXTURE0 + unit}));
  }
  void select_client_unit(std::uint32_t unit) {
    if (std::exchange(client_unit_, unit) != unit)
      put(KeptRecord(WireOp::ClientActiveTexture, {GL_TEXTURE0 + unit}));
  }
  void select_matrix(GLenum mode) {
    if (std::exchange(matrix_mode_, mode) != mode) put(KeptRecord(WireOp::MatrixMode, {mode}));
  }
  void put_steps(const MatrixSteps& last) {
    put(KeptRecord(WireOp::LoadIdentity, {}));
    for (const MatrixStep* step : in_order(last))
      put(step->record);
  }

 private:
  void put(const Entry& entry, const KeptRecord& record) {
    if ((entry.with & with_unit) != 0) select_unit(entry.unit);
    if ((entry.with & with_client_unit) != 0 && has_fixed_function_)
      select_client_unit(entry.client_unit);
    if ((entry.with & with_array_buffer) != 0)
      put(KeptRecord(WireOp::BindBuffer, {GL_ARRAY_BUFFER, entry.array_buffer}));
    if ((entry.with & with_modelview) != 0 && has_fixed_function_) {
      select_matrix(GL_MODELVIEW);
      put_steps(entry.modelview);
    }
    put(record);
  }

  RecordSink& sink_;
  const bool has_fixed_function_;
  std::uint32_t unit_ = 0, client_unit_ = 0;
  GLenum matrix_mode_ = GL_MODELVIEW;
};

void Journal::tell_objects(Teller& teller) const {
  RecordSink& sink = teller.sink();
  put_names(sink, WireOp::GenFramebuffers, of(names_, NameKind::framebuffer));
  put_names(sink, WireOp::GenVertexArrays, of(names_, NameKind::vertex_array));
  put_names(sink, WireOp::GenQueries, of(names_, NameKind::query));
  put_names(sink, WireOp::GenProgramPipelines, of(names_, NameKind::program_pipeline));
  put_names(sink, WireOp::GenTransformFeedbacks, of(names_, NameKind::transform_feedback));
  if (!default_textures_.empty()) {
    teller.put(KeptRecord(WireOp::PixelStorei, {GL_UNPACK_ALIGNMENT, 1}));
    for (const auto& [target, texture] : default_textures_) {
      teller.put(KeptRecord(WireOp::BindTexture, {target, 0}));
      texture.tell(sink, 0);
    }
    teller.put(KeptRecord(WireOp::PixelStorei, {GL_UNPACK_ALIGNMENT, 4}));
  }
  bool has_others = false;
  for (const auto& [name, entries] : vertex_arrays_) {
    if (name != 0) teller.put(KeptRecord(WireOp::BindVertexArray, {name}));
    has_others = has_others || name != 0;
    teller.put(entries);
  }
  if (has_others) teller.put(KeptRecord(WireOp::BindVertexArray, {vertex_array_}));
  if (!vertex_arrays_.empty()) teller.put(KeptRecord(WireOp::BindBuffer, {GL_ARRAY_BUFFER, 0}));
  for (const auto& [name, entries] : framebuffers_) {
    if (name == 0) continue;
    teller.put(KeptRecord(WireOp::BindFramebuffer, {GL_FRAMEBUFFER, name}));
    teller.put(entries);
  }
  if (!framebuffers_.empty()) {
    teller.put(KeptRecord(WireOp::BindFramebuffer, {GL_FRAMEBUFFER, 0}));
    if (const auto surface = framebuffers_.find(0); surface != framebuffers_.end())
      teller.put(surface->second);
  }
  for (const auto& [name, entries] : pipelines_)
    teller.put(entries);
  for (const auto& [name, entries] : transform_feedbacks_) {
    if (name == 0) continue;
    teller.put(KeptRecord(WireOp::BindTransformFeedback, {GL_TRANSFORM_FEEDBACK, name}));
    teller.put(entries);
  }
}

void Journal::tell_state(Teller& teller) const {
  for (const Pushed& pushed : client_pushed_) {
    Entries storage;
    storage.take_back(pushed.state, pixel_store_group);
    teller.put(storage);
    teller.put(KeptRecord(WireOp::PushClientAttrib, {pushed.mask}));
  }
  for (const Pushed& pushed : pushed_) {
    teller.put(pushed.state);
    teller.put(KeptRecord(WireOp::PushAttrib, {pushed.mask}));
  }
  teller.put(state_);
}

void Journal::tell_matrices(Teller& teller) const {
  for (const auto& [place, stack] : matrices_) {
    if (place.first == GL_TEXTURE) teller.select_unit(place.second);
    teller.select_matrix(place.first);
    for (std::size_t i = 0; i < stack.size(); ++i) {
      if (i != 0) teller.put(KeptRecord(WireOp::PushMatrix, {}));
      teller.put_steps(stack[i]);
    }
  }
  teller.select_matrix(selected_.matrix_mode);
}

void Journal::tell_selected(Teller& teller) const {
  teller.select_unit(selected_.unit);
  if (program_ != 0) teller.put(KeptRecord(WireOp::UseProgram, {program_}));
  for (const auto& [target, name] : assemblies_)
    if (name != 0) teller.put(KeptRecord(WireOp::BindProgramARB, {target, name}));
  if (renderbuffer_ != 0)
    teller.put(KeptRecord(WireOp::BindRenderbuffer, {GL_RENDERBUFFER, renderbuffer_}));
  if (!transform_feedbacks_.empty())
    teller.put(
        KeptRecord(WireOp::BindTransformFeedback, {GL_TRANSFORM_FEEDBACK, transform_feedback_}));
  if (draw_framebuffer_ == read_framebuffer_) {
    if (draw_framebuffer_ != 0)
      teller.put(KeptRecord(WireOp::BindFramebuffer, {GL_FRAMEBUFFER, draw_framebuffer_}));
    return;
  }
  teller.put(KeptRecord(WireOp::BindFramebuffer, {GL_DRAW_FRAMEBUFFER, draw_framebuffer_}));
  teller.put(KeptRecord(WireOp::BindFramebuffer, {GL_READ_FRAMEBUFFER, read_framebuffer_}));
}

void Journal::tell(RecordSink& sink) const {
  Teller teller(sink, has_fixed_function_);
  teller.put(read_surface_ == surface_
                 ? KeptRecord(StreamOp::make_current, {surface_})
                 : KeptRecord(StreamOp::make_current_both, {surface_, read_surface_}));
  tell_objects(teller);
  tell_state(teller);
  if (has_fixed_function_) {
    tell_matrices(teller);
    teller.select_client_unit(selected_.client_unit);
  }
  tell_selected(teller);
  teller.put(KeptRecord(StreamOp::rebuilt, {}));
  // Where the program was when it was interrupted.
  if (compiled_) {
    teller.put(KeptRecord(WireOp::NewList, {list_, list_mode_}));
    for (const KeptRecord& record : compiled_->records)
      teller.put(record);
  }
  for (const std::uint32_t *at = begun_.data(), *const end = at + begun_.size(); at < end;
       at += RecordView(at).size()) {
    KeptRecord record;
    record.assign(RecordView(at), RecordView(at).size(), "", {});
    teller.put(record);
  }
}

}  // namespace blink::gl::state
