// The commands of OpenGL by name, for whoever loads this driver.

#pragma once

#include <cstddef>

#include "gl/generated/dispatch.h"

namespace blink::icd {

struct EntryPoint {
  const char* name;
  gl::Procedure procedure;
};

extern const EntryPoint entry_points[];  // by name
extern const std::size_t entry_point_count;

// Null: not offered.
gl::Procedure entry_point(const char* name);

}  // namespace blink::icd
