// What glPushAttrib and glPushClientAttrib keep.

#include <cstring>

#include "gl/generated/enums.h"
#include "gl/state/shadow.h"

namespace blink::gl::state {

std::unique_ptr<Shadow::Kept> Shadow::keep(GLbitfield mask) const {
  auto kept = std::make_unique_for_overwrite<Kept>();
  kept->mask = mask;
  std::copy_n(words_.begin(), kept_words, kept->words.begin());
  std::copy_n(known_.begin(), kept_slots, kept->known.begin());
  std::copy_n(split_.begin(), kept_items, kept->split.begin());
  return kept;
}

// What is as it was stays known. What was changed in between has its old value, by OpenGL's rules;
// drivers do not always think so (docs/HACKING.md), so they are asked.
void Shadow::take_back(const Kept& kept, std::uint32_t groups) {
  for (std::size_t item = 0; item < items; ++item) {
    const ItemInfo& its = infos[item];
    if ((its.groups & groups) == 0) continue;
    if (item >= kept_items) {
      forget(static_cast<Item>(item));
      continue;
    }
    const bool was_split = kept.split[item];
    const bool is_all_same =
        was_split == split_[item] &&
        std::memcmp(&kept.known[its.slot], &known_[its.slot], its.copies) == 0 &&
        std::memcmp(&kept.words[its.word], &words_[its.word],
                    its.copies * its.words * sizeof(std::uint32_t)) == 0;
    if (is_all_same) continue;
    for (std::size_t copy = 0; copy < its.copies; ++copy) {
      const std::size_t slot = its.slot + copy, word = its.word + copy * its.words;
      const bool is_same =
          was_split == split_[item] && known_[slot] == kept.known[slot] &&
          std::equal(&kept.words[word], &kept.words[word] + its.words, &words_[word]);
      if (is_same) continue;
      std::copy_n(&kept.words[word], its.words, &words_[word]);
      forget_slot(slot);
    }
    split_[item] = was_split;
  }
}

void Shadow::forget_kept() {
  for (const auto& kept : attributes_) {
    kept->mask = ~GLbitfield{0};
    for (Known& known : kept->known)
      if (known != Known::absent) known = Known::unknown;
  }
}

bool Shadow::push(GLbitfield mask) {
  const auto depth = static_cast<std::size_t>(number<Item::attrib_stack_depth>());
  const bool is_known_depth =
      is_known(Item::attrib_stack_depth) && depth == attributes_.size() &&
      depth < static_cast<std::size_t>(number<Item::max_attrib_stack_depth>());
  if (!takes_commands() || !is_compatibility() || !is_known_depth) {
    doubt(Item::attrib_stack_depth);
    forget_kept();
    return false;
  }
  attributes_.push_back(keep(mask));
  set<Item::attrib_stack_depth>(true, depth + 1);
  return true;
}

// Mesa forgets at a pop that it has current values to take from the vertices, and takes them later.
void Shadow::doubt_current() {
  for (const Item item : {Item::current_color, Item::current_secondary_color, Item::current_index,
                          Item::current_normal, Item::current_texture_coords,
                          Item::current_fog_coord, Item::edge_flag})
    for (std::size_t copy = 0; copy < info(item).copies; ++copy)
      if (Known& known = known_[slot_of(item, copy)]; known != Known::absent) known = Known::asked;
}

bool Shadow::pop() {
  const bool is_sure = pop_attributes();
  doubt_current();
  return is_sure;
}

bool Shadow::pop_attributes() {
  const auto depth = static_cast<std::size_t>(number<Item::attrib_stack_depth>());
  if (takes_commands() && is_compatibility() && is_known(Item::attrib_stack_depth) &&
      depth == attributes_.size()) {
    if (depth == 0) return false;  // an error, and no more
    const std::unique_ptr<Kept> kept = std::move(attributes_.back());
    attributes_.pop_back();
    const GLint mode = number<Item::matrix_mode>();
    take_back(*kept, kept->mask);
    // Mesa may go on with another unit's matrix, until it is told the mode again.
    constexpr std::size_t word = info(Item::matrix_mode).word;
    if (mode == 0 || mode == GL_TEXTURE || words_[word] == GL_TEXTURE)
      known_[slot_of(Item::matrix_mode)] = Known::asked;
    set<Item::attrib_stack_depth>(true, depth - 1);
    // Buffers to draw to are those of the framebuffer that is bound now.
    constexpr GLbitfield of_framebuffer = GL_COLOR_BUFFER_BIT | GL_PIXEL_MODE_BIT;
    return (kept->mask & of_framebuffer) == 0 || !has_bound_framebuffer_;
  }
  if (!is_compatibility()) return false;
  for (std::size_t item = 0; item < items; ++item)
    if (infos[item].groups != 0) doubt(static_cast<Item>(item));
  doubt(Item::attrib_stack_depth);
  forget_kept();
  if (!attributes_.empty() && !takes_commands()) return false;
  attributes_.clear();
  return false;
}

bool Shadow::push_client(GLbitfield mask) {
  const auto depth = static_cast<std::size_t>(number<Item::client_attrib_stack_depth>());
  if (!takes_at_once() || !is_compatibility() || !is_known(Item::client_attrib_stack_depth) ||
      depth != client_attributes_.size() ||
      depth >= static_cast<std::size_t>(number<Item::max_client_attrib_stack_depth>())) {
    forget(Item::client_attrib_stack_depth);
    return false;
  }
  client_attributes_.push_back(keep(mask));
  set<Item::client_attrib_stack_depth>(true, depth + 1);
  return true;
}

bool Shadow::pop_client() {
  const auto depth = static_cast<std::size_t>(number<Item::client_attrib_stack_depth>());
  GLbitfield mask = ~GLbitfield{0};
  const bool is_known_depth = takes_at_once() && is_compatibility() &&
                              is_known(Item::client_attrib_stack_depth) &&
                              depth == client_attributes_.size();
  if (is_known_depth && depth == 0) return false;
  if (is_known_depth) {
    mask = client_attributes_.back()->mask;
    if ((mask & GL_CLIENT_PIXEL_STORE_BIT) != 0)
      take_back(*client_attributes_.back(), pixel_store_group);
    client_attributes_.pop_back();
    set<Item::client_attrib_stack_depth>(true, depth - 1);
  } else {
    forget(Item::client_attrib_stack_depth);
    client_attributes_.clear();
    for (std::size_t item = 0; item < items; ++item)
      if ((infos[item].groups & pixel_store_group) != 0) forget(static_cast<Item>(item));
  }
  if ((mask & GL_CLIENT_PIXEL_STORE_BIT) != 0) {
    forget(Item::pixel_pack_buffer_binding);
    forget(Item::pixel_unpack_buffer_binding);
  }
  if ((mask & GL_CLIENT_VERTEX_ARRAY_BIT) != 0) {
    forget_arrays();
    for (const Item item :
         {Item::array_buffer_binding, Item::vertex_array_binding, Item::client_active_texture,
          Item::primitive_restart, Item::primitive_restart_index})
      forget(item);
  }
  return is_known_depth;
}

void Shadow::forget_arrays() {
  for (std::size_t item = 0; item < items; ++item)
    if ((infos[item].groups & vertex_array_group) != 0) forget(static_cast<Item>(item));
  forget(Item::element_array_buffer_binding);
}

}  // namespace blink::gl::state
