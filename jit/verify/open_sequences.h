// OpenSequences: which sequences of GL are open at a point of a procedure. Small and comparable,
// because every path that leads to a point must agree on it.

#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "jit/isa/opcode_table.h"

namespace blink::jit {

// Depths that every driver has room for, with some left for what a display list adds.
inline constexpr std::uint8_t matrices_max[3] = {24, 2, 2};  // modelview, projection, texture
inline constexpr std::uint8_t attribs_max = 10;
inline constexpr std::uint8_t list_matrices_max = 6;
inline constexpr std::uint8_t list_attribs_max = 4;

class OpenSequences {
 public:
  enum class Verdict : std::uint8_t { good, skip, refuse };
  struct Answer {
    Verdict verdict = Verdict::good;
    const char* why = "";
  };

  // Takes one instruction that has a part in a sequence; `operand` is its first word when that is
  // an immediate.
  Answer take(Sequence sequence, const Word* operand);

  bool in_begin() const { return level().in_begin; }
  bool in_list() const { return list_name_ != 0; }
  Word list_name() const { return list_name_; }  // of the display list being compiled; 0: none
  std::uint8_t matrix_mode() const { return level().mode; }  // 0 modelview, 1 projection, 2 texture
  bool is_modelview() const { return level().mode == 0; }
  bool has_texture_matrices() const { return level().matrices[2] > 0; }  // pushed
  // What would close the innermost open sequence; false when none is open.
  bool next_mend(Op& op, Word& operand, bool& has_operand) const;

  bool operator==(const OpenSequences&) const = default;

 private:
  struct Level {
    bool in_begin = false;
    std::uint8_t mode = 0;  // of matrices
    std::array<std::uint8_t, 3> matrices{};
    std::uint8_t attribs = 0;
    std::uint8_t outer_attribs =
        0;  // of them: pushed before the texture matrices, if there are any
    std::uint8_t clients = 0;

    bool operator==(const Level&) const = default;
  };
  Level& level() { return in_list() ? list_ : outside_; }
  const Level& level() const { return in_list() ? list_ : outside_; }
  Answer push(std::uint8_t& depth, std::uint8_t max);
  Answer pop(std::uint8_t& depth);

  Word list_name_ = 0;
  Level outside_;
  Level list_;  // of the display list being compiled
};

}  // namespace blink::jit
