// Shadow: the state of one OpenGL context as the program's side knows it (docs/formats/glstate.md).
//
// It holds values as OpenGL defines them, in one array, as the table of items says
// (gl/state_table.txt). Commands change it before they are sent (gl/generated/state_tracking.h,
// gl/state/by_hand.h). Beside each value stands whether the driver would answer with it: a command
// that may fail, or that does what nobody here follows, makes the values that it may change
// unknown, and whoever is asked for one asks the driver, and puts the answer here.
//
// Threads: those of the context.

#pragma once

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "gl/generated/state_items.h"
#include "gl/state/shared.h"
#include "gl/types.h"

namespace blink::gl::state {

enum class Api : std::uint8_t { compatibility, core, es };

enum class Known : std::uint8_t {
  absent,   // this context has no such item
  unknown,  // what is here may be something else there
  yes,
  asked,  // the driver says something else: it is asked each time
};

const ItemInfo& info_of_slot(std::uint16_t slot);

template <typename T>
T clamped(T value) {
  return std::clamp(value, T{0}, T{1});
}
// As OpenGL makes a number between 0 and 1 of it.
inline GLfloat from_byte(GLubyte value) { return static_cast<GLfloat>(value) / 255.0f; }

class Shadow {
 public:
  Shadow(Api api, std::shared_ptr<Shared> shared);

  // ---- what is known ----

  // Whether glGet is answered here. As many numbers as the item has are written, in the type T.
  template <typename T>
  bool get(GLenum name, T* to) const;
  // The same where it takes no time: numbers as numbers.
  bool get_number(GLenum name, GLint* to) const {
    const std::uint16_t item = find(name);
    if (item == no_item || !may_ask()) return false;
    const ItemInfo& its = infos[item];
    if (its.type > Type::name || its.count != 1 || its.kind == Kind::unit ||
        known_[its.slot] != Known::yes)
      return false;
    *to = static_cast<GLint>(words_[its.word]);
    return true;
  }
  // The same of one of several (glGetIntegeri_v).
  template <typename T>
  bool get_indexed(GLenum name, GLuint index, T* to) const;
  // glIsEnabled, likewise.
  bool get_enabled(GLenum name, GLboolean* to) const;
  bool get_enabled_indexed(GLenum name, GLuint index, GLboolean* to) const;
  // Whether the name is an item's whose value need only be asked for once.
  bool can_learn(GLenum name) const;
  // Values to be asked for with the next, because they are unknown: slots.
  std::vector<std::uint16_t> unknown() const;
  // The same of those that are known, and what is known.
  std::vector<std::uint16_t> known() const;
  const std::uint32_t* value(std::uint16_t slot) const;
  // The driver's answer; null: it has no such item.
  void learn(std::uint16_t slot, const void* value);
  // The same of a new context, all of whose units and buffers are alike.
  void spread_all();

  // Whether glGetError between Begin and End would be an error of its own, or it is not known.
  bool may_ask() const { return (mode_ & ~compiling) == 0; }

  // ---- for what follows commands ----

  Api api() const { return api_; }
  bool is_compatibility() const { return api_ == Api::compatibility; }
  bool is_of(unsigned apis) const { return (apis >> static_cast<unsigned>(api_) & 1) != 0; }
  bool takes_commands() const { return mode_ == 0; }
  bool takes_at_once() const { return (mode_ & ~compiling) == 0; }
  bool takes_vertices() const { return takes_vertices_; }

  static constexpr std::size_t slot_of(Item item, std::size_t copy = 0) {
    return info(item).slot + copy;
  }
  bool has(Item item) const { return known_[slot_of(item)] != Known::absent; }
  bool is_known(Item item, std::size_t copy = 0) const {
    return known_[slot_of(item, copy)] == Known::yes;
  }
  // A number's value, as far as it is known; 0 elsewhere.
  template <Item item>
  GLint number(std::size_t copy = 0) const {
    static_assert(info(item).words == 1);
    return is_known(item, copy) ? static_cast<GLint>(words_[info(item).word + copy]) : 0;
  }
  template <Item item>
  bool is_zero() const {
    return is_known(item) && words_[info(item).word] == 0;
  }
  // Of textures; where it is not known, more than there can be.
  std::size_t unit() const {
    return is_known(Item::active_texture) ? words_[info(Item::active_texture).word] - texture0
                                          : no_unit;
  }
  static constexpr std::size_t no_unit = ~std::size_t{0};

  template <Item item, typename... Values>
  void set(bool is_certain, Values... values) {
    write<item>(0, is_certain, values...);
    if constexpr (info(item).kind == Kind::index) split_[static_cast<std::size_t>(item)] = false;
  }
  template <Item item, typename... Values>
  void set_copy(std::size_t copy, bool is_certain, Values... values) {
    write<item>(copy, is_certain, values...);
  }
  // So many components are given, and the others are what they are then. Mesa leaves them as they
  // were where it was asked in between: nobody can say who did not see that they are the same.
  template <Item item, std::size_t given, typename... Values>
  void set_first(std::size_t copy, Values... values) {
    constexpr const ItemInfo& its = info(item);
    const GLfloat numbers[] = {static_cast<GLfloat>(values)...};
    std::uint32_t* const to = &words_[its.word + copy * its.words];
    const bool is_same =
        std::memcmp(to + given, numbers + given, (its.count - given) * sizeof(GLfloat)) == 0;
    std::memcpy(to, numbers, sizeof numbers);
    Known& known = known_[its.slot + copy];
    known = is_same && known == Known::yes ? Known::yes : Known::unknown;
  }
  template <Item item, typename... Values>
  void set_of_unit(bool is_certain, Values... values) {
    const std::size_t copy = unit();
    if (copy < info(item).copies)
      write<item>(copy, is_certain, values...);
    else if (copy == no_unit)
      forget(item);
  }
  template <Item item, typename... Values>
  void set_indexed(std::size_t index, bool is_certain, Values... values) {
    split(item);
    write<item>(index, is_certain, values...);
  }
  template <Item item, typename Value>
  void set_part(std::size_t part, Value value) {
    static_assert(info(item).type == Type::number);
    words_[info(item).word + part] = static_cast<std::uint32_t>(value);
  }
  // A number or a real that the program has named.
  bool has_named(GLenum name) const {
    const std::uint16_t number = find(name);
    return number != no_item && has(static_cast<Item>(number));
  }
  void set_named(GLenum name, double value);
  void set_reals(Item item, const GLfloat* values);
  void set_slot(std::size_t slot, std::size_t word, std::uint32_t value) {
    words_[word] = value;
    known_[slot] = Known::yes;
  }
  bool set_enabled(GLenum name, bool is_enabled);
  bool set_enabled_indexed(GLenum name, GLuint index, bool is_enabled);

  // Whatever the value is now: without an error.
  void forget(Item item);
  void forget_copy(Item item, std::size_t copy) { forget_slot(slot_of(item, copy)); }
  void forget_all();
  // The same by a command that may have failed, or was put into a list.
  void doubt(Item item);
  void doubt_named(GLenum name);
  void doubt_all();

  // An object's name that is bound somewhere.
  GLuint name_in(Item item) const { return words_[info(item).word]; }
  void unbind(Item item, GLuint name) {
    for (std::size_t copy = 0; copy < info(item).copies; ++copy) {
      std::uint32_t& word = words_[info(item).word + copy];
      if (word != name) continue;
      word = 0;
    }
  }

  // A command that names a texture may have made it one of some target.
  void note_texture(GLuint texture) {
    if (shared_->textures.contains(texture) && shared_->textures.number(texture) == 0)
      shared_->textures.put(texture, strange);
  }

  // What conditions ask.
  bool is_texture_unit(GLenum unit) const {
    return unit - texture0 < static_cast<GLuint>(number<Item::max_combined_texture_image_units>());
  }
  bool is_coordinate_unit(GLenum unit) const {
    return unit - texture0 < static_cast<GLuint>(number<Item::max_texture_coords>());
  }
  bool is_draw_buffer(GLuint index) const {
    return index < 8 && index < static_cast<GLuint>(number<Item::max_draw_buffers>());
  }
  bool is_viewport(GLuint index) const {
    return index < 16 && index < static_cast<GLuint>(number<Item::max_viewports>());
  }
  bool fits_viewport(double x, double y, double width, double height) const;
  bool takes_texture_parameter(GLenum name, GLenum value) const;
  bool clears(GLbitfield mask) const;
  // Whether a draw of vertices is certainly no error, whatever they are.
  bool may_draw() const;

  // ---- modes ----
  void set_has_surface(bool has) { has_surface_ = has; }
  bool begin(GLenum mode);
  bool end();
  bool new_list(GLuint list, GLenum mode);
  bool end_list();
  void call_list(GLuint list);
  void lose_track();
  bool push(GLbitfield mask);
  bool pop();
  bool push_client(GLbitfield mask);
  bool pop_client();
  void note_feedback() { has_fed_back_ = true; }
  bool has_fed_back() const { return has_fed_back_; }
  void note_framebuffer() { has_bound_framebuffer_ = true; }
  // What is a vertex array object's.
  void forget_arrays();

  // ---- matrices ----
  using Matrix = std::array<GLfloat, 16>;  // by columns
  // What the commands change that the mode of matrices chooses.
  struct MatrixPlace {
    Item item = Item::modelview_matrix, depth = Item::modelview_stack_depth;
    Item depth_max = Item::max_modelview_stack_depth;
    std::size_t copy = 0;
  };
  bool find_matrix(MatrixPlace* place) const;
  Matrix matrix(const MatrixPlace& place) const;
  void set_matrix(const MatrixPlace& place, const Matrix& matrix, bool is_certain);
  void doubt_matrices();
  bool push_matrix();
  bool pop_matrix();

  Shared& shared() { return *shared_; }
  const Shared& shared() const { return *shared_; }
  Names framebuffers, vertex_arrays;  // that are the context's own

 private:
  static constexpr GLenum texture0 = 0x84C0;
  enum : std::uint8_t { compiling = 1, begun = 2, perhaps_begun = 4, lost = 8 };

  template <Item item, typename... Values>
  void write(std::size_t copy, bool is_certain, Values... values) {
    constexpr const ItemInfo& its = info(item);
    static_assert(sizeof...(Values) == its.count);
    std::uint32_t* const to = &words_[its.word + copy * its.words];
    if constexpr (its.type == Type::boolean || its.type == Type::number || its.type == Type::name ||
                  its.type == Type::bits) {
      const std::uint32_t numbers[] = {static_cast<std::uint32_t>(values)...};
      std::memcpy(to, numbers, sizeof numbers);
    } else if constexpr (its.type == Type::long_real || its.type == Type::long_colour) {
      const GLdouble numbers[] = {static_cast<GLdouble>(values)...};
      std::memcpy(to, numbers, sizeof numbers);
    } else {
      const GLfloat numbers[] = {static_cast<GLfloat>(values)...};
      std::memcpy(to, numbers, sizeof numbers);
    }
    known_[its.slot + copy] = is_certain ? Known::yes : Known::asked;
  }
  bool has_item(const ItemInfo& its) const;
  void split(Item item);
  // The copy that a query by that name is about, if that is known.
  bool copy_of(const ItemInfo& its, std::size_t* copy) const;
  template <typename T>
  bool give_indexed(std::uint16_t item, GLuint index, T* to) const;
  template <typename T>
  bool give(const ItemInfo& its, std::size_t copy, T* to) const;
  void set_mode(unsigned mode) {
    mode_ = static_cast<std::uint8_t>(mode);
    takes_vertices_ = is_compatibility() && (mode & (compiling | lost)) == 0;
  }
  void forget_slot(std::size_t slot) {
    if (known_[slot] == Known::yes) known_[slot] = Known::unknown;
  }
  void note_effect(std::size_t slot) {
    if ((mode_ & compiling) != 0) list_slots_.set(slot);
  }
  void apply(const ListEffects& effects, int depth);
  void forget_kept();
  void forget_stacks();
  bool doubt_stacks();

  struct Kept {  // by glPushAttrib and glPushClientAttrib
    GLbitfield mask = 0;
    std::array<std::uint32_t, kept_words> words;
    std::array<Known, kept_slots> known;
    std::array<bool, kept_items> split;
  };
  std::unique_ptr<Kept> keep(GLbitfield mask) const;
  bool pop_attributes();
  void doubt_current();
  void take_back(const Kept& kept, std::uint32_t groups);

  struct KeptMatrix {
    Matrix matrix;
    Known known;
  };
  std::vector<KeptMatrix>& stack_of(const MatrixPlace& place) {
    return stacks_[place.item == Item::modelview_matrix    ? 0
                   : place.item == Item::projection_matrix ? 1
                                                           : 2 + place.copy];
  }

  std::uint8_t mode_ = 0;
  bool takes_vertices_ = true;
  const Api api_;
  bool is_new_ = true;  // no command was called yet
  bool has_surface_ = false, has_fed_back_ = false, has_bound_framebuffer_ = false;
  std::array<Known, slots> known_;
  alignas(8) std::array<std::uint32_t, words> words_{};
  std::array<bool, items> split_{};  // each copy has its own value; else the first is all of them's
  std::array<std::vector<KeptMatrix>, 10> stacks_;
  std::vector<std::unique_ptr<Kept>> attributes_, client_attributes_;
  // Of the list that is compiled.
  GLuint list_ = 0;
  std::bitset<slots> list_slots_;
  std::vector<GLuint> list_calls_;
  bool list_changes_all_ = false, list_is_unbalanced_ = false, list_begins_ = false;
  const std::shared_ptr<Shared> shared_;
};

}  // namespace blink::gl::state
