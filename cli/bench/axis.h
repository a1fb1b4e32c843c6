// Axis: from values to pixels, and where the ticks are.

#pragma once

#include <string>
#include <vector>

#include "cli/bench/report.h"

namespace blink::bench {

class Axis {
 public:
  // Around the values that the scale can show; around nothing when there is none.
  Axis(Scale scale, const std::vector<double>& values, double first_pixel, double last_pixel);

  bool can_show(double value) const;
  double pixel(double value) const;

  struct Tick {
    double value;
    std::string text;
  };
  std::vector<Tick> ticks() const;

 private:
  double transformed(double value) const;
  std::vector<Tick> linear_ticks() const;
  std::vector<Tick> power_ticks(double base) const;

  Scale scale_;
  double low_ = 0, high_ = 1;  // as values
  double first_pixel_, last_pixel_;
};

}  // namespace blink::bench
