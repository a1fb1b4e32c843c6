// The programs of `blink bench jit`: code of procedures, and the same in C++ as g++ compiles it.

#pragma once

#include <cstdint>
#include <vector>

#include "gl/generated/dispatch.h"
#include "jit/isa/procedure.h"
#include "jit/run/context.h"

namespace blink::bench {

extern const std::vector<jit::Word> gl_mix_code;
// The same as records of a program's stream.
extern const std::vector<std::uint32_t> gl_mix_stream;
void gl_mix_native(const gl::Dispatch& gl, const jit::NameTable& lists);

// Reads 32 parameters, writes 32 cells.
extern const std::vector<jit::Word> arithmetic_code;
void arithmetic_native(const float* params, float* cells);

}  // namespace blink::bench
