#include "server/screen/damage.h"

#include <utility>

namespace blink::server {
namespace {

constexpr std::size_t rects_max = 64;  // beyond, looking for them costs more than drawing

float area_of(Rect rect) { return rect.width * rect.height; }

bool belong_together(Rect a, Rect b, std::span<const Rect> contents) {
  return meet(a, b) || std::ranges::any_of(contents, [&](Rect content) {
           return meet(content, a) && meet(content, b);
         });
}

// Unites two that belong together; false: there are none.
bool unite_some(std::vector<Rect>& areas, std::span<const Rect> contents) {
  for (std::size_t i = 0; i < areas.size(); ++i)
    for (std::size_t k = i + 1; k < areas.size(); ++k)
      if (belong_together(areas[i], areas[k], contents)) {
        areas[i] = united(areas[i], areas[k]);
        areas.erase(areas.begin() + static_cast<std::ptrdiff_t>(k));
        return true;
      }
  return false;
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
  float sum = 0;
  for (const Rect area : areas)
    sum += area_of(area);
  // Nearly everything: the background is drawn anyway, and once is cheaper.
  if (areas.size() > 1 && sum > 0.8f * area_of(screen)) return {screen};
  return areas;
}

}  // namespace blink::server
