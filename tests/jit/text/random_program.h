// Programs by chance, from a seed: the same on every machine.

#pragma once

#include <cstdint>
#include <vector>

#include "jit/isa/procedure.h"

namespace blink::jit::test {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 2 + 1) {}
  std::uint32_t word();
  std::uint32_t below(std::uint32_t limit) { return word() % limit; }
  bool one_in(std::uint32_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

enum class Taste : std::uint8_t {
  wild,      // whatever can be read: any word, registers anywhere
  sensible,  // operands as the table wants them, mostly, so that the verifier finds much to keep
};

// Header and code of so many instructions; every one of them well formed.
std::vector<Word> random_program(Random& random, Taste taste, std::uint32_t instructions);

}  // namespace blink::jit::test
