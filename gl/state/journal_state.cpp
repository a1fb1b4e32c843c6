// The journal of what no table describes: matrices, attributes that are pushed, lists, bindings.

#include <algorithm>
#include <utility>

#include "gl/generated/enums.h"
#include "gl/generated/journal_rules.h"
#include "gl/generated/state_items.h"
#include "gl/state/journal.h"
#include "gl/state/matrix_steps.h"

namespace blink::gl::state {
namespace {

// Keys of entries that are not of the table.
enum OwnFamily : std::uint16_t {
  pixel_storage = 0x8000,
  capability,
  capability_indexed,
  texture_binding,
  buffer_binding,
  indexed_binding,
};

bool is_texture_capability(GLenum cap) {
  const std::uint16_t item = find(cap);
  return item != no_item && infos[item].kind == Kind::unit;
}

std::uint32_t groups_of(GLenum cap) {
  const std::uint16_t item = find(cap);
  return item == no_item ? GLbitfield{GL_ENABLE_BIT} : infos[item].groups;
}

}  // namespace

void Journal::take_by_hand(RecordView record, const JournalRule& rule) {
  // What is called most comes first.
  if (take_binding(record) || take_list(record, rule)) return;
  if (has_fixed_function_ && (take_matrix(record) || take_attributes(record))) return;
  if (take_names(record) || take_buffer(record) || take_image(record)) return;
  (void)take_program(record);
}

// ------------------------------------------------------------------------------------- matrices

std::vector<MatrixSteps>& Journal::stack_of(GLenum mode) {
  const std::uint32_t unit = mode == GL_TEXTURE ? selected_.unit : 0;
  auto& stack = matrices_[{mode, unit}];
  if (stack.empty()) stack.emplace_back();
  return stack;
}

void Journal::push_steps(std::vector<MatrixSteps>& stack, RecordView record, bool replaces) {
  auto step = std::make_shared<MatrixStep>();
  step->record.assign(record, record.size(), "", *find_);
  if (!replaces) {
    step->before = stack.back();
    step->depth = step->before ? step->before->depth + 1 : 0;
  }
  stack.back() = step->depth < matrix_steps_max ? step : as_one_step(step);
}

bool Journal::take_matrix(RecordView record) {
  switch (static_cast<WireOp>(record.op())) {
    case WireOp::MatrixMode:
      if (record.word(1) - GL_MODELVIEW < 3) selected_.matrix_mode = record.word(1);
      return true;
    case WireOp::LoadIdentity: stack_of(selected_.matrix_mode).back() = nullptr; return true;
    case WireOp::PushMatrix: {
      auto& stack = stack_of(selected_.matrix_mode);
      const std::uint32_t deepest = selected_.matrix_mode == GL_MODELVIEW    ? depths_.modelview
                                    : selected_.matrix_mode == GL_PROJECTION ? depths_.projection
                                                                             : depths_.texture;
      if (stack.size() < deepest) stack.push_back(stack.back());
      return true;
    }
    case WireOp::PopMatrix: {
      auto& stack = stack_of(selected_.matrix_mode);
      if (stack.size() > 1) stack.pop_back();
      return true;
    }
    default: break;
  }
  if (const auto named = without_mode(record)) {
    const GLenum mode = record.word(1);
    if (mode - GL_MODELVIEW >= 3) return true;
    // As if it were chosen.
    const GLenum chosen = std::exchange(selected_.matrix_mode, mode);
    (void)take_matrix(named->view());
    selected_.matrix_mode = chosen;
    return true;
  }
  const auto kind = kind_of_matrix_command(record);
  if (kind == MatrixCommand::none) return false;
  push_steps(stack_of(selected_.matrix_mode), record, kind == MatrixCommand::loads);
  return true;
}

// ----------------------------------------------------------------------------- pushed attributes

bool Journal::take_attributes(RecordView record) {
  switch (static_cast<WireOp>(record.op())) {
    case WireOp::PushAttrib: {
      settle_current();
      if (pushed_.size() >= depths_.attributes) return true;
      Pushed& pushed = pushed_.emplace_back();
      pushed.mask = record.word(1);
      pushed.state = state_;
      pushed.selected = selected_;
      return true;
    }
    case WireOp::PopAttrib: {
      settle_current();
      if (pushed_.empty()) return true;
      const Pushed pushed = std::move(pushed_.back());
      pushed_.pop_back();
      state_.take_back(pushed.state, pushed.mask);
      if ((pushed.mask & GL_TEXTURE_BIT) != 0) {
        selected_.textures = pushed.selected.textures;
        selected_.unit = pushed.selected.unit;
      }
      if ((pushed.mask & GL_TRANSFORM_BIT) != 0)
        selected_.matrix_mode = pushed.selected.matrix_mode;
      return true;
    }
    case WireOp::PushClientAttrib: {
      if (client_pushed_.size() >= depths_.client_attributes) return true;
      Pushed& pushed = client_pushed_.emplace_back();
      pushed.mask = record.word(1);
      pushed.selected = selected_;
      pushed.unpacking = unpacking_;
      pushed.packing = packing_;
      pushed.state = state_;
      pushed.vertex_array = vertex_arrays_[vertex_array_];
      return true;
    }
    case WireOp::PopClientAttrib: {
      if (client_pushed_.empty()) return true;
      const Pushed pushed = std::move(client_pushed_.back());
      client_pushed_.pop_back();
      if ((pushed.mask & GL_CLIENT_PIXEL_STORE_BIT) != 0) {
        unpacking_ = pushed.unpacking;
        packing_ = pushed.packing;
        state_.take_back(pushed.state, pixel_store_group);
      }
      if ((pushed.mask & GL_CLIENT_VERTEX_ARRAY_BIT) != 0) {
        vertex_arrays_[vertex_array_] = pushed.vertex_array;
        selected_.client_unit = pushed.selected.client_unit;
      }
      return true;
    }
    default: return false;
  }
}

void Journal::enable(RecordView record, bool is_indexed) {
  const GLenum cap = record.word(1);
  EntryKey key;
  key.family = is_indexed ? capability_indexed : capability;
  key.key[0] = cap;
  if (is_indexed) key.key[1] = record.word(2);
  const bool is_of_unit = is_texture_capability(cap);
  if (is_of_unit) key.unit = static_cast<std::uint16_t>(selected_.unit + 1);
  Entry& entry = state_.at(key);
  entry.time = now();
  entry.record.assign(record, is_indexed ? 2 : 1, "", *find_);
  entry.groups = groups_of(cap) | GL_ENABLE_BIT;
  entry.with = is_of_unit ? with_unit : 0;
  entry.unit = static_cast<std::uint8_t>(selected_.unit);
}

// ----------------------------------------------------------------------------------------- lists

bool Journal::is_compiled(RecordView record, const JournalRule& rule) const {
  switch (rule.subject) {
    case Subject::vertex_array:
    case Subject::framebuffer:
    case Subject::renderbuffer:
    case Subject::sampler:
    case Subject::program_pipeline:
    case Subject::transform_feedback: return false;
    default: break;
  }
  switch (static_cast<WireOp>(record.op())) {
    case WireOp::Enable:
    case WireOp::Disable:
    case WireOp::Enablei:
    case WireOp::Disablei:
    case WireOp::ActiveTexture:
    case WireOp::BindTexture:
    case WireOp::UseProgram:
    case WireOp::MatrixMode:
    case WireOp::PushAttrib:
    case WireOp::PopAttrib:
    case WireOp::Begin:
    case WireOp::End:
    case WireOp::CallList:
    case WireOp::CallLists: return true;
    case WireOp::FeedbackBuffer:
    case WireOp::SelectBuffer:
    case WireOp::Finish:
    case WireOp::Flush:
    case WireOp::ReadPixels:
    case WireOp::PushClientAttrib:
    case WireOp::PopClientAttrib: return false;
    default: break;
  }
  if (rule.keep != Keep::hand) return true;
  return kind_of_matrix_command(record) != MatrixCommand::none || record.is(WireOp::LoadIdentity) ||
         record.is(WireOp::PushMatrix) || record.is(WireOp::PopMatrix) ||
         *rule.arrays == 'i';  // images
}

bool Journal::take_list(RecordView record, const JournalRule& rule) {
  switch (static_cast<WireOp>(record.op())) {
    case WireOp::Begin:
      if (is_begun_ || record.word(1) > GL_PATCHES) return true;
      is_begun_ = true;
      is_surely_begun_ = !is_unsure_;
      begun_.clear();
      begun_at_ = record.words().data();
      return true;
    case WireOp::End:
      note_drawn(true);
      is_begun_ = is_surely_begun_ = false;
      begun_.clear();
      return true;
    case WireOp::NewList:
      if (compiled_ || record.word(1) == 0 || record.word(2) - GL_COMPILE > 1) return true;
      list_ = record.word(1);
      list_mode_ = record.word(2);
      compiled_ = std::make_shared<GroupJournal::List>();
      return true;
    case WireOp::EndList:
      settle_current();
      if (compiled_ && list_ != 0) group_->lists[list_] = std::move(compiled_);
      compiled_ = nullptr;
      list_ = 0;
      return true;
    case WireOp::CallList: call_list(record.word(1)); return true;
    case WireOp::CallLists: {
      const auto names = record.array(1u + rule.number_words, *find_);
      for (std::size_t i = 0; i + 4 <= names.size(); i += 4) {
        GLuint name;
        std::memcpy(&name, names.data() + i, sizeof name);
        call_list(name);
      }
      return true;
    }
    case WireOp::GenLists:
      for (GLuint i = 0; i < std::min(record.word(2), 1u << 16); ++i)
        group_->names[static_cast<std::size_t>(NameKind::display_list)].insert(record.word(1) + i);
      return true;
    case WireOp::DeleteLists: {
      settle_current();
      const GLuint first = record.word(1), count = record.word(2);
      const auto is_of = [&](GLuint name) { return name - first < count; };
      std::erase_if(group_->lists, [&](const auto& each) { return is_of(each.first); });
      std::erase_if(group_->names[static_cast<std::size_t>(NameKind::display_list)], is_of);
      return true;
    }
    default: return false;
  }
}

void Journal::call_list(GLuint name) {
  note_drawn(true);
  const auto found = group_->lists.find(name);
  if (found == group_->lists.end() || list_depth_ >= list_depth_max) return;
  const std::shared_ptr<const GroupJournal::List> list = found->second;
  ++list_depth_;
  const FindBulk* const outer = find_;
  const HoldBulk* const outer_hold = std::exchange(hold_, nullptr);
  for (const std::uint32_t which : list->effects) {
    const KeptRecord& record = list->records[which];
    const FindBulk find = [&record](std::uint32_t, std::uint32_t at, std::uint32_t) {
      return record.find(at);
    };
    find_ = &find;
    take_one(record.view());
  }
  find_ = outer;
  hold_ = outer_hold;
  --list_depth_;
}

// -------------------------------------------------------------------------------------- bindings

void Journal::bind_texture(std::uint32_t unit, GLenum target, GLuint texture) {
  if (unit >= units_max) return;
  selected_.textures[{unit, target}] = texture;
  if (texture != 0) {
    KeptTexture& its = group_->textures[texture];
    if (its.target == 0) its.target = target;
  }
  EntryKey key{texture_binding, static_cast<std::uint16_t>(unit + 1), {target}};
  Entry& entry = state_.at(key);
  entry.time = now();
  entry.record = KeptRecord(WireOp::BindTexture, {target, texture});
  entry.groups = GL_TEXTURE_BIT;
  entry.with = with_unit;
  entry.unit = static_cast<std::uint8_t>(unit);
}

bool Journal::take_binding(RecordView record) {
  const GLenum target = record.word(1);
  switch (static_cast<WireOp>(record.op())) {
    case WireOp::Enable:
    case WireOp::Disable: enable(record, false); return true;
    case WireOp::Enablei:
    case WireOp::Disablei: enable(record, true); return true;
    case WireOp::ActiveTexture: {
      const std::uint32_t unit = target - GL_TEXTURE0;
      if (unit < 256 && !is_unsure_) selected_.unit = unit;
      return true;
    }
    case WireOp::ClientActiveTexture: {
      const std::uint32_t unit = target - GL_TEXTURE0;
      if (unit < units_max && !is_unsure_) selected_.client_unit = unit;
      return true;
    }
    case WireOp::PixelStorei: {
      note_storage(unpacking_, packing_, target, record.number(2));
      EntryKey key{pixel_storage, 0, {target}};
      set(key, KeptRecord(WireOp::PixelStorei, {target, record.word(2)}), pixel_store_group);
      return true;
    }
    case WireOp::BindTexture: bind_texture(selected_.unit, target, record.word(2)); return true;
    case WireOp::BindTextureUnit: {
      const auto found = group_->textures.find(record.word(2));
      if (found != group_->textures.end() && found->second.target != 0)
        bind_texture(record.word(1), found->second.target, record.word(2));
      return true;
    }
    case WireOp::BindBuffer: {
      const GLuint buffer = record.word(2);
      buffers_[target] = buffer;
      if (buffer != 0) (void)group_->buffers[buffer];
      if (target == GL_ELEMENT_ARRAY_BUFFER) {
        Entry& entry = vertex_arrays_[vertex_array_].at({buffer_binding, 0, {target}});
        entry.time = now();
        entry.record.assign(record, 2, "", *find_);
        return true;
      }
      set({buffer_binding, 0, {target}}, KeptRecord(WireOp::BindBuffer, {target, buffer}));
      return true;
    }
    case WireOp::BindBufferBase:
    case WireOp::BindBufferRange: {
      note_store(record);
      buffers_[target] = record.word(3);
      if (record.word(3) != 0) (void)group_->buffers[record.word(3)];
      KeptRecord kept;
      kept.assign(record, record.size(), "", *find_);
      set({indexed_binding, 0, {target, record.word(2)}}, std::move(kept));
      return true;
    }
    case WireOp::BindVertexArray:
      vertex_array_ = record.word(1);
      (void)vertex_arrays_[vertex_array_];
      return true;
    case WireOp::BindFramebuffer: {
      settle_drawn();
      const GLuint name = record.word(2);
      if (target != GL_READ_FRAMEBUFFER) draw_framebuffer_ = name;
      if (target != GL_DRAW_FRAMEBUFFER) read_framebuffer_ = name;
      if (name != 0) (void)framebuffers_[name];
      return true;
    }
    case WireOp::BindRenderbuffer:
    case WireOp::BindRenderbufferEXT: renderbuffer_ = record.word(2); return true;
    case WireOp::BindProgramARB: assemblies_[target] = record.word(2); return true;
    case WireOp::BindTransformFeedback: transform_feedback_ = record.word(2); return true;
    case WireOp::UseProgram: program_ = record.word(1); return true;
    default: return false;
  }
}

}  // namespace blink::gl::state
