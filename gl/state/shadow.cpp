#include "gl/state/shadow.h"

#include <cmath>
#include <type_traits>
#include <utility>

#include "gl/generated/enums.h"

namespace blink::gl::state {
namespace {

constexpr std::array<std::uint16_t, slots> items_of_slots() {
  std::array<std::uint16_t, slots> all{};
  for (std::size_t item = 0; item < items; ++item)
    for (std::size_t copy = 0; copy < infos[item].copies; ++copy)
      all[infos[item].slot + copy] = static_cast<std::uint16_t>(item);
  return all;
}
constexpr auto item_of_slot = items_of_slots();

constexpr double colour_max = 2147483647.0;  // 1 as a number (OpenGL 4.6, equation 2.4)

template <typename T>
T from_number(std::int32_t value) {
  if constexpr (std::is_same_v<T, GLboolean>) return value != 0;
  return static_cast<T>(value);
}

// False: what the driver makes of it is its own business.
template <typename T>
bool from_real(double value, bool is_colour, T* to) {
  if constexpr (std::is_floating_point_v<T>) {
    *to = static_cast<T>(value);
  } else if constexpr (std::is_same_v<T, GLboolean>) {
    *to = value != 0;
  } else if (is_colour) {
    if (!std::is_same_v<T, GLint> || !(value >= -1 && value <= 1)) return false;
    *to = static_cast<T>(value * colour_max);
  } else {
    if (!(value > -1e9 && value < 1e9)) return false;
    *to = static_cast<T>(value + (value < 0 ? -0.5 : 0.5));  // OpenGL 4.6, section 2.2.2
  }
  return true;
}

}  // namespace

const ItemInfo& info_of_slot(std::uint16_t slot) { return infos[item_of_slot[slot]]; }

Shadow::Shadow(Api api, std::shared_ptr<Shared> shared) : api_(api), shared_(std::move(shared)) {
  for (std::size_t slot = 0; slot < slots; ++slot)
    known_[slot] = has_item(infos[item_of_slot[slot]]) ? Known::unknown : Known::absent;
  set_mode(0);
}

// OpenGL ES has no numbers of 64 bits to be asked for.
bool Shadow::has_item(const ItemInfo& its) const {
  const bool is_long = its.type == Type::long_real || its.type == Type::long_colour;
  return is_of(its.apis) && !(is_long && api_ == Api::es);
}

// -------------------------------------------------------------------------------------- answers

bool Shadow::copy_of(const ItemInfo& its, std::size_t* copy) const {
  *copy = its.kind == Kind::unit ? unit() : 0;
  return *copy < its.copies;
}

template <typename T>
bool Shadow::give(const ItemInfo& its, std::size_t copy, T* to) const {
  if (known_[its.slot + copy] != Known::yes) return false;
  if (sizeof(T) == 8 && api_ == Api::es) return false;
  const std::uint32_t* const from = &words_[its.word + copy * its.words];
  const auto real = [&](std::size_t i) {
    GLfloat value;
    std::memcpy(&value, from + i, sizeof value);
    return value;
  };
  const auto long_real = [&](std::size_t i) {
    GLdouble value;
    std::memcpy(&value, from + 2 * i, sizeof value);
    return value;
  };
  switch (its.type) {
    case Type::bits:
      // Drivers clamp what is larger, or they do not.
      if (!std::is_same_v<T, GLint> || *from >= INT32_MAX) return false;
      [[fallthrough]];
    case Type::name:
    case Type::boolean:
    case Type::number:
      for (std::size_t i = 0; i < its.count; ++i)
        to[i] = from_number<T>(static_cast<std::int32_t>(from[i]));
      return true;
    case Type::colour:
      // Beyond that it is clamped, or not (OpenGL 4.6 compatibility profile, section 15.2.3).
      for (std::size_t i = 0; i < its.count; ++i)
        if (!(real(i) >= 0 && real(i) <= 1)) return false;
      [[fallthrough]];
    case Type::normal:
    case Type::real: {
      // Drivers make other numbers of matrices than OpenGL says.
      if (its.count == 16 && std::is_integral_v<T>) return false;
      for (std::size_t i = 0; i < its.count; ++i)
        if (!from_real<T>(real(i), its.type != Type::real, to + i)) return false;
      return true;
    }
    case Type::long_colour:
    case Type::long_real:
      for (std::size_t i = 0; i < its.count; ++i)
        if (!from_real<T>(long_real(i), its.type == Type::long_colour, to + i)) return false;
      return true;
    case Type::long_number: return false;
  }
  return false;
}

template <typename T>
bool Shadow::get(GLenum name, T* to) const {
  const std::uint16_t item = find(name);
  if (item == no_item || !may_ask()) return false;
  std::size_t copy = 0;
  return copy_of(infos[item], &copy) && give(infos[item], copy, to);
}

template <typename T>
bool Shadow::get_indexed(GLenum name, GLuint index, T* to) const {
  const std::uint16_t item = find(name);
  // Not every driver tells capabilities so.
  if (item == no_item || infos[item].is_capability) return false;
  return give_indexed(item, index, to);
}

template <typename T>
bool Shadow::give_indexed(std::uint16_t item, GLuint index, T* to) const {
  if (!may_ask() || infos[item].kind != Kind::index || api_ == Api::es) return false;
  // Drivers do not make numbers of one of several as they do of the first.
  const bool is_real = infos[item].type != Type::number && infos[item].type != Type::boolean;
  if (is_real && std::is_integral_v<T>) return false;
  const bool is_viewport_item = infos[item].copies == 16;
  if (!(is_viewport_item ? is_viewport(index) : is_draw_buffer(index))) return false;
  return give(infos[item], split_[item] ? index : 0, to);
}

template bool Shadow::get(GLenum, GLboolean*) const;
template bool Shadow::get(GLenum, GLint*) const;
template bool Shadow::get(GLenum, GLint64*) const;
template bool Shadow::get(GLenum, GLfloat*) const;
template bool Shadow::get(GLenum, GLdouble*) const;
template bool Shadow::get_indexed(GLenum, GLuint, GLboolean*) const;
template bool Shadow::get_indexed(GLenum, GLuint, GLint*) const;
template bool Shadow::get_indexed(GLenum, GLuint, GLint64*) const;
template bool Shadow::get_indexed(GLenum, GLuint, GLfloat*) const;
template bool Shadow::get_indexed(GLenum, GLuint, GLdouble*) const;

bool Shadow::get_enabled(GLenum name, GLboolean* to) const {
  const std::uint16_t item = find(name);
  return item != no_item && infos[item].is_capability && get(name, to);
}

bool Shadow::get_enabled_indexed(GLenum name, GLuint index, GLboolean* to) const {
  const std::uint16_t item = find(name);
  return item != no_item && infos[item].is_capability && give_indexed(item, index, to);
}

bool Shadow::can_learn(GLenum name) const {
  const std::uint16_t item = find(name);
  // Of a list that is executed at once, Mesa does some of it later.
  if (item == no_item || mode_ != 0) return false;
  std::size_t copy = 0;
  if (!copy_of(infos[item], &copy)) return !is_known(Item::active_texture);
  return known_[infos[item].slot + copy] == Known::unknown;
}

std::vector<std::uint16_t> Shadow::unknown() const {
  std::vector<std::uint16_t> all;
  for (const ItemInfo& its : infos) {
    std::size_t copy = 0;
    if (its.kind == Kind::unit && unit() == no_unit) {
      if (is_new_) all.push_back(its.slot);  // the first unit's
      continue;
    }
    if (!copy_of(its, &copy)) continue;
    const auto slot = static_cast<std::uint16_t>(its.slot + copy);
    if (known_[slot] == Known::unknown) all.push_back(slot);
  }
  return all;
}

std::vector<std::uint16_t> Shadow::known() const {
  std::vector<std::uint16_t> all;
  for (const ItemInfo& its : infos) {
    std::size_t copy = 0;
    if (!copy_of(its, &copy)) continue;
    const auto slot = static_cast<std::uint16_t>(its.slot + copy);
    if (known_[slot] == Known::yes) all.push_back(slot);
  }
  return all;
}

const std::uint32_t* Shadow::value(std::uint16_t slot) const {
  const ItemInfo& its = infos[item_of_slot[slot]];
  return &words_[its.word + static_cast<std::size_t>(slot - its.slot) * its.words];
}

void Shadow::learn(std::uint16_t slot, const void* value) {
  const ItemInfo& its = infos[item_of_slot[slot]];
  if (known_[slot] != Known::unknown) return;
  if (value == nullptr) {
    known_[slot] = Known::absent;
    return;
  }
  const std::size_t copy = slot - its.slot;
  std::memcpy(&words_[its.word + copy * its.words], value, its.words * sizeof(std::uint32_t));
  // Of what the framebuffer has a say in, only a new context's is certain to be the value itself.
  const bool is_as_it_is = its.type != Type::colour && slot != slot_of(Item::stencil_ref) &&
                           slot != slot_of(Item::stencil_back_ref);
  known_[slot] = is_new_ || is_as_it_is ? Known::yes : Known::asked;
}

void Shadow::spread_all() {
  is_new_ = false;
  for (const ItemInfo& its : infos) {
    for (std::size_t copy = 1; copy < its.copies; ++copy) {
      known_[its.slot + copy] = known_[its.slot];
      std::memcpy(&words_[its.word + copy * its.words], &words_[its.word],
                  its.words * sizeof(std::uint32_t));
    }
  }
}

// -------------------------------------------------------------------------------------- changes

void Shadow::split(Item item) {
  bool& is_split = split_[static_cast<std::size_t>(item)];
  if (is_split) return;
  is_split = true;
  const ItemInfo& its = info(item);
  for (std::size_t copy = 1; copy < its.copies; ++copy) {
    known_[its.slot + copy] = known_[its.slot];
    std::memcpy(&words_[its.word + copy * its.words], &words_[its.word],
                its.words * sizeof(std::uint32_t));
  }
}

void Shadow::set_named(GLenum name, double value) {
  const std::uint16_t item = find(name);
  if (item == no_item) return;
  const ItemInfo& its = infos[item];
  std::size_t copy = 0;
  if (its.count != 1 || !has(static_cast<Item>(item)) || !copy_of(its, &copy)) return;
  std::uint32_t* const to = &words_[its.word + copy * its.words];
  switch (its.type) {
    case Type::boolean: *to = value != 0; break;
    case Type::number:
    case Type::name:
    case Type::bits: *to = static_cast<std::uint32_t>(static_cast<std::int64_t>(value)); break;
    case Type::real:
    case Type::colour:
    case Type::normal: {
      const auto real = static_cast<GLfloat>(value);
      std::memcpy(to, &real, sizeof real);
      break;
    }
    default: return;
  }
  known_[its.slot + copy] = Known::yes;
}

void Shadow::set_reals(Item item, const GLfloat* values) {
  const ItemInfo& its = info(item);
  if (!has(item)) return;
  std::memcpy(&words_[its.word], values, its.count * sizeof(GLfloat));
  known_[its.slot] = Known::yes;
}

bool Shadow::set_enabled(GLenum name, bool is_enabled) {
  const std::uint16_t item = find(name);
  if (item == no_item) return false;
  const ItemInfo& its = infos[item];
  std::size_t copy = 0;
  if (!takes_commands() || !its.is_capability || !copy_of(its, &copy) ||
      known_[its.slot + copy] == Known::absent) {
    doubt(static_cast<Item>(item));
    return false;
  }
  split_[item] = false;
  set_slot(its.slot + copy, its.word + copy, is_enabled);
  return true;
}

bool Shadow::set_enabled_indexed(GLenum name, GLuint index, bool is_enabled) {
  const std::uint16_t number = find(name);
  if (number == no_item) return false;
  const ItemInfo& its = infos[number];
  const Item item = static_cast<Item>(number);
  if (!takes_commands() || !its.is_capability || its.kind != Kind::index || !has(item) ||
      !(its.copies == 16 ? is_viewport(index) : is_draw_buffer(index))) {
    doubt(item);
    return false;
  }
  split(item);
  set_slot(its.slot + index, its.word + index, is_enabled);
  return true;
}

void Shadow::forget(Item item) {
  const ItemInfo& its = info(item);
  for (std::size_t copy = 0; copy < its.copies; ++copy)
    forget_slot(its.slot + copy);
}

void Shadow::forget_all() {
  for (std::size_t slot = 0; slot < slots; ++slot)
    if (!infos[item_of_slot[slot]].is_limit) forget_slot(slot);
}

void Shadow::doubt(Item item) {
  const ItemInfo& its = info(item);
  for (std::size_t copy = 0; copy < its.copies; ++copy) {
    forget_slot(its.slot + copy);
    note_effect(its.slot + copy);
  }
}

void Shadow::doubt_named(GLenum name) {
  if (const std::uint16_t item = find(name); item != no_item) doubt(static_cast<Item>(item));
}

void Shadow::doubt_all() {
  if ((mode_ & compiling) != 0) list_changes_all_ = true;
  forget_all();
}

// ----------------------------------------------------------------------------------- conditions

bool Shadow::fits_viewport(double x, double y, double width, double height) const {
  constexpr double far = 16384;  // drivers clamp what is beyond (OpenGL 4.6, section 13.6.1)
  if (!is_known(Item::max_viewport_dims)) return false;
  const std::uint32_t* const most = &words_[info(Item::max_viewport_dims).word];
  return x >= -far && y >= -far && x <= far && y <= far && width <= most[0] && height <= most[1];
}

bool Shadow::takes_texture_parameter(GLenum name, GLenum value) const {
  if (api_ == Api::es) return false;
  switch (name) {
    case GL_TEXTURE_MIN_FILTER:
      return value == GL_NEAREST || value == GL_LINEAR ||
             (value >= GL_NEAREST_MIPMAP_NEAREST && value <= GL_LINEAR_MIPMAP_LINEAR);
    case GL_TEXTURE_MAG_FILTER: return value == GL_NEAREST || value == GL_LINEAR;
    case GL_TEXTURE_WRAP_S:
    case GL_TEXTURE_WRAP_T:
    case GL_TEXTURE_WRAP_R:
      return value == GL_REPEAT || value == GL_CLAMP_TO_EDGE || value == GL_MIRRORED_REPEAT;
    default: return false;
  }
}

bool Shadow::clears(GLbitfield mask) const {
  constexpr GLbitfield all = GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT | GL_STENCIL_BUFFER_BIT;
  return (mask & ~all) == 0 && has_surface_ && is_zero<Item::draw_framebuffer_binding>();
}

bool Shadow::may_draw() const {
  const auto is_off = [&](Item item) {
    return !has(item) || (is_known(item) && words_[info(item).word] == 0);
  };
  const auto equation = static_cast<GLuint>(number<Item::blend_equation_rgb>());
  return mode_ == 0 && is_compatibility() && has_surface_ && !has_fed_back_ &&
         is_zero<Item::draw_framebuffer_binding>() && is_zero<Item::current_program>() &&
         is_off(Item::program_pipeline_binding) && is_off(Item::vertex_program_arb) &&
         is_off(Item::fragment_program_arb) && equation - GL_FUNC_ADD < 6 &&
         is_known(Item::polygon_mode) &&
         shared_->mapped_buffers.load(std::memory_order_relaxed) == 0;
}

// ----------------------------------------------------------------------------- begin and lists

bool Shadow::begin(GLenum mode) {
  if (!is_compatibility()) return false;
  if ((mode_ & compiling) != 0) {
    list_is_unbalanced_ |= list_begins_;
    list_begins_ = true;
    set_mode(mode_ | perhaps_begun);
    return false;
  }
  if (mode_ != 0) return false;         // within another: an error, and nothing begins
  if (mode > GL_PATCHES) return false;  // likewise
  const bool is_certain = mode <= GL_POLYGON && may_draw();
  set_mode(is_certain ? begun : perhaps_begun);
  return is_certain;
}

bool Shadow::end() {
  if ((mode_ & compiling) != 0) {
    list_is_unbalanced_ |= !list_begins_;
    list_begins_ = false;
  }
  const bool is_certain = mode_ == begun;
  set_mode(mode_ & ~(begun | perhaps_begun));
  return is_certain;
}

bool Shadow::new_list(GLuint list, GLenum mode) {
  const bool is_mode = mode == GL_COMPILE || mode == GL_COMPILE_AND_EXECUTE;
  if ((mode_ & perhaps_begun) != 0) lose_track();
  if (mode_ != 0 || !is_compatibility() || list == 0 || !is_mode) return false;
  set_mode(compiling);
  list_ = list;
  list_slots_.reset();
  list_calls_.clear();
  list_changes_all_ = list_is_unbalanced_ = list_begins_ = false;
  return true;
}

bool Shadow::end_list() {
  if ((mode_ & compiling) == 0) return false;
  auto made = std::make_shared<ListEffects>();
  for (std::size_t slot = 0; slot < slots; ++slot)
    if (list_slots_[slot]) made->slots.push_back(static_cast<std::uint16_t>(slot));
  made->calls = std::move(list_calls_);
  made->changes_all = list_changes_all_;
  made->is_unbalanced = list_is_unbalanced_ || list_begins_;
  const bool ends_within = list_begins_;
  {
    const std::lock_guard lock(shared_->lists_mutex);
    shared_->lists[list_] = std::move(made);
  }
  set_mode(mode_ & lost);
  // Of a list that is executed at once, Begin has begun, and this was an error.
  if (ends_within) lose_track();
  return true;
}

void Shadow::call_list(GLuint list) {
  if ((mode_ & compiling) != 0) list_calls_.push_back(list);
  std::shared_ptr<const ListEffects> effects;
  {
    const std::lock_guard lock(shared_->lists_mutex);
    const auto found = shared_->lists.find(list);
    if (found == shared_->lists.end()) return;
    effects = found->second;
  }
  apply(*effects, 0);
}

void Shadow::apply(const ListEffects& effects, int depth) {
  constexpr int depth_max = 64;  // OpenGL 4.6, table 23.53: no driver's is larger
  if (effects.is_unbalanced) lose_track();
  if (effects.changes_all) return forget_all();
  for (const std::uint16_t slot : effects.slots) {
    forget_slot(slot);
    if (slot == slot_of(Item::attrib_stack_depth)) forget_kept();
    if (slot == slot_of(Item::modelview_stack_depth)) forget_stacks();
  }
  if (depth == depth_max) return;
  for (const GLuint list : effects.calls) {
    std::shared_ptr<const ListEffects> others;
    {
      const std::lock_guard lock(shared_->lists_mutex);
      const auto found = shared_->lists.find(list);
      if (found != shared_->lists.end()) others = found->second;
    }
    if (others) apply(*others, depth + 1);
  }
}

void Shadow::lose_track() {
  set_mode(mode_ | lost);
  forget_all();
}

}  // namespace blink::gl::state
