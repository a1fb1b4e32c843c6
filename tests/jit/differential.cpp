// The compiler against the interpreter for as long as wanted:
//
//     differential FIRST_SEED PROGRAMS [STATES [SECONDS]]
//
// Each seed is a random program or a damaged one, run from so many states (8). Stops at the first
// disagreement, which it prints with its seed, and exits 1.

#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>

#include "tests/jit/both.h"
#include "tests/jit/random_program.h"

using namespace blink::jit;

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: differential FIRST_SEED PROGRAMS [STATES [SECONDS]]\n");
    return 2;
  }
  const std::uint64_t first = std::strtoull(argv[1], nullptr, 10);
  const std::uint64_t programs = std::strtoull(argv[2], nullptr, 10);
  const std::uint64_t states = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 8;
  const double seconds = argc > 4 ? std::strtod(argv[4], nullptr) : 1e9;
  const auto begin = std::chrono::steady_clock::now();
  std::uint64_t accepted = 0, seed = first;
  for (; seed < first + programs; ++seed) {
    if (std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() > seconds)
      break;
    test::RandomProgram random(seed);
    auto procedure = random.make(static_cast<Callback>(seed % callback_count),
                                 1 + random.below(seed % 50 ? 16 : 300));
    if (seed % 3 == 0) random.damage(procedure);
    auto program = verify(procedure);
    if (!program.is_ok()) continue;
    ++accepted;
    if (const auto text = test::disagreement(program.value(), seed, states)) {
      std::printf("seed %" PRIu64 ": %s\n", seed, text->c_str());
      return 1;
    }
  }
  std::printf("seeds %" PRIu64 " to %" PRIu64 ": %" PRIu64 " programs, %" PRIu64
              " executions of each kind, no disagreement\n",
              first, seed - 1, accepted, accepted * states);
  return accepted > 0 ? 0 : 1;
}
