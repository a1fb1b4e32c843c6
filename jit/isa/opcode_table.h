// The opcode table: what every tool of BlinkGL knows of an opcode. The data is jit/isa/opcodes.txt
// with Khronos' registry behind it; docs/formats/blinkgl.md says what it means.

#pragma once

#include <bitset>
#include <cstdint>
#include <span>
#include <string_view>

#include "jit/generated/opcodes.h"

namespace blink::jit {

// An instruction is a head of two words and one word for each operand:
//   opcode (16 bits), operand count (8), zero (8);  a bit for each operand that is a register
using Word = std::uint32_t;
inline constexpr std::uint32_t head_words = 2;
inline constexpr std::uint32_t operands_max = 32;
inline constexpr std::uint32_t register_count = 32;

enum class OperandKind : std::uint8_t {
  destination,  // a register that is written
  number,       // a float
  integer,      // 32 bits; from a register: rounded, see docs
  boolean,      // zero or one; from a register: whether it is not zero
  enumerant,    // of a set; never a register
  bits,         // some of `allowed`; never a register
  name,         // of the session's objects of a kind; 0 is none: the driver's name is used
  slot,         // likewise, for a service: the number itself is used
  target,       // of a jump: words forward from the jump's own first; never a register
  selector,     // an input, below `high`; never a register
};

enum class NameKind : std::uint8_t {
  texture,
  buffer,
  program,
  shader,
  framebuffer,
  renderbuffer,
  vertex_array,
  sampler,
  list,
  uniform,  // where it is in its program
  block,    // of uniforms, likewise
};
inline constexpr std::size_t name_kinds = 11;
inline constexpr std::uint32_t names_max = 1024;  // of each kind: 1 to 1023, 0 is none

struct OperandRule {
  OperandKind kind = OperandKind::number;
  bool is_ranged = false;                 // beyond [low, high]: brought within
  std::uint16_t set = 0;                  // enumerant: of enum_set(); name: NameKind
  std::int32_t low = 0, high = 0;         // integer, name, selector
  float low_number = 0, high_number = 0;  // number
  std::uint32_t allowed = ~0u;            // bits
};

// How one argument of a GL command is made from operands. A service has none: its operands are its
// arguments, numbers as floats and all others as integers.
struct Argument {
  enum class Type : std::uint8_t { i32, f32, f64, array_i32, array_f32, array_f64 };
  Type type = Type::i32;
  bool is_constant = false;
  std::uint8_t operand = 0;  // the (first) one
  std::uint8_t count = 1;    // of operands in an array
  std::int32_t constant = 0;
};
inline constexpr std::size_t arguments_max = 16;

enum class Callback : std::uint8_t { init, update, reshape, redraw, input, show, hide, frame };
inline constexpr std::size_t callback_count = 8;
std::string_view callback_name(Callback callback);

enum class Sequence : std::uint8_t {
  none,
  begin,
  end,
  push_matrix,
  pop_matrix,
  matrix_mode,
  push_attrib,
  pop_attrib,
  push_client,
  pop_client,
  new_list,
  end_list,
  call_list,
  texture_unit,
};

// Groups of GL state.
enum class State : std::uint8_t {
  current,
  matrix,
  light,
  texture,
  raster,
  blend,
  depth,
  stencil,
  fog,
  enable,
  arrays,
  buffer,
  program,
  framebuffer,
  window,
  clear,
  attribs,
  lists,
  units,  // more than the first texture unit
  texenv,
  texgen,
};
inline constexpr std::uint32_t all_state = (1u << 21) - 1;

struct OpcodeInfo {
  std::string_view name;            // empty: no such opcode
  std::uint16_t first_operand = 0;  // of all_operand_rules
  std::uint8_t operand_count = 0;
  std::uint8_t argument_count = 0;
  std::uint16_t first_argument = 0;  // of all_arguments
  std::uint8_t callbacks = 0;        // a bit for each Callback
  Sequence sequence = Sequence::none;
  bool is_gl = false;
  bool is_service = false;  // done by the session, not called: jit/run/services.h
  bool inside = false;      // may stand between Begin and End
  bool draws = false;
  bool in_lists = false;       // and wherever a display list is compiled
  bool no_lists = false;       // but not where a display list is compiled
  bool is_plain = false;       // any word will do for any operand that is no register
  std::uint16_t vertices = 0;  // constant part; with operands below: times their product
  std::int8_t vertices_operands[3] = {-1, -1, -1};
  std::uint32_t touches = 0;  // a bit for each State
  std::uint16_t command = 0;  // GL: index in gl::Dispatch and gl::command_names
};

// For any 16 bits; null where there is no such opcode.
const OpcodeInfo* find_opcode(std::uint32_t opcode);
inline const OpcodeInfo& info_of(Op op) { return *find_opcode(static_cast<std::uint32_t>(op)); }
const OpcodeInfo* find_opcode(std::string_view name, Op& op);
std::span<const OperandRule> operands_of(const OpcodeInfo& info);
std::span<const Argument> arguments_of(const OpcodeInfo& info);

struct NamedValue {
  std::string_view name;  // without GL_
  std::uint32_t value;
};
// Sorted by value, each value once.
std::span<const NamedValue> enum_set(std::uint16_t set);
bool is_in_set(std::uint16_t set, std::uint32_t value);
// What Enable and Disable may switch, by its place in the set of their operand.
using Capabilities = std::bitset<128>;
std::span<const NamedValue> capabilities();
std::size_t capability_index(std::uint32_t capability);
// Of all enumerants of the registry.
const std::uint32_t* find_enumerant(std::string_view name);

// Outside state that procedures read: `input d NAME`.
struct InputName {
  std::string_view name;
  std::string_view meaning;
};
std::span<const InputName> input_names();

}  // namespace blink::jit
