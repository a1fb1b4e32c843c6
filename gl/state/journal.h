// Journal: the shortest stream that makes a context what it is (docs/formats/glstate.md).
//
// It reads the records that a context has written (gl/wire.h), after they were handed over, and
// keeps what stays of each: of values the last one, of objects their content. What it keeps are
// records again, with the names that the client chose: a new server is told them, and has the
// context. No value is computed here that a driver would compute otherwise.
//
// Threads: one at a time for all journals of a share group; whoever owns them has the lock.

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "gl/image_size.h"
#include "gl/state/journal_entries.h"
#include "gl/state/journal_objects.h"
#include "gl/wire.h"

namespace blink::gl::state {

// What the contexts of a share group have in common.
struct GroupJournal {
  std::uint64_t last_time = 0;
  std::uint64_t frame_time = 0;                    // before the last frame that was read
  std::array<std::set<GLuint>, name_kinds> names;  // that were made
  std::map<GLuint, KeptTexture> textures;
  std::map<GLuint, KeptBuffer> buffers;
  std::map<GLuint, KeptRenderbuffer> renderbuffers;
  std::map<GLuint, Entries> samplers;
  std::map<GLuint, std::pair<GLenum, Entries>> assemblies;  // their target, too
  std::map<GLuint, KeptShader> shaders;
  std::map<GLuint, KeptProgram> programs;
  struct List {
    std::vector<KeptRecord> records;
    std::vector<std::uint32_t> effects;  // which of them change what stays
  };
  std::map<GLuint, std::shared_ptr<const List>> lists;
  std::set<GLuint> fences;
  std::map<GLuint, KeptSurface> surfaces;  // that contexts of the group have drawn to

  // ---- journal_drawn.cpp: what is to be read back ----
  bool has_drawn = false;  // something that is no surface, since this was set to false
  using Sizes = std::map<std::uint32_t, std::pair<std::uint32_t, std::uint32_t>>;  // of surfaces
  // What was drawn until then, and not since; but for surfaces.
  std::vector<WireContent> drawn(std::uint64_t until) const;
  std::vector<WireContent> drawn_surfaces(const Sizes& sizes) const;
  // No bytes: there is no such thing, and it is not asked for again.
  void take_back(const WireContent& content, std::span<const std::byte> bytes);
  // When all else is told: what they show.
  void tell_surfaces(RecordSink& sink) const;
  // Of EGL's: the last ones of each texture or renderbuffer that they were made of. Who has ended
  // one may go on with what shows it, so they stay as long as what they are of.
  struct Image {
    std::uint32_t id = 0, target = 0, level = 0, layer = 0;
  };
  static constexpr std::size_t images_of_one_max = 8;
  std::map<std::pair<NameKind, GLuint>, std::vector<Image>> images;

  // `answer_place`: where in its stream a context takes answers, of which nobody waits for one.
  void tell(RecordSink& sink, bool has_fixed_function, std::uint32_t answer_place) const;
  // Then, when all groups were told: what shows images, which may be of another group's.
  void tell_shown_images(RecordSink& sink) const;
  std::size_t bytes() const;

 private:
  void tell_names(RecordSink& sink) const;
  void tell_buffers(RecordSink& sink, std::uint32_t answer_place) const;
  void tell_textures(RecordSink& sink, bool which_show_images) const;
  void tell_renderbuffers(RecordSink& sink, bool which_show_images) const;
  void tell_images(RecordSink& sink, std::uint32_t answer_place) const;
  void tell_programs(RecordSink& sink) const;
};

class Journal {
 public:
  Journal(std::shared_ptr<GroupJournal> group, bool has_fixed_function)
      : group_(std::move(group)), has_fixed_function_(has_fixed_function) {}

  // How deep the driver's stacks are: what is beyond is not pushed.
  struct Depths {
    std::uint32_t attributes = 16, client_attributes = 16;
    std::uint32_t modelview = 32, projection = 32, texture = 10;
  };
  void set_depths(const Depths& depths) { depths_ = depths; }

  // Records that were handed over, whole ones. `unsure`: where those are that may be errors, in
  // words from the beginning.
  void take(std::span<const std::uint32_t> records, std::span<const std::uint32_t> unsure,
            const FindBulk& find, const HoldBulk& hold);

  // A new context's stream: its own objects and its state, after those of its group.
  void tell(RecordSink& sink) const;
  GroupJournal& group() { return *group_; }
  bool has_fixed_function() const { return has_fixed_function_; }
  std::size_t bytes() const;

 private:
  using Hand = void (Journal::*)(RecordView, const JournalRule&);

  static constexpr int list_depth_max = 64;
  static constexpr std::size_t units_max = 32;

  // ---- journal.cpp ----
  void take_one(RecordView record);
  void take_stream_op(RecordView record);
  void note_image(RecordView record);
  void keep(Entries& entries, RecordView record, const JournalRule& rule, std::uint64_t time);
  EntryKey key_of(RecordView record, const JournalRule& rule) const;
  void keep_in_object(RecordView record, const JournalRule& rule);
  Entries* entries_of(RecordView record, const JournalRule& rule);
  void note_current(RecordView record, const JournalRule& rule);
  void settle_current();
  std::uint64_t now() { return ++group_->last_time; }
  void set(EntryKey key, KeptRecord record, std::uint32_t groups = 0);

  // ---- journal_state.cpp: by hand ----
  void take_by_hand(RecordView record, const JournalRule& rule);
  bool take_matrix(RecordView record);
  bool take_attributes(RecordView record);
  bool take_list(RecordView record, const JournalRule& rule);
  bool take_binding(RecordView record);
  void enable(RecordView record, bool is_indexed);
  bool is_compiled(RecordView record, const JournalRule& rule) const;
  void call_list(GLuint list);
  void bind_texture(std::uint32_t unit, GLenum target, GLuint texture);
  void push_steps(std::vector<MatrixSteps>& stack, RecordView record, bool replaces);
  std::vector<MatrixSteps>& stack_of(GLenum mode);

  // ---- journal_content.cpp: by hand ----
  bool take_names(RecordView record);
  void remove(NameKind kind, GLuint name);
  bool take_image(RecordView record);
  bool take_buffer(RecordView record);
  void write_mapped(RecordView record);
  bool take_program(RecordView record);
  void link(GLuint program);
  void drop_shader(GLuint shader);
  KeptTexture* texture_at(GLenum target, std::uint32_t unit);
  KeptTexture* texture_named(GLuint texture);
  KeptBuffer* buffer_at(GLenum target);
  std::span<const std::byte> image_data(RecordView record, std::uint32_t at);
  void write_image(KeptTexture& texture, const PixelBox& box, RecordView record, std::uint32_t at);

  // ---- journal_drawn.cpp ----
  void draw(RecordView record);
  void note_drawn(bool by_shaders);
  void settle_drawn();
  void draw_framebuffer(GLuint name);
  void draw_renderbuffer(GLuint name);
  void note_store(RecordView record);
  void each_indexed(const std::function<void(GLenum target, GLuint buffer)>& act) const;
  void each_image(const std::function<void(GLuint texture)>& act) const;

  // ---- journal_tell.cpp ----
  class Teller;
  void tell_objects(Teller& teller) const;
  void tell_state(Teller& teller) const;
  void tell_matrices(Teller& teller) const;
  void tell_selected(Teller& teller) const;

  const std::shared_ptr<GroupJournal> group_;
  const bool has_fixed_function_;
  const FindBulk* find_ = nullptr;  // while records are taken
  const HoldBulk* hold_ = nullptr;  // likewise
  bool is_unsure_ = false;          // whether the one at hand may be an error
  Depths depths_;

  // What commands are about.
  struct Selected {
    std::uint32_t unit = 0, client_unit = 0;
    GLenum matrix_mode = 0x1700;                                  // GL_MODELVIEW
    std::map<std::pair<std::uint32_t, GLenum>, GLuint> textures;  // by unit and target
  };
  Selected selected_;
  std::map<GLenum, GLuint> buffers_;     // that are bound, by target
  std::map<GLenum, GLuint> assemblies_;  // likewise
  GLuint vertex_array_ = 0, draw_framebuffer_ = 0, read_framebuffer_ = 0, renderbuffer_ = 0;
  GLuint program_ = 0, transform_feedback_ = 0;
  std::uint32_t surface_ = 0, read_surface_ = 0;
  Unpacking unpacking_, packing_;

  // The context's own.
  Entries state_;
  std::array<std::set<GLuint>, name_kinds> names_;
  std::map<GLuint, Entries> framebuffers_, vertex_arrays_, pipelines_, transform_feedbacks_;
  std::map<GLenum, KeptTexture> default_textures_;
  std::map<std::pair<GLenum, std::uint32_t>, std::vector<MatrixSteps>> matrices_;  // by mode, unit

  struct Pushed {
    GLbitfield mask = 0;
    Entries state;
    Selected selected;
    Unpacking unpacking, packing;
    Entries vertex_array;
  };
  std::vector<Pushed> pushed_, client_pushed_;

  // Current values: where the last record of each is, until the end of what is taken.
  struct Current {
    const std::uint32_t* record = nullptr;
    const JournalRule* rule = nullptr;
  };
  static constexpr std::size_t current_slots = 64;
  std::array<Current, current_slots> current_{};
  bool has_current_ = false;

  // Since the framebuffer is bound: whether something was drawn, and whether a program's shaders
  // have run; and whether such may write to what else is bound.
  bool has_drawn_ = false, has_shaded_ = false, may_store_ = false;

  // Between glBegin and glEnd: the words of all records since then.
  bool is_begun_ = false, is_surely_begun_ = false;
  std::vector<std::uint32_t> begun_;
  const std::uint32_t* begun_at_ = nullptr;
  // The list that is compiled.
  GLuint list_ = 0;
  GLenum list_mode_ = 0;
  std::shared_ptr<GroupJournal::List> compiled_;
  int list_depth_ = 0;
};

}  // namespace blink::gl::state
