// CodeCheck: whether compiled code is nothing but fragments with numbers that they may have. It
// knows nothing of how the compiler came to it, and follows no path: calls go through the two
// tables only, jumps to the beginning of a fragment, writes into registers, cells and scratch
// memory.
//
// Debug builds check everything that they compile; so do the differential test and the fuzzer.

#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "jit/isa/procedure.h"

namespace blink::jit {

// What is wrong with the code, which reads immediates from so many words; empty: nothing.
std::string objection_to_code(std::span<const std::uint8_t> code, std::size_t words);

}  // namespace blink::jit
