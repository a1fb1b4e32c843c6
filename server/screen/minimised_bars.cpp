#include "server/screen/minimised_bars.h"

#include <algorithm>
#include <cmath>

#include "server/screen/window_frames.h"

namespace blink::server {
namespace {

constexpr float usual_width = 216, gap = 8;

std::size_t parts_of(std::size_t count, std::size_t size) { return (count + size - 1) / size; }

std::size_t how_many(float room, float each) {
  return static_cast<std::size_t>(std::max(1.0f, std::floor(room / each)));
}

}  // namespace

MinimisedBars::MinimisedBars(std::size_t count, Rect monitor, float scale) : monitor_(monitor) {
  const float least = WindowFrames::content_width_min(scale);
  const float room = std::max(least, monitor.width - 2 * gap);
  up_ = gap - WindowFrames::outer({}, scale).y;
  const std::size_t rows_max = how_many(monitor.height / 2, up_);
  const std::size_t columns_max =
      std::max(how_many(room + gap, least + gap), parts_of(count, rows_max));
  columns_ = std::clamp<std::size_t>(count, 1, columns_max);
  rows_ = parts_of(count, columns_);
  const auto columns = static_cast<float>(columns_);
  width_ = std::clamp(std::floor((room + gap) / columns) - gap, least,
                      std::max(least, std::round(usual_width * scale)));
  along_ = columns_ == 1 ? 0 : std::min(width_ + gap, (room - width_) / (columns - 1));
}

Rect MinimisedBars::content(std::size_t number) const {
  const auto column = static_cast<float>(number % columns_);
  const auto row = static_cast<float>(number / columns_);
  return {monitor_.x + gap + std::floor(column * along_), monitor_.bottom() - gap - row * up_,
          width_, 0};
}

float MinimisedBars::height() const {
  return rows_ == 0 ? 0 : gap + static_cast<float>(rows_) * up_;
}

}  // namespace blink::server
