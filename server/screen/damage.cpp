#include "server/screen/damage.h"

#include <algorithm>
#include <utility>

namespace blink::server {
namespace {

constexpr std::size_t rects_max = 64;  // beyond, looking for them costs more than drawing

// Unites areas from `first` on that belong together with it; whether there were any.
bool unite_all(std::vector<Rect>& areas, std::size_t first, auto belong_together) {
  const std::size_t before = areas.size();
  for (std::size_t i = first + 1; i < areas.size();) {
    if (!belong_together(areas[i])) {
      ++i;
      continue;
    }
    areas[first] = united(areas[first], areas[i]);
    areas[i] = areas.back();
    areas.pop_back();
  }
  return areas.size() != before;
}

// Unites areas that meet, or meet the same content; false: there were none.
bool unite_some(std::vector<Rect>& areas, std::span<const Rect> contents) {
  bool has_united = false;
  for (std::size_t i = 0; i < areas.size(); ++i)
    has_united |= unite_all(areas, i, [&](Rect other) { return meet(areas[i], other); });
  for (const Rect content : contents) {
    const auto meets = [&](Rect area) { return meet(area, content); };
    const auto first = std::ranges::find_if(areas, meets) - areas.begin();
    if (first != std::ssize(areas))
      has_united |= unite_all(areas, static_cast<std::size_t>(first), meets);
  }
  return has_united;
}

}  // namespace

void Damage::add(Rect rect) {
  if (rect.is_empty() || is_all_) return;
  for (const Rect known : rects_)
    if (contains(known, rect)) return;
  rects_.push_back(rect);
  if (rects_.size() > rects_max) is_all_ = true;
}

std::vector<Rect> Damage::take(Rect screen, std::span<const Rect> contents) {
  std::vector<Rect> areas = std::exchange(rects_, {});
  if (std::exchange(is_all_, false)) return {screen};
  while (unite_some(areas, contents)) {
  }
  return areas;
}

}  // namespace blink::server
