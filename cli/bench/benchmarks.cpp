#include "cli/bench/benchmarks.h"

namespace blink::bench {
namespace {

constexpr Benchmark list[] = {
    {"vso", "shared objects: notifications, scans, bulk updates, the cost of idle clients",
     run_vso},
    {"jit", "procedures: verifying, compiling, running, against native code", run_jit},
    {"fps", "gears as procedures, against the same drawn directly", run_fps},
    {"scale", "the screen: what each client on it costs, without a driver", run_scale},
    {"video", "twelve films at once, with real clients: by redraw, and by update", run_video},
};

}  // namespace

std::span<const Benchmark> all_benchmarks() { return list; }

}  // namespace blink::bench
