// VerifiedProgram: a procedure that was checked. Only verify() makes one, and only a
// VerifiedProgram is interpreted or compiled: to have one is the proof.
//
// Invariants, on which interpreter and compiler rely without looking again:
// - the code is this object's own copy; every head is of a known opcode with its number of operands
// - register operands name registers below 32, and stand only where the table allows one
// - an immediate is within its operand's rule; jumps go forward, to the first word of an
// instruction
//   or to the end of the code
// - whatever path is taken, sequences of GL are whole at the end: Begin and End, matrices,
//   attributes, display lists

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/status.h"
#include "jit/isa/procedure.h"

namespace blink::jit {

// The worst case over all paths, each part by itself.
struct Cost {
  std::uint64_t instructions = 0;
  std::uint64_t commands = 0;  // of GL
  std::uint64_t vertices = 0;

  bool operator==(const Cost&) const = default;
};

// Of a display list that a procedure compiles: what each call of it costs.
struct ListCost {
  std::uint32_t name = 0;
  Cost cost;

  bool operator==(const ListCost&) const = default;
};

struct Effects {
  std::uint32_t touches = 0;     // a bit for each State; what lists touch, their compiling tells
  Capabilities switches;         // that it may enable or disable
  std::uint32_t depends_on = 0;  // a bit for each Dependence: when it must run again
  bool draws = false;            // may change pixels
  bool uses_depth = false;       // may test or write depth
  bool clears_depth = false;     // all of it, on every path, before anything is drawn
  bool covers_window = false;    // every pixel of the window is drawn anew, on every path
  bool reads_params = false;
  bool reads_cells = false;
  bool writes_cells = false;

  bool operator==(const Effects&) const = default;
};

// How the verifier came to a place of the code.
struct Way {
  static constexpr std::uint32_t from_above = ~0u;

  std::uint32_t from = from_above;   // word of the jump
  std::vector<std::uint32_t> opens;  // words of the instructions that opened what is open
  std::uint8_t matrix_mode = 0;      // 0 modelview, 1 projection, 2 texture
};

// What the verifier had to say of one instruction.
struct Finding {
  enum class Kind : std::uint8_t { adjusted, skipped, mended, refused };
  Kind kind = Kind::refused;
  std::uint32_t word = 0;  // of the code
  std::string text;
  std::vector<Way> ways = {};  // that do not agree; mended: what was still open
};

class VerifiedProgram {
 public:
  Callback callback() const { return callback_; }
  std::span<const Word> code() const { return code_; }
  bool has_jumps() const { return has_jumps_; }
  bool depends_on(Dependence what) const {
    return effects_.depends_on >> static_cast<unsigned>(what) & 1;
  }
  const Cost& cost() const { return cost_; }
  // Sorted by name.
  std::span<const ListCost> lists() const { return lists_; }
  const Effects& effects() const { return effects_; }
  // Instructions that could be reached and were skipped: how many, and what is wrong with the
  // first.
  std::uint32_t skipped() const { return skipped_; }
  const std::string& first_skipped() const { return first_skipped_; }

 private:
  friend class Verifier;
  VerifiedProgram() = default;

  Callback callback_ = Callback::init;
  bool has_jumps_ = false;
  std::vector<Word> code_;
  Cost cost_;
  std::vector<ListCost> lists_;
  Effects effects_;
  std::uint32_t skipped_ = 0;
  std::string first_skipped_;
};

// Checks a procedure. `bytes` is the caller's private copy: guest memory may not be given here.
// What is refused comes back as the guest's fault; `findings`, when given, says of every
// instruction what was done about it.
Result<VerifiedProgram> verify(std::span<const Word> procedure,
                               std::vector<Finding>* findings = nullptr);

}  // namespace blink::jit
