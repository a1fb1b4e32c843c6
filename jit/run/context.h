// RunContext: everything that a procedure may touch while it runs, in one block. The server owns it
// and writes inputs and parameters before a run; compiled code addresses it by offsets.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "gl/types.h"
#include "jit/isa/procedure.h"
#include "jit/run/services.h"

namespace blink::jit {

// From a client's names to the driver's; where there is none: 0, of uniforms and blocks -1.
using NameTable = std::array<gl::GLuint, names_max>;

struct RunContext {
  // First, where short displacements reach. Zero at the beginning of every run.
  float registers[register_count] = {};
  float inputs[input_count] = {};
  float cells[cells_max] = {};
  float params[params_max] = {};
  const NameTable* names[name_kinds] = {};  // never null while a procedure runs
  Services* services = nullptr;             // neither
  // Where arrays for GL commands are made, and arguments of services.
  alignas(16) Value scratch[operands_max] = {};
};
static_assert(offsetof(RunContext, registers) == 0);

}  // namespace blink::jit
