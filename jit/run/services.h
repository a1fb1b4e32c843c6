// Services: what a session does for its procedures itself, because GL must not be called just so:
// commands that take an object's content, that make and delete names, that draw from buffers, or
// whose meaning is the window's.

#pragma once

#include <cstdint>
#include <span>

#include "jit/isa/opcode_table.h"

namespace blink::jit {

// An argument: of a service, a float where the operand is a number, else an integer.
union Value {
  std::int32_t i32;
  float f32;
  double f64;
  const void* array;
};

class Services {
 public:
  virtual ~Services() = default;
  // One argument for each operand, all of them within their rules. A name is the client's own
  // number, an object whatever the client says: there may be none. Must not throw: what calls may
  // be machine code that nothing can be thrown through.
  virtual void call(Op service, std::span<const Value> arguments) = 0;
};

}  // namespace blink::jit
