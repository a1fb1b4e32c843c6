// Buffers: memory of a buffer as the program sees it, between glMapBuffer and glUnmapBuffer: memory
// of its own, whose content goes to the server when it is done with it.
//
// Threads: those of the context.

#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "gl/types.h"

namespace blink::icd {

class Buffers {
 public:
  struct Mapping {
    gl::GLintptr offset = 0;
    gl::GLbitfield access = 0;
    std::vector<std::byte> memory;
  };
  std::map<gl::GLuint, Mapping> mappings;  // by buffer
};

}  // namespace blink::icd
