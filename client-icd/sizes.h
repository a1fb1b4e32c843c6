// How many numbers OpenGL reads for a parameter's name: what is copied from the program's memory.

#pragma once

#include <cstdint>

#include "gl/types.h"

namespace blink::icd {

std::int64_t parameter_count(gl::GLenum pname);

}  // namespace blink::icd
