// The reference interpreter: what a procedure means. Small and plain before fast; compiled code is
// held against it, and processors that the compiler does not know run it.

#pragma once

#include <functional>

#include "gl/generated/dispatch.h"
#include "jit/run/context.h"
#include "jit/verify/verified_program.h"

namespace blink::jit {

// Runs the procedure with this context, calling GL through this table. `look`, when given, is
// called after each instruction with its place in the code.
void interpret(const VerifiedProgram& program, RunContext& context, const gl::Dispatch& gl,
               const std::function<void(std::uint32_t word)>& look = nullptr);

}  // namespace blink::jit
