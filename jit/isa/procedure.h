// A procedure as it is written into an object: a header of four words, then code.
// docs/formats/blinkgl.md.

#pragma once

#include <cstdint>

#include "jit/isa/opcode_table.h"

namespace blink::jit {

inline constexpr Word procedure_magic = 0x4C474C42;  // "BLGL"
// Goes up when a reader of the version before would misunderstand; new opcodes alone do not count.
inline constexpr Word procedure_version = 1;
inline constexpr std::uint32_t header_words = 4;

inline constexpr std::uint32_t params_max = 256;  // numbers that the client may change
inline constexpr std::uint32_t cells_max = 64;    // numbers that its procedures keep

// The code of the Status with which a procedure is refused: BLINK_END_CONTENT of vso/blink_vso.h.
inline constexpr std::uint32_t procedure_refused = 20;

struct ProcedureHeader {
  Word magic = procedure_magic;
  Word version = procedure_version;
  Word callback = 0;    // of Callback
  Word code_words = 0;  // that follow
};
static_assert(sizeof(ProcedureHeader) == header_words * sizeof(Word));

// Below are the opcodes of the core language.
inline constexpr Word first_gl_opcode = 0x100;

constexpr Word make_head(Op op, std::uint32_t operands) {
  return static_cast<Word>(op) | operands << 16;
}
constexpr std::uint32_t opcode_of(Word head) { return head & 0xFFFF; }
constexpr std::uint32_t operands_in(Word head) { return head >> 16 & 0xFF; }

}  // namespace blink::jit
