#include "gl/state/journal.h"

#include <algorithm>

#include "gl/generated/enums.h"
#include "gl/generated/journal_rules.h"

namespace blink::gl::state {
namespace {

std::uint32_t hash_of(std::span<const std::byte> bytes) {
  std::uint32_t hash = 2166136261u;
  for (const std::byte byte : bytes)
    hash = (hash ^ static_cast<std::uint32_t>(byte)) * 16777619u;
  return hash;
}

const JournalRule& rule_of(std::uint16_t op) {
  static constexpr JournalRule nothing;
  return op < std::size(journal_rules) ? journal_rules[op] : nothing;
}

}  // namespace

void Journal::take(std::span<const std::uint32_t> words, std::span<const std::uint32_t> unsure,
                   const FindBulk& find, const HoldBulk& hold) {
  find_ = &find;
  hold_ = hold ? &hold : nullptr;
  const std::uint32_t* at = words.data();
  const std::uint32_t* const end = at + words.size();
  begun_at_ = is_begun_ ? at : nullptr;
  while (at < end) {
    const RecordView record(at);
    if (record.size() == 0 || record.size() > static_cast<std::size_t>(end - at)) break;
    const auto place = static_cast<std::uint32_t>(at - words.data());
    is_unsure_ = !unsure.empty() && unsure.front() == place;
    if (is_unsure_) unsure = unsure.subspan(1);
    take_one(record);
    at += record.size();
  }
  is_unsure_ = false;
  settle_current();
  settle_drawn();
  if (is_begun_) begun_.insert(begun_.end(), begun_at_, end);
  find_ = nullptr;
  hold_ = nullptr;
}

namespace {

// What OpenGL takes between glBegin and glEnd, of what stays.
bool is_for_vertices(RecordView record, const JournalRule& rule) {
  switch (static_cast<WireOp>(record.op())) {
    case WireOp::Materialf:
    case WireOp::Materiali:
    case WireOp::Materialfv:
    case WireOp::Materialiv:
    case WireOp::CallList:
    case WireOp::CallLists:
    case WireOp::End: return true;
    default: return rule.keep == Keep::current;
  }
}

}  // namespace

void Journal::take_one(RecordView record) {
  if (record.op() < 256) return take_stream_op(record);
  const JournalRule& rule = rule_of(record.op());
  if (is_surely_begun_ && !compiled_ && !is_for_vertices(record, rule)) return;
  if (compiled_ && is_compiled(record, rule)) {
    if (rule.keep != Keep::forget && rule.keep != Keep::draw)
      compiled_->effects.push_back(static_cast<std::uint32_t>(compiled_->records.size()));
    compiled_->records.emplace_back().assign(record, rule.number_words, rule.arrays, *find_);
    if (list_mode_ == GL_COMPILE) return;
  }
  switch (rule.keep) {
    case Keep::forget: return;
    case Keep::draw: return draw(record);
    case Keep::current: return note_current(record, rule);
    case Keep::context: note_store(record); return keep(state_, record, rule, now());
    case Keep::object: return keep_in_object(record, rule);
    case Keep::hand: return take_by_hand(record, rule);
  }
}

void Journal::take_stream_op(RecordView record) {
  switch (static_cast<StreamOp>(record.op())) {
    case StreamOp::make_current:
      settle_drawn();
      surface_ = read_surface_ = record.word(1);
      return;
    case StreamOp::make_current_both:
      settle_drawn();
      surface_ = record.word(1);
      read_surface_ = record.word(2);
      return;
    case StreamOp::drop_surface:
      settle_drawn();
      group_->surfaces.erase(record.word(1));
      for (std::uint32_t* const surface : {&surface_, &read_surface_})
        if (*surface == record.word(1)) *surface = 0;
      return;
    case StreamOp::swap: {
      settle_drawn();
      KeptSurface& surface = group_->surfaces[record.word(1)];
      surface.window = record.word(2);
      surface.is_begun = false;
      surface.depth = {};
      return;
    }
    case StreamOp::array_data:
      if (compiled_) compiled_->records.emplace_back().assign(record, 7, "p", *find_);
      return;
    case StreamOp::draw_elements:
      note_drawn(true);
      if (compiled_) compiled_->records.emplace_back().assign(record, 8, "p", *find_);
      return;
    case StreamOp::write_mapped: write_mapped(record); return;
    case StreamOp::create_image: note_image(record); return;
    default: return;
  }
}

void Journal::note_image(RecordView record) {
  constexpr std::uint32_t egl_renderbuffer = 0x30B9;
  const NameKind kind =
      record.word(2) == egl_renderbuffer ? NameKind::renderbuffer : NameKind::texture;
  auto& images = group_->images[{kind, record.word(3)}];
  if (images.size() == GroupJournal::images_of_one_max) images.erase(images.begin());
  images.push_back({record.word(1), record.word(2), record.word(4), record.word(5)});
}

EntryKey Journal::key_of(RecordView record, const JournalRule& rule) const {
  EntryKey key;
  key.family = rule.family;
  if ((rule.with & with_unit) != 0) key.unit = static_cast<std::uint16_t>(selected_.unit + 1);
  if ((rule.with & with_client_unit) != 0)
    key.unit = static_cast<std::uint16_t>(selected_.client_unit + 1);
  for (int i = 0; i < 3; ++i)
    if (rule.key_words[i] != 0) key.key[i] = record.word(rule.key_words[i]);
  if ((rule.with & with_text) != 0)
    key.key[2] = hash_of(record.array(1u + rule.number_words, *find_));
  return key;
}

void Journal::keep(Entries& entries, RecordView record, const JournalRule& rule,
                   std::uint64_t time) {
  constexpr std::size_t doubts_max = 4;
  Entry& entry = entries.at(key_of(record, rule));
  // Values of programs are never certain, and hardly ever wrong.
  if (is_unsure_ && rule.subject != Subject::program) {
    KeptRecord kept;
    kept.assign(record, rule.number_words, rule.arrays, *find_);
    const auto is_same = [&](const Entry::Doubt& doubt) {
      return doubt.record.words() == kept.words() && doubt.record.bulks().empty();
    };
    std::erase_if(entry.doubts, is_same);
    if (entry.doubts.size() == doubts_max) entry.doubts.erase(entry.doubts.begin());
    entry.doubts.push_back({time, std::move(kept)});
  } else {
    entry.time = time;
    entry.record.assign(record, rule.number_words, rule.arrays, *find_);
    entry.doubts.clear();
  }
  entry.groups = rule.groups;
  entry.with = rule.with;
  if (rule.with == 0) return;
  entry.unit = static_cast<std::uint8_t>(selected_.unit);
  entry.client_unit = static_cast<std::uint8_t>(selected_.client_unit);
  if ((rule.with & with_array_buffer) != 0) entry.array_buffer = buffers_[GL_ARRAY_BUFFER];
  if ((rule.with & with_modelview) != 0) {
    auto& stack = matrices_[{GL_MODELVIEW, 0}];
    entry.modelview = stack.empty() ? nullptr : stack.back();
  }
}

Entries* Journal::entries_of(RecordView record, const JournalRule& rule) {
  const GLuint word = record.word(rule.subject_word);
  const bool is_named = rule.which == Which::named;
  switch (rule.subject) {
    case Subject::texture: {
      KeptTexture* const texture =
          is_named ? texture_named(word) : texture_at(word, selected_.unit);
      return texture == nullptr ? nullptr : &texture->entries;
    }
    case Subject::renderbuffer: {
      const GLuint name = is_named ? word : renderbuffer_;
      return name == 0 ? nullptr : &group_->renderbuffers[name].entries;
    }
    case Subject::sampler: return word == 0 ? nullptr : &group_->samplers[word];
    case Subject::framebuffer: {
      if (is_named) return &framebuffers_[word];
      const bool reads =
          rule.which == Which::read || (rule.which == Which::at && word == GL_READ_FRAMEBUFFER);
      return &framebuffers_[reads ? read_framebuffer_ : draw_framebuffer_];
    }
    case Subject::vertex_array: return &vertex_arrays_[is_named ? word : vertex_array_];
    case Subject::program: {
      const auto found = group_->programs.find(is_named ? word : program_);
      return found == group_->programs.end() ? nullptr : &found->second.entries;
    }
    case Subject::assembly: {
      const GLuint name = is_named ? word : assemblies_[word];
      if (name == 0) return nullptr;
      auto& its = group_->assemblies[name];
      if (!is_named) its.first = word;
      return &its.second;
    }
    case Subject::program_pipeline: return &pipelines_[word];
    case Subject::transform_feedback:
      return &transform_feedbacks_[is_named ? word : transform_feedback_];
    case Subject::none: return nullptr;
  }
  return nullptr;
}

void Journal::keep_in_object(RecordView record, const JournalRule& rule) {
  Entries* const entries = entries_of(record, rule);
  if (entries == nullptr) return;
  if (rule.subject == Subject::framebuffer || rule.subject == Subject::texture) settle_drawn();
  keep(*entries, record, rule, now());
  if (rule.subject == Subject::renderbuffer)
    group_
        ->renderbuffers[rule.which == Which::named ? record.word(rule.subject_word) : renderbuffer_]
        .define();
  const auto op = static_cast<WireOp>(record.op());
  if (op == WireOp::GenerateMipmap || op == WireOp::GenerateTextureMipmap) {
    KeptTexture* const texture = op == WireOp::GenerateMipmap
                                     ? texture_at(record.word(1), selected_.unit)
                                     : texture_named(record.word(1));
    if (texture != nullptr) texture->make_levels(now());
  }
}

void Journal::set(EntryKey key, KeptRecord record, std::uint32_t groups) {
  Entry& entry = state_.at(key);
  entry.time = now();
  entry.record = std::move(record);
  entry.groups = groups;
}

// --------------------------------------------------------------------------------- current values

void Journal::note_current(RecordView record, const JournalRule& rule) {
  // Families of current values are few, and stand first in the table; two have numbers.
  const std::uint32_t index = rule.key_words[0] != 0 ? record.word(rule.key_words[0]) : 0;
  const std::size_t slot = (rule.family * 7u + (index & 31)) % current_slots;
  Current& current = current_[slot];
  if (current.record != nullptr && current.rule->family != rule.family) settle_current();
  if (current.record != nullptr && rule.key_words[0] != 0 &&
      RecordView(current.record).word(current.rule->key_words[0]) != index)
    settle_current();
  current = {record.words().data(), &rule};
  has_current_ = true;
}

void Journal::settle_current() {
  if (!has_current_) return;
  has_current_ = false;
  for (Current& current : current_) {
    if (current.record == nullptr) continue;
    keep(state_, RecordView(current.record), *current.rule, now());
    current = {};
  }
}

std::size_t Journal::bytes() const {
  std::size_t all = state_.bytes();
  for (const auto* const kind :
       {&framebuffers_, &vertex_arrays_, &pipelines_, &transform_feedbacks_})
    for (const auto& [name, entries] : *kind)
      all += entries.bytes();
  return all;
}

std::size_t GroupJournal::bytes() const {
  std::size_t all = 0;
  for (const auto& [name, texture] : textures)
    all += texture.bytes();
  for (const auto& [name, buffer] : buffers)
    all += sizeof buffer + buffer.content.size();
  for (const auto& [name, renderbuffer] : renderbuffers)
    all += renderbuffer.entries.bytes() + renderbuffer.pixels.size();
  for (const auto& [name, surface] : surfaces)
    all += surface.colour.pixels.size() + surface.depth.pixels.size();
  for (const auto& [name, shader] : shaders)
    all += sizeof shader + shader.source.bytes();
  for (const auto& [name, program] : programs) {
    all += sizeof program + program.entries.bytes();
    for (const auto& [type, source] : program.linked)
      all += source.bytes();
  }
  for (const auto& [name, list] : lists)
    for (const KeptRecord& record : list->records)
      all += sizeof record + record.bytes();
  return all;
}

}  // namespace blink::gl::state
