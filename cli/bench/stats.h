// What a series of samples comes to: its median, and how far the samples lie from it.

#pragma once

#include <cstddef>
#include <vector>

namespace blink::bench {

// In the unit of the samples. Of no samples at all, every figure is NaN; so is every figure of a
// series that holds a NaN, since a sample that could not be taken must not vanish from the result.
struct Summary {
  double median;
  double min;
  double max;
  double p90;
  std::size_t count;
};

Summary summarize(std::vector<double> samples);

// The smallest sample that at least `share` (0..1) of all samples do not exceed (nearest rank).
double percentile(std::vector<double> samples, double share);

// Two things measured in turns, so that what disturbs the machine disturbs both. `ratio` is over
// the pairs (first over second), which holds better than the quotient of two medians.
struct Comparison {
  Summary first;
  Summary second;
  Summary ratio;
};

// Pairs the samples by their index; both must be equally many.
Comparison compare_samples(std::vector<double> first, std::vector<double> second);

}  // namespace blink::bench
