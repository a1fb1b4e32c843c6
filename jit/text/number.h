// Numbers as text, so that every one of them comes back with the same bits.

#pragma once

#include <string>
#include <string_view>

#include "jit/isa/opcode_table.h"

namespace blink::jit {

enum class NumberFault : std::uint8_t { none, no_number, too_large, too_small, not_whole };

// "3.5", "1e-3", "0x1.8p+1", "0x10", "-0", "inf", "nan" as the bits of a float.
NumberFault read_float(std::string_view text, Word& bits);
// "7", "-1", "0xFF": from -2^31 to 2^32 - 1.
NumberFault read_integer(std::string_view text, Word& word);

// The shortest text that read_float() turns into these bits; none for a NaN that is not the usual
// one of its sign.
std::string float_text(Word bits);
std::string hex_text(Word word);  // "0x1f"

}  // namespace blink::jit
