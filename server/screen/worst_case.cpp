#include "server/screen/worst_case.h"

#include <span>

#include "gl/generated/enums.h"
#include "jit/isa/opcode_table.h"

namespace blink::server {
namespace {

using jit::Op;
using jit::State;

constexpr std::uint32_t bit(State group) { return 1u << static_cast<unsigned>(group); }

// Of these a software driver's machine code for vertices and pixels depends on.
constexpr std::uint32_t compiled_state =
    bit(State::light) | bit(State::texture) | bit(State::raster) | bit(State::blend) |
    bit(State::depth) | bit(State::stencil) | bit(State::fog) | bit(State::enable) |
    bit(State::arrays) | bit(State::program) | bit(State::framebuffer) | bit(State::attribs) |
    bit(State::units) | bit(State::texenv) | bit(State::texgen);

// Each covers all that there is.
bool clears(Op op) {
  switch (op) {
    case Op::gl_Clear:
    case Op::gl_ClearBufferfv:
    case Op::gl_ClearBufferiv:
    case Op::gl_ClearBufferuiv:
    case Op::gl_ClearBufferfi: return true;
    default: return false;
  }
}

double primitives_of(double vertices, gl::GLenum mode) {
  switch (mode) {
    case gl::GL_LINES:
    case gl::GL_QUAD_STRIP: return vertices / 2;
    case gl::GL_TRIANGLES: return vertices / 3;
    case gl::GL_QUADS: return vertices / 4;
    default: return vertices;
  }
}

// One instruction of a checked program.
class Instruction {
 public:
  Instruction(std::span<const jit::Word> code, std::size_t at)
      : words_(code.subspan(at)), info_(*jit::find_opcode(jit::opcode_of(code[at]))) {}

  std::size_t size() const { return jit::head_words + jit::operands_in(words_[0]); }
  const jit::OpcodeInfo& info() const { return info_; }
  Op op() const { return static_cast<Op>(jit::opcode_of(words_[0])); }
  bool is(Op its) const { return op() == its; }
  bool jumps() const { return op() >= Op::jump && op() <= Op::jump_not_equal; }
  bool is_register(std::size_t operand) const { return words_[1] >> operand & 1; }
  jit::Word operand(std::size_t which) const { return words_[jit::head_words + which]; }
  double vertices() const {
    double many = info_.vertices;
    for (const std::int8_t which : info_.vertices_operands)
      if (which >= 0) many *= most(static_cast<std::size_t>(which));
    return many;
  }

 private:
  double most(std::size_t which) const {
    if (is_register(which)) return jit::operands_of(info_)[which].high;
    return static_cast<std::int32_t>(operand(which));
  }

  std::span<const jit::Word> words_;
  const jit::OpcodeInfo& info_;
};

}  // namespace

WorstCase& WorstCase::operator+=(const WorstCase& more) {
  primitives += more.primitives;
  changes += more.changes;
  return *this;
}

WorstCase ProcedureWorstCase::of_list(std::uint32_t name) const {
  const auto found = lists.find(name);
  return found != lists.end() ? found->second : WorstCase();
}

// Jumps go forward, so each instruction runs once at most: all of them are more than any path.
ProcedureWorstCase worst_case_of(const jit::VerifiedProgram& program) {
  ProcedureWorstCase all;
  WorstCase* here = &all.run;
  bool is_between = false;  // Begin and End
  // By a jump from there a vertex may come to be between others.
  bool has_one_mode = true;
  gl::GLenum mode = gl::GL_POINTS;
  const auto code = program.code();
  for (std::size_t at = 0; at < code.size();) {
    const Instruction instruction(code, at);
    at += instruction.size();
    if (instruction.is(Op::gl_NewList))
      here = &all.lists[instruction.operand(0)];  // never a register
    else if (instruction.is(Op::gl_EndList))
      here = &all.run;
    if (instruction.is(Op::gl_Begin)) mode = instruction.operand(0);
    if (instruction.is(Op::gl_Begin) || instruction.is(Op::gl_End))
      is_between = instruction.is(Op::gl_Begin);
    const bool is_of_sampler = instruction.is(Op::gl_SamplerParameteri) ||
                               instruction.is(Op::gl_SamplerParameterf) ||
                               instruction.is(Op::gl_SamplerParameterfv);
    if (is_of_sampler && instruction.operand(1) == gl::GL_TEXTURE_MAX_ANISOTROPY)
      all.has_anisotropy = true;
    has_one_mode &= !(is_between && instruction.jumps());
    const jit::OpcodeInfo& info = instruction.info();
    if (info.touches & compiled_state) ++here->changes;
    const bool has_mode = is_between || info.vertices_operands[0] >= 0;
    const gl::GLenum its_mode = is_between ? (has_one_mode ? mode : gl::GL_POINTS)
                                : has_mode ? instruction.operand(0)
                                           : gl::GL_QUADS;
    here->primitives +=
        clears(instruction.op()) ? 1 : primitives_of(instruction.vertices(), its_mode);
  }
  return all;
}

}  // namespace blink::server
