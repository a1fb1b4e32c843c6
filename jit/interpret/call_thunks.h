// A function for each GL command: calls it with arguments from an array, in C's order.

#pragma once

#include <cstdint>

#include "gl/generated/dispatch.h"
#include "jit/run/services.h"

namespace blink::jit {

using CallThunk = void (*)(const gl::Dispatch& dispatch, const Value* arguments);

// By opcode; null where it is no GL command, or a service.
extern const CallThunk call_thunks[opcode_limit];

}  // namespace blink::jit
