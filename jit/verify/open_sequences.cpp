#include "jit/verify/open_sequences.h"

#include <iterator>

#include "gl/generated/enums.h"

namespace blink::jit {
namespace {

using Answer = OpenSequences::Answer;
using Verdict = OpenSequences::Verdict;

constexpr gl::GLenum matrix_modes[] = {gl::GL_MODELVIEW, gl::GL_PROJECTION, gl::GL_TEXTURE};

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
    case Sequence::begin: at.in_begin = true; return {};  // a second one never gets here
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
      return push(at.matrices[at.mode], in_list() ? list_matrices_max : matrices_max[at.mode]);
    case Sequence::pop_matrix: return pop(at.matrices[at.mode]);
    case Sequence::push_attrib: return push(at.attribs, in_list() ? list_attribs_max : attribs_max);
    case Sequence::pop_attrib: return pop(at.attribs);
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
  }
  return {};
}

bool OpenSequences::next_mend(Op& op, Word& operand, bool& has_operand) const {
  const Level& at = level();
  has_operand = false;
  if (at.in_begin) {
    op = Op::gl_End;
  } else if (at.attribs > 0) {
    op = Op::gl_PopAttrib;
  } else if (at.clients > 0) {
    op = Op::gl_PopClientAttrib;
  } else if (at.matrices[at.mode] > 0) {
    op = Op::gl_PopMatrix;
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
