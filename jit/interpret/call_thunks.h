// A function for each GL command: calls it with arguments from an array, in C's order.

#pragma once

#include <cstdint>

#include "gl/generated/dispatch.h"
#include "jit/isa/opcode_table.h"

namespace blink::jit {

union Value {
  std::int32_t i32;
  float f32;
  double f64;
  const void* array;
};
using CallThunk = void (*)(const gl::Dispatch& dispatch, const Value* arguments);

// By opcode; null where it is no GL command.
extern const CallThunk call_thunks[opcode_limit];

}  // namespace blink::jit
