// The stacks of matrices (OpenGL 4.6 compatibility profile, section 12.1.1).

#include "gl/generated/enums.h"
#include "gl/state/shadow.h"

namespace blink::gl::state {

bool Shadow::find_matrix(MatrixPlace* place) const {
  if (!takes_commands() || !is_compatibility()) return false;
  switch (number<Item::matrix_mode>()) {
    case GL_MODELVIEW: *place = {}; return true;
    case GL_PROJECTION:
      *place = {Item::projection_matrix, Item::projection_stack_depth,
                Item::max_projection_stack_depth, 0};
      return true;
    case GL_TEXTURE:
      *place = {Item::texture_matrix, Item::texture_stack_depth, Item::max_texture_stack_depth,
                unit()};
      return place->copy < info(Item::texture_matrix).copies;
    default: return false;
  }
}

Shadow::Matrix Shadow::matrix(const MatrixPlace& place) const {
  Matrix matrix;
  std::memcpy(matrix.data(), &words_[info(place.item).word + place.copy * 16], sizeof matrix);
  return matrix;
}

void Shadow::set_matrix(const MatrixPlace& place, const Matrix& matrix, bool is_certain) {
  std::memcpy(&words_[info(place.item).word + place.copy * 16], matrix.data(), sizeof matrix);
  known_[slot_of(place.item, place.copy)] = is_certain ? Known::yes : Known::unknown;
}

void Shadow::doubt_matrices() {
  for (const Item item : {Item::modelview_matrix, Item::projection_matrix, Item::texture_matrix})
    doubt(item);
}

void Shadow::forget_stacks() {
  for (auto& stack : stacks_)
    for (KeptMatrix& kept : stack)
      kept.known = Known::unknown;
}

bool Shadow::push_matrix() {
  MatrixPlace place;
  if (find_matrix(&place) && is_known(place.depth, place.copy)) {
    auto& stack = stack_of(place);
    const std::size_t word = info(place.depth).word + place.copy;
    const std::uint32_t depth = words_[word];
    const std::uint32_t most = words_[info(place.depth_max).word];
    if (depth == stack.size() + 1 && is_known(place.depth_max) && depth < most) {
      stack.push_back({matrix(place), known_[slot_of(place.item, place.copy)]});
      words_[word] = depth + 1;
      return true;
    }
  }
  return doubt_stacks();
}

bool Shadow::pop_matrix() {
  MatrixPlace place;
  if (find_matrix(&place) && is_known(place.depth, place.copy)) {
    auto& stack = stack_of(place);
    const std::size_t word = info(place.depth).word + place.copy;
    if (words_[word] == stack.size() + 1) {
      if (stack.empty()) return false;  // an error, and no more
      set_matrix(place, stack.back().matrix, stack.back().known == Known::yes);
      stack.pop_back();
      --words_[word];
      return true;
    }
  }
  doubt_matrices();
  return doubt_stacks();
}

// Wherever they are now. Their stacks are kept anew from what the driver says.
bool Shadow::doubt_stacks() {
  for (const Item item :
       {Item::modelview_stack_depth, Item::projection_stack_depth, Item::texture_stack_depth})
    doubt(item);
  forget_stacks();
  return false;
}

}  // namespace blink::gl::state
