// The assembler: a procedure from text to words. docs/formats/blinkgl.md describes the text form.
//
// It says all that is wrong, up to a limit, and takes whatever can be encoded: whether a procedure
// may run is the verifier's affair. Time and memory are linear in the length of the text.

#pragma once

#include <string_view>
#include <vector>

#include "jit/isa/procedure.h"
#include "jit/text/diagnostic.h"

namespace blink::jit {

inline constexpr std::size_t assembler_errors_max = 20;

// Where an instruction was written. `word` counts from the beginning of the code.
struct InstructionPlace {
  std::uint32_t word = 0;
  Place at;
};

struct Assembly {
  std::vector<Word> words;  // header and code; empty when there are errors
  std::vector<InstructionPlace> places;
  std::vector<Diagnostic> errors;  // by line
  bool has_more_errors = false;    // than the limit

  bool is_good() const { return errors.empty(); }
  // Of the instruction that this word is part of; nowhere when there is none.
  Place place_of(std::uint32_t word) const;
};

Assembly assemble(std::string_view source);

// The part of a line that is operand number `index`, from 0, of the instruction at this place; the
// place itself when there is no such operand.
Place operand_place(std::string_view line, const Place& instruction, std::uint32_t index);

}  // namespace blink::jit
