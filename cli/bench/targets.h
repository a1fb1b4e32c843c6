// What the benchmarks are held to. Every target is a row of one table, in targets.cpp: no benchmark
// carries a figure of its own, so that what was promised can be read, and compared, in one place.
// A target that is missed is reported as missed; the table changes only when its source does.

#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace blink::bench {

enum class Better : std::uint8_t { lower, higher };

std::string_view better_text(Better better);

struct Target {
  std::string_view bench;
  std::string_view result;
  std::string_view unit;  // that of the result: a benchmark which reports another one is wrong
  Better better;
  double value;             // the worst that still holds
  std::string_view source;  // the issue or the requirement that asks for it
};

// The table.
std::span<const Target> all_targets();

// The target of a result, or null when there is none.
const Target* find_target(std::span<const Target> targets, std::string_view bench,
                          std::string_view result);

// Whether `value` is as good as the target. What is not a number is not.
bool holds(const Target& target, double value);

}  // namespace blink::bench
