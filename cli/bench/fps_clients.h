// How many clients hold 50 frames a second (thesis, figure 9.5): gears as procedures, and gears
// that their program turns, frame by frame.

#pragma once

#include "cli/bench/bench.h"

namespace blink::bench {

// To be called before there are other threads (Crowd).
Status measure_clients(const Options& options, Report& report);

}  // namespace blink::bench
