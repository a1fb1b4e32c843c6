#include "cli/bench/stats.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "common/check.h"

namespace blink::bench {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

bool has_nan(const std::vector<double>& samples) {
  return std::any_of(samples.begin(), samples.end(), [](double v) { return std::isnan(v); });
}

double nearest_rank(const std::vector<double>& sorted, double share) {
  const double rank = std::ceil(share * static_cast<double>(sorted.size()));
  const auto index = rank < 1.0 ? std::size_t{0} : static_cast<std::size_t>(rank) - 1;
  return sorted[std::min(index, sorted.size() - 1)];
}

}  // namespace

Summary summarize(std::vector<double> samples) {
  const std::size_t count = samples.size();
  if (count == 0 || has_nan(samples))
    return {not_a_number, not_a_number, not_a_number, not_a_number, count};
  std::sort(samples.begin(), samples.end());
  const double upper = samples[count / 2];
  const double median = count % 2 != 0 ? upper : std::midpoint(samples[count / 2 - 1], upper);
  return {median, samples.front(), samples.back(), nearest_rank(samples, 0.9), count};
}

double percentile(std::vector<double> samples, double share) {
  CHECK(share >= 0.0 && share <= 1.0);
  if (samples.empty() || has_nan(samples)) return not_a_number;
  std::sort(samples.begin(), samples.end());
  return nearest_rank(samples, share);
}

Comparison compare_samples(std::vector<double> first, std::vector<double> second) {
  CHECK(first.size() == second.size());
  std::vector<double> ratios(first.size());
  for (std::size_t i = 0; i < first.size(); ++i)
    ratios[i] = first[i] / second[i];
  return {summarize(std::move(first)), summarize(std::move(second)), summarize(std::move(ratios))};
}

}  // namespace blink::bench
