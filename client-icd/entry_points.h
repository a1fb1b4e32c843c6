// The commands of OpenGL by name, for whoever loads this driver.

#pragma once

#include <cstddef>
#include <string_view>

#include "gl/generated/dispatch.h"

namespace blink::icd {

struct EntryPoint {
  const char* name;
  gl::Procedure procedure;
};

extern const EntryPoint entry_points[];  // by name
extern const std::size_t entry_point_count;

// Extensions that the server's driver has, and of which this one lacks commands; by name.
extern const char* const unoffered_extensions[];
extern const std::size_t unoffered_extension_count;
bool is_offered(std::string_view extension);

// What a window system calls a function of ours by.
struct Function {
  const char* name;
  void* function;
};
template <typename F>
void* address(F* function) {
  return reinterpret_cast<void*>(function);
}

// Null: not offered.
gl::Procedure entry_point(const char* name);

}  // namespace blink::icd
