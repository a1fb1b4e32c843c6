// Procedures written in C++: a method for each opcode, with the operands that the opcode table
// says, and values that are registers.
//
//   Builder sp(Callback::redraw);
//   auto angle = sp.input(Input::time) * 70.0f;
//   auto label = sp.label();
//   sp.jump_less(angle, 360, label);
//   sp.Rotatef(angle, 0, 0, 1);
//   sp.place(label);
//   std::vector<Word> words = sp.finish();
//
// A method whose opcode writes a register comes twice: sp.add(a, b) is a new value, sp.add(x, a, b)
// writes into x. A builder is one thread's at a time; its registers and labels end before it does.

#pragma once

#include "gl/generated/enums.h"
#include "jit/generated/procedure_methods.h"

namespace blink::jit {

class Builder : public ProcedureMethods {
 public:
  using ProcedureMethods::ProcedureMethods;

  // The builder that made this register.
  static Builder& of(const Register& value) {
    // SAFETY: only Builder makes registers: ProcedureWriter's allocate() is protected, and every
    // Builder is made whole before it can be called.
    return static_cast<Builder&>(value.writer());
  }
};

inline Register operator+(const Register& a, const Register& b) { return Builder::of(a).add(a, b); }
inline Register operator-(const Register& a, const Register& b) { return Builder::of(a).sub(a, b); }
inline Register operator*(const Register& a, const Register& b) { return Builder::of(a).mul(a, b); }
inline Register operator/(const Register& a, const Register& b) { return Builder::of(a).div(a, b); }

template <Arithmetic T>
Register operator+(const Register& a, T b) {
  return Builder::of(a).add(a, b);
}
template <Arithmetic T>
Register operator-(const Register& a, T b) {
  return Builder::of(a).sub(a, b);
}
template <Arithmetic T>
Register operator*(const Register& a, T b) {
  return Builder::of(a).mul(a, b);
}
template <Arithmetic T>
Register operator/(const Register& a, T b) {
  return Builder::of(a).div(a, b);
}

template <Arithmetic T>
Register operator+(T a, const Register& b) {
  return Builder::of(b).add(a, b);
}
template <Arithmetic T>
Register operator-(T a, const Register& b) {
  return Builder::of(b).sub(a, b);
}
template <Arithmetic T>
Register operator*(T a, const Register& b) {
  return Builder::of(b).mul(a, b);
}
template <Arithmetic T>
Register operator/(T a, const Register& b) {
  return Builder::of(b).div(a, b);
}

inline Register operator-(const Register& a) { return Builder::of(a).neg(a); }

}  // namespace blink::jit
