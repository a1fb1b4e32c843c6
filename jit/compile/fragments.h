// Fragments: pieces of machine code, assembled once by AsmJit when the first procedure is compiled.
// Compiling is copying them one after the other and writing one number into most of them: the
// Assembler itself is fifteen times slower than that (docs/decisions/0006).
//
// Conventions of compiled code:
//   rbx  the procedure's words   rbp  gl::Dispatch
//   r13  the RunContext          r14  Helpers
//   The first two are in every command: instructions with them are the shortest.
//   xmm8 to xmm15 hold registers of the procedure between calls; the others are for whatever is at
//   hand. rax, r10 and r11 never hold an argument.

#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "common/status.h"

namespace blink::jit {

struct alignas(32) Fragment {
  static constexpr std::size_t bytes_max = 28;
  std::uint8_t bytes[bytes_max] = {};
  std::uint8_t size = 0;
  std::uint8_t patch = 0;  // where its number of 32 bits is; 0: it has none
};

inline constexpr unsigned xmm_count = 16;
inline constexpr unsigned integer_arguments = 6;
inline constexpr unsigned float_arguments = 8;

struct RunContext;

// What compiled code calls beside GL, and constants that instructions want in memory.
struct Helpers {
  using Unary = float (*)(float);
  using Binary = float (*)(float, float);
  alignas(16) std::uint32_t sign[4];
  alignas(16) std::uint32_t magnitude[4];
  Unary sin, cos, exp2, log2, floor, ceil, round, fract;
  Binary atan2, mod;
  void (*service)(RunContext* context, std::uint32_t opcode);  // arguments: in its scratch
};
extern const Helpers helpers;

struct Fragments {
  using ByXmm = std::array<Fragment, xmm_count>;
  using ByXmm2 = std::array<ByXmm, xmm_count>;  // [destination][source]

  enum Binary : std::uint8_t {
    add,
    sub,
    mul,
    div,
    min,
    max,
    sqrt,
    compare,
    is_less,
    is_equal,
    bit_and,
    bit_and_not,
    bit_or,
    move,
    binary_count,
  };

  Fragment enter, leave;

  // Between memory and xmm registers: of the context, and of the words.
  ByXmm load, store, load_word;
  std::array<ByXmm2, binary_count> binary;
  std::array<ByXmm, binary_count> binary_word;  // with a word as the second operand
  std::array<ByXmm, 3> round;                   // in place: down, up, nearest
  ByXmm magnitude, negate;                      // in place

  // Arguments: the number is where in the words or in the context the value is.
  std::array<Fragment, float_arguments> f32_word, f32_context, f64_word, f64_context;
  std::array<Fragment, float_arguments> f32_at_least, f32_at_most;  // number: bits of a float
  std::array<Fragment, integer_arguments> i32_word;                 // number: the value
  std::array<Fragment, integer_arguments> i32_context;              // rounded
  std::array<Fragment, integer_arguments> i32_from_eax;
  std::array<Fragment, integer_arguments> array_words, array_context;  // addresses
  std::array<Fragment, integer_arguments> name_fixed, name_in_eax;     // out of the table at r11
  Fragment names;                                                      // r11 = the table
  Fragment eax_context;                                                // eax = rounded
  Fragment eax_bits;                                                   // eax = as it is
  Fragment eax_word;                                                   // eax = number
  Fragment eax_at_least, eax_at_most, eax_truth, eax_known_name;
  Fragment store_eax;                              // into the context
  Fragment f64_scratch_word, f64_scratch_context;  // xmm15 = as a double
  Fragment store_f64;                              // xmm15, into the context

  // xmm0 = the number at rbx + 4 * index: out of an array of the context.
  Fragment load_indexed, store_indexed;  // array's offset; index in rax; xmm0

  Fragment call_gl, call_helper;
  Fragment call_service;  // number: the opcode
  // Number: distance to the target, from behind the fragment.
  Fragment jump, jump_above, jump_above_equal, jump_equal, jump_not_equal, jump_unordered;

  bool has_round = false;  // the processor has roundss

  // Null where the processor is none that the compiler knows.
  static const Fragments* get();
};

}  // namespace blink::jit
