// The entry points of the benchmarks, for the list in benchmarks.cpp.

#pragma once

#include "cli/bench/bench.h"

namespace blink::bench {

Status run_vso(const Options& options, Report& report);
Status run_jit(const Options& options, Report& report);
Status run_gl(const Options& options, Report& report);
Status run_fps(const Options& options, Report& report);
Status run_neighbours(const Options& options, Report& report);
Status run_recovery(const Options& options, Report& report);
Status run_replay(const Options& options, Report& report);
Status run_saves(const Options& options, Report& report);
Status run_scale(const Options& options, Report& report);
Status run_video(const Options& options, Report& report);

}  // namespace blink::bench
