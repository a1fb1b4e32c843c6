// `blink bench`: measures what Blink promises, and says of each figure whether the promise holds.
//
// A benchmark is a function that fills a Report. The list of all benchmarks is in benchmarks.cpp,
// what they are held to in targets.cpp, what they are built on in measure.h.

#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "cli/bench/report.h"
#include "cli/bench/targets.h"
#include "common/status.h"

namespace blink::bench {

struct Options {
  // Few samples, to see that everything works; the figures are marked as such.
  bool quick = false;

  std::size_t pick(std::size_t full, std::size_t when_quick) const {
    return quick ? when_quick : full;
  }
};

struct Benchmark {
  std::string_view name;     // lower case, as the user types it
  std::string_view summary;  // one line for --list
  Status (*run)(const Options& options, Report& report);
};

// Every benchmark there is, in the order of --list.
std::span<const Benchmark> all_benchmarks();

// The command: argv[0] is "bench". Gives the exit status of the process: 0 when the benchmarks ran,
// whether or not their targets hold; 1 when something failed; 2 when the command line is wrong.
int run(int argc, char** argv);

// The same with other benchmarks and targets.
int run(int argc, char** argv, std::span<const Benchmark> benchmarks,
        std::span<const Target> targets);

}  // namespace blink::bench
