// Desktop: the list of windows that the user switches through, in the middle of the main monitor
// and over everything. Its rows are title bars.

#include <algorithm>
#include <cmath>

#include "server/screen/desktop.h"

namespace blink::server {
namespace {

constexpr float row_width = 420, row_gap = 6, panel_gap = 14;  // at scale 1
constexpr float share_of_height = 0.8f;

}  // namespace

// As many as there is room for, the chosen one among them.
std::vector<FrameLook> Desktop::switching_rows() const {
  const Switching its = seat_.switching();
  std::vector<FrameLook> rows;
  if (its.windows.size() < 2) return rows;
  const Rect monitor = stack_.monitors().main();
  const float scale = mode_.scale;
  const float bar = -WindowFrames::outer({0, 0, 1, 0}, scale).y;
  const float step = bar + std::round(row_gap * scale);
  const auto room =
      static_cast<std::size_t>(std::max(2.0f, share_of_height * monitor.height / step));
  const std::size_t count = std::min(its.windows.size(), room);
  const std::size_t first =
      std::min(its.chosen - std::min(its.chosen, count / 2), its.windows.size() - count);
  const float width = std::round(std::min(row_width * scale, monitor.width / 2));
  const float x = monitor.x + std::round((monitor.width - width) / 2);
  float y = monitor.y + std::round((monitor.height - static_cast<float>(count) * step) / 2);
  // More than are seen.
  std::string number;
  if (count < its.windows.size())
    number =
        "  (" + std::to_string(its.chosen + 1) + " of " + std::to_string(its.windows.size()) + ")";
  for (std::size_t i = first; i < first + count; ++i, y += step) {
    const Window& window = window_of(its.windows[i]);
    rows.push_back({.content = {x, y + bar, width, 0},
                    .title = window.shape->title,
                    .machine = window.client.of.machine,
                    .colour = window.client.colour,
                    .is_focused = i == its.chosen,
                    .scale = scale,
                    .note = i == its.chosen ? number : "",
                    .buttons = FrameButtons::none,
                    .is_chosen = i == its.chosen});
  }
  return rows;
}

Rect Desktop::switching_panel() const {
  if (switching_.empty()) return {};
  const float scale = mode_.scale, gap = std::round(panel_gap * scale);
  const Rect all = united(WindowFrames::outer(switching_.front().content, scale),
                          WindowFrames::outer(switching_.back().content, scale));
  return {all.x - gap, all.y - gap, all.width + 2 * gap, all.height + 2 * gap};
}

void Desktop::show_switching() {
  std::vector<FrameLook> rows = switching_rows();
  if (rows == switching_) return;
  damage_switching();
  switching_ = std::move(rows);
  damage_switching();
}

void Desktop::damage_switching() {
  Rect all = switching_panel();
  for (const FrameLook& row : switching_)
    all = united(all, WindowFrames::reach(row.content, row.scale, row.is_focused));
  damage_.add(intersection(all, screen()));
}

void Desktop::draw_switching(Rect area) {
  const Rect panel = switching_panel();
  if (meet(panel, area))
    frames_.draw_panel(panel, mode_.scale, screen_.width, screen_.height, area);
  for (const FrameLook& row : switching_)
    if (meet(WindowFrames::reach(row.content, row.scale, row.is_focused), area))
      frames_.draw(row, screen_.width, screen_.height, area);
}

}  // namespace blink::server
