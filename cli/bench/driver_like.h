// The programs of `blink bench jit` in C++, and commands that return at once, in a library of their
// own: where a GL driver lies, and the code of procedures beside it. From a program's own code to
// there it is more than 4 GiB, and a call that goes so far takes some processors 8 cycles more.

#pragma once

#include "gl/generated/dispatch.h"
#include "jit/run/context.h"

namespace blink::bench {

struct DriverLike {
  const gl::Dispatch* commands;
  void (*gl_mix)(const gl::Dispatch& gl, const jit::NameTable& lists);
  void (*arithmetic)(const float* params, float* cells);
};

inline constexpr const char* driver_like_file = "blink-bench-driver.so";
inline constexpr const char* driver_like_symbol = "blink_bench_driver_like";

}  // namespace blink::bench
