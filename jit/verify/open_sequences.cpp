#include "jit/verify/open_sequences.h"

#include <iterator>

#include "gl/generated/enums.h"

namespace blink::jit {
namespace {

using Answer = OpenSequences::Answer;
using Verdict = OpenSequences::Verdict;

constexpr gl::GLenum matrix_modes[] = {gl::GL_MODELVIEW, gl::GL_PROJECTION, gl::GL_TEXTURE};
constexpr std::uint8_t texture_mode = 2;

// Each unit has a stack of texture matrices of its own: what is pushed on one must not be popped
// from another.
constexpr char may_change_unit[] = "may change the texture unit, which has texture matrices pushed";

// Mesa's display lists do not keep within their memory when such follow others.
constexpr char no_such_list[] =
    "primitives with adjacency, and patches, may not be in a display list";

constexpr Answer skip(const char* why) { return {Verdict::skip, why}; }
constexpr Answer refuse(const char* why) { return {Verdict::refuse, why}; }

}  // namespace

Answer OpenSequences::push(std::uint8_t& depth, std::uint8_t max) {
  if (depth >= max) return refuse("pushes deeper than every driver has room for");
  ++depth;
  return {};
}

Answer OpenSequences::pop(std::uint8_t& depth) {
  if (depth == 0) return skip("pops what was never pushed");
  --depth;
  return {};
}

Answer OpenSequences::take(Sequence sequence, const Word* operand) {
  Level& at = level();
  switch (sequence) {
    case Sequence::none: return {};
    case Sequence::begin:
      if (in_list() && *operand >= gl::GL_LINES_ADJACENCY) return skip(no_such_list);
      at.in_begin = true;  // a second one never gets here
      return {};
    case Sequence::end:
      if (!at.in_begin) return skip("ends what was never begun");
      at.in_begin = false;
      return {};
    case Sequence::matrix_mode:
      if (in_list()) return skip("a display list may not change the matrix mode");
      for (std::uint8_t mode = 0; mode < std::size(matrix_modes); ++mode)
        if (*operand == matrix_modes[mode]) at.mode = mode;
      return {};
    case Sequence::push_matrix:
      if (at.mode == texture_mode && at.matrices[texture_mode] == 0) at.outer_attribs = at.attribs;
      return push(at.matrices[at.mode], in_list() ? list_matrices_max : matrices_max[at.mode]);
    case Sequence::pop_matrix: {
      const Answer answer = pop(at.matrices[at.mode]);
      if (!has_texture_matrices()) at.outer_attribs = 0;
      return answer;
    }
    case Sequence::push_attrib: return push(at.attribs, in_list() ? list_attribs_max : attribs_max);
    case Sequence::pop_attrib:
      if (has_texture_matrices() && at.attribs > 0 && at.attribs == at.outer_attribs)
        return refuse(may_change_unit);
      return pop(at.attribs);
    case Sequence::push_client: return push(at.clients, attribs_max);
    case Sequence::pop_client: return pop(at.clients);
    case Sequence::new_list:
      if (in_list()) return refuse("a display list within a display list");
      if (operand == nullptr || *operand == 0)
        return refuse("a display list needs an immediate name that is not 0");
      list_name_ = *operand;
      list_ = {};
      return {};
    case Sequence::end_list:
      if (!in_list()) return skip("ends a display list that was never begun");
      if (list_ != Level{}) return refuse("the display list leaves a sequence open");
      list_name_ = 0;
      return {};
    case Sequence::call_list:
      if (in_list()) return skip("a display list may not call another");
      if (!is_modelview()) return skip("may be called in the modelview mode only");
      if (has_texture_matrices()) return skip(may_change_unit);
      return {};
    case Sequence::texture_unit:
      if (has_texture_matrices()) return skip(may_change_unit);
      return {};
  }
  return {};
}

bool OpenSequences::next_mend(Op& op, Word& operand, bool& has_operand) const {
  const Level& at = level();
  has_operand = false;
  if (at.in_begin) {
    op = Op::gl_End;
  } else if (at.attribs > at.outer_attribs) {
    op = Op::gl_PopAttrib;
  } else if (at.clients > 0) {
    op = Op::gl_PopClientAttrib;
  } else if (at.matrices[at.mode] > 0) {
    op = Op::gl_PopMatrix;
  } else if (has_texture_matrices()) {  // before the attributes that were pushed before them
    op = Op::gl_MatrixMode;
    operand = gl::GL_TEXTURE;
    has_operand = true;
  } else if (in_list()) {
    op = Op::gl_EndList;
  } else {
    for (std::uint8_t mode = 0; mode < std::size(matrix_modes); ++mode)
      if (at.matrices[mode] > 0) {
        op = Op::gl_MatrixMode;
        operand = matrix_modes[mode];
        has_operand = true;
        return true;
      }
    return false;
  }
  return true;
}

}  // namespace blink::jit
