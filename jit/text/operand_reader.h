// One operand: text to word, by the rule of the opcode table.

#pragma once

#include <string>
#include <string_view>

#include "jit/isa/opcode_table.h"

namespace blink::jit {

struct Token {
  std::string_view text;
  std::uint32_t column = 0;  // of the line, from 1
};

struct OperandWord {
  Word word = 0;
  bool is_register = false;
  Token label;  // target: whose distance is still to be found
};

// What is wrong with an operand: `at` is the part of it that is meant.
struct OperandFault {
  Token at;
  std::string text;
  std::string hint;
};

// False: `fault` says why. Numbers beyond a rule's bounds are taken: what they become is the
// verifier's affair.
bool read_operand(Token token, const OperandRule& rule, OperandWord& out, OperandFault& fault);
// A word as it is, "0x12", or "r3": operands of `skip`, and what follows a `!`.
bool read_raw(Token token, OperandWord& out, OperandFault& fault);

// "r0" to "r31"; false for any other word.
bool read_register(std::string_view text, Word& number);
// Whether it looks like a name: a letter or _, then letters, digits, _ and points.
bool is_name(std::string_view text);

// What the operands of an opcode are, for people: "register result; numbers a, b".
std::string operands_text(const OpcodeInfo& info);

Token trimmed(Token token);

}  // namespace blink::jit
