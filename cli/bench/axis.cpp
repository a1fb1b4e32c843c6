#include "cli/bench/axis.h"

#include <algorithm>
#include <cmath>

#include "cli/bench/number.h"

namespace blink::bench {
namespace {

constexpr std::size_t ticks_wanted = 6;

}  // namespace

Axis::Axis(Scale scale, const std::vector<double>& values, double first_pixel, double last_pixel)
    : scale_(scale), first_pixel_(first_pixel), last_pixel_(last_pixel) {
  bool is_first = true;
  for (const double value : values) {
    if (!can_show(value)) continue;
    low_ = is_first ? value : std::min(low_, value);
    high_ = is_first ? value : std::max(high_, value);
    is_first = false;
  }
  if (is_first) low_ = scale == Scale::linear ? 0 : 1, high_ = scale == Scale::linear ? 1 : 10;
  if (scale_ == Scale::linear) {
    // From zero, so that lengths can be compared; and with some air above.
    low_ = std::min(low_, 0.0);
    high_ = high_ > low_ ? high_ + (high_ - low_) * 0.08 : low_ + 1;
  } else if (high_ <= low_) {
    low_ /= 2;
    high_ *= 2;
  }
}

bool Axis::can_show(double value) const {
  return std::isfinite(value) && (scale_ == Scale::linear || value > 0);
}

double Axis::transformed(double value) const {
  return scale_ == Scale::linear ? value : std::log2(value);
}

double Axis::pixel(double value) const {
  const double share =
      (transformed(value) - transformed(low_)) / (transformed(high_) - transformed(low_));
  return first_pixel_ + share * (last_pixel_ - first_pixel_);
}

std::vector<Axis::Tick> Axis::ticks() const {
  if (scale_ == Scale::linear) return linear_ticks();
  return power_ticks(scale_ == Scale::bytes ? 2 : 10);
}

std::vector<Axis::Tick> Axis::linear_ticks() const {
  const double rough = (high_ - low_) / ticks_wanted;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = power * 10;
  for (const double nice : {1.0, 2.0, 2.5, 5.0})
    if (power * nice >= rough) {
      step = power * nice;
      break;
    }
  std::vector<Tick> ticks;
  for (double n = std::ceil(low_ / step); n * step <= high_; ++n)
    ticks.push_back({n * step, short_text(n * step)});
  return ticks;
}

std::vector<Axis::Tick> Axis::power_ticks(double base) const {
  const auto exponent = [base](double value) { return std::log2(value) / std::log2(base); };
  const int first = static_cast<int>(std::ceil(exponent(low_) - 1e-9));
  const int last = static_cast<int>(std::floor(exponent(high_) + 1e-9));
  const int step = std::max(1, (last - first) / static_cast<int>(ticks_wanted));
  std::vector<Tick> ticks;
  for (int n = first; n <= last; n += step) {
    const double value = std::pow(base, n);
    ticks.push_back({value, scale_ == Scale::bytes ? bytes_text(value) : short_text(value)});
  }
  // Less than two powers within: the ends say more.
  if (ticks.size() < 2) ticks = {{low_, value_text(low_)}, {high_, value_text(high_)}};
  return ticks;
}

}  // namespace blink::bench
