#include "cli/bench/benchmarks.h"

namespace blink::bench {
namespace {

constexpr Benchmark list[] = {
    {"vso", "shared objects: notifications, scans, bulk updates, the cost of idle clients",
     run_vso},
    {"jit", "procedures: verifying, compiling, running, against native code", run_jit},
    {"fps", "gears as procedures, against gears drawn directly, and for each frame", run_fps},
    {"scale", "the screen: what each client on it costs, without a driver", run_scale},
    {"neighbours", "others' frames beside a client that is slow and one that floods",
     run_neighbours},
    {"saves", "what it saves to know what procedures do: each saving on and off", run_saves},
    {"gl", "OpenGL of programs: what calls cost through Blink's driver, to Mesa's alone", run_gl},
    {"replay", "OpenGL of programs: replaying their commands, against native code", run_replay},
    {"recovery", "OpenGL of programs: seen again after a server was killed, frozen, thawed",
     run_recovery},
    {"video", "twelve films at once, with real clients: by redraw, and by update", run_video},
};

}  // namespace

std::span<const Benchmark> all_benchmarks() { return list; }

}  // namespace blink::bench
