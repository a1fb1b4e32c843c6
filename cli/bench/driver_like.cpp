#include "cli/bench/driver_like.h"

#include "cli/bench/jit_programs.h"

extern "C" [[gnu::visibility("default")]] blink::bench::DriverLike blink_bench_driver_like() {
  return {&blink::gl::null_dispatch(), blink::bench::gl_mix_native,
          blink::bench::arithmetic_native};
}
