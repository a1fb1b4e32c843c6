// The procedures of a window that shows one picture, as large as the window.

#pragma once

#include <cstdint>
#include <vector>

#include "jit/isa/opcode_table.h"

namespace blink::jit {

// Which row of the picture is the uppermost in the window.
enum class UppermostRow : std::uint8_t { first, last };

std::vector<Word> picture_init();
// `picture` is an object's id: of a picture, or of a window for which a GL stream draws.
std::vector<Word> picture_redraw(std::uint32_t picture, UppermostRow uppermost);

}  // namespace blink::jit
