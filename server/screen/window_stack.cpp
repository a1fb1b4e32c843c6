#include "server/screen/window_stack.h"

#include <algorithm>
#include <cmath>

#include "server/screen/free_place.h"
#include "server/screen/window_frames.h"

namespace blink::server {
namespace {

constexpr float edge = 24, step = 56;  // where new windows go
constexpr float reach = 6;             // how far beyond its border an edge is felt
constexpr float corner = 18;           // how far along an edge a corner goes
constexpr float title_within = 64;     // so much of a title bar stays on the screen

// Of a frame, which the pointer can take hold of: of a half the one towards the other half.
struct Sides {
  bool left = false, top = false, right = false, bottom = false;
};
Sides sides_of(const WindowPlace& window) {
  if (window.is_minimised) return {};
  const bool is_normal = window.state == WindowState::normal;
  return {is_normal || window.state == WindowState::right_half, is_normal,
          is_normal || window.state == WindowState::left_half, is_normal};
}

Rect moved(Rect rect, float right, float down) {
  return {rect.x + right, rect.y + down, rect.width, rect.height};
}

Rect grown(Rect rect, Sides at, float by) {
  const float left = at.left ? by : 0, top = at.top ? by : 0;
  return {rect.x - left, rect.y - top, rect.width + left + (at.right ? by : 0),
          rect.height + top + (at.bottom ? by : 0)};
}

}  // namespace

void WindowStack::open(WindowPlace& window, float width, float height, bool is_on_top) {
  window = {};
  window.normal = place_for(width, height);
  note_home(window);
  const auto top = first_bar();
  window.raised = is_on_top || focused() == nullptr ? ++raises_ : focused()->raised;
  order_.insert(is_on_top ? top : std::find(order_.begin(), top, focused()), &window);
  if (is_on_top) is_left_ = false;
  settle(window);
}

void WindowStack::reopen(WindowPlace& window, Rect normal, WindowState state, bool is_minimised,
                         const WindowPlace* above) {
  window = {};
  window.raised = above != nullptr ? above->raised : ++raises_;
  window.normal = within_reach(normal);
  note_home(window);
  window.state = state;
  window.is_minimised = is_minimised;
  const auto bar = first_bar(), end = is_minimised ? order_.end() : bar;
  const auto at = std::find(is_minimised ? bar : order_.begin(), end, above);
  if (at == end && !is_minimised) is_left_ = false;
  order_.insert(at, &window);
  settle_all();
}

Rect WindowStack::place_for(float width, float height) {
  const Rect room = room_in(monitors_.main());
  const Rect around = WindowFrames::outer({0, 0, width, height}, mode_.scale);
  const Rect first{room.x + edge + around.x, room.y + edge, around.width, around.height};
  std::vector<PlacedFrame> frames;
  for (const WindowPlace* window : order_) {
    const FrameParts parts = WindowFrames::parts(window->content, mode_.scale, window->borders);
    if (!window->is_minimised) frames.push_back({parts.outer, parts.title_bar});
  }
  const float along = step * static_cast<float>(opened_++);
  Rect place{first.x - around.x, first.y - around.y, width, height};
  if (const auto free = free_place(first, room, frames, edge)) {
    place.x = free->x - around.x;
    place.y = free->y - around.y;
  } else {
    const float room_x = std::max(1.0f, room.width - width - 2 * edge);
    const float room_y = std::max(1.0f, room.height - height + around.y - 2 * edge);
    place.x += std::floor(std::fmod(along * 1.6f, room_x));
    place.y += std::floor(std::fmod(along, room_y));
  }
  return place;
}

void WindowStack::close(WindowPlace& window) {
  std::erase(order_, &window);
  settle_all();
}

void WindowStack::set_normal_size(WindowPlace& window, float width, float height) {
  window.normal.width = window.home.normal.width = width;
  window.normal.height = window.home.normal.height = height;
  settle(window);
}

std::vector<WindowPlace*>::iterator WindowStack::first_bar() {
  return std::ranges::find_if(order_, &WindowPlace::is_minimised);
}

std::vector<WindowPlace*> WindowStack::by_use() const {
  std::vector<WindowPlace*> all = order_;
  std::stable_partition(all.begin(), all.end(),
                        [](const WindowPlace* window) { return window->is_minimised; });
  return all;
}

WindowPlace* WindowStack::focused() const {
  if (is_left_) return nullptr;
  const auto top = std::find_if(order_.rbegin(), order_.rend(),
                                [](const WindowPlace* window) { return !window->is_minimised; });
  return top == order_.rend() ? nullptr : *top;
}

WindowPlace* WindowStack::last_minimised() const {
  return order_.empty() || !order_.back()->is_minimised ? nullptr : order_.back();
}

WindowPart WindowStack::part_at(float x, float y) const {
  using Kind = WindowPart::Kind;
  for (auto it = order_.rbegin(); it != order_.rend(); ++it) {
    WindowPlace* window = *it;
    const FrameParts parts = WindowFrames::parts(window->content, mode_.scale, window->borders);
    if (contains(parts.content, x, y)) return {window, Kind::content};
    const Sides sides = sides_of(*window);
    if (!contains(grown(parts.outer, sides, reach), x, y)) continue;
    if (contains(grown(parts.title_bar, {sides.left, sides.top, sides.right}, -2), x, y)) {
      if (contains(parts.close, x, y)) return {window, Kind::close};
      if (contains(parts.maximise, x, y)) return {window, Kind::maximise};
      if (contains(parts.minimise, x, y)) return {window, Kind::minimise};
      return {window, Kind::title_bar};
    }
    WindowPart part{window, Kind::edge};
    const Rect outer = parts.outer;
    const float right = outer.x + outer.width, bottom = outer.y + outer.height;
    const bool is_beside = x < outer.x + 2 || x >= right - 2;
    const float near_x = is_beside ? 2 : corner, near_y = is_beside ? corner : 2;
    part.side_x = sides.left && x < outer.x + near_x ? -1 : sides.right && x >= right - near_x;
    part.side_y = sides.top && y < outer.y + near_y ? -1 : sides.bottom && y >= bottom - near_y;
    // A frame may be wider than its content.
    if (part.side_x == 0 && part.side_y == 0) part.kind = Kind::none;
    return part;
  }
  return {};
}

void WindowStack::leave_windows() {
  is_left_ = true;
  ++changes_;
}

void WindowStack::raise(WindowPlace& window) {
  is_left_ = false;
  window.is_minimised = false;
  window.raised = ++raises_;
  std::erase(order_, &window);
  order_.insert(first_bar(), &window);
  settle_all();
}

void WindowStack::minimise(WindowPlace& window) {
  window.is_minimised = true;
  std::erase(order_, &window);
  order_.push_back(&window);
  settle_all();
}

void WindowStack::set_state(WindowPlace& window, WindowState state) {
  if (is_half(state)) window.split = split_on(monitors_.of(window.normal), &window);
  window.state = state;
  raise(window);
}

void WindowStack::move(WindowPlace& window, float x, float y) {
  window.normal.x = std::round(x);
  window.normal.y = std::round(y);
  window.normal = within_reach(window.normal);
  note_home(window);
  settle(window);
}

void WindowStack::resize(WindowPlace& window, Rect content) {
  window.normal = {std::round(content.x), std::round(content.y),
                   std::round(std::max(content.width, content_side_min)),
                   std::round(std::max(content.height, content_side_min))};
  window.normal = within_reach(window.normal);
  note_home(window);
  settle(window);
}

void WindowStack::put_back(WindowPlace& window, const WindowPlace& before) {
  window.normal = within_reach(before.normal);
  window.home = before.home;
  window.state = before.state;
  settle(window);
  split(window, before.split);
}

void WindowStack::split(WindowPlace& window, float at) {
  if (!is_half(window.state)) return;
  const Rect monitor = monitors_.of(window.normal);
  const float least = WindowFrames::outer({}, mode_.scale).width / monitor.width;
  at = std::clamp(at, std::min(least, 0.5f), std::max(1 - least, 0.5f));
  for (WindowPlace* half : order_)
    if (is_half_on(monitor, *half)) half->split = at;
  settle_all();
}

bool WindowStack::is_half_on(Rect monitor, const WindowPlace& window) const {
  return is_half(window.state) && monitors_.of(window.normal) == monitor;
}

// Where other halves meet, or else in the middle.
float WindowStack::split_on(Rect monitor, const WindowPlace* but) const {
  for (const WindowPlace* window : order_)
    if (window != but && is_half_on(monitor, *window)) return window->split;
  return 0.5f;
}

float WindowStack::resized_width_min() const {
  return WindowFrames::content_width_min(mode_.scale);
}

void WindowStack::set_screen(const ScreenMode& mode) {
  const float right = mode_.left - mode.left, down = mode_.top - mode.top;
  mode_ = mode;
  monitors_ = Monitors(mode);
  for (WindowPlace* window : order_) {
    Rect& normal = window->normal;
    const auto home = monitors_.find(window->home.monitor);
    normal = home ? moved(window->home.normal, home->x, home->y) : moved(normal, right, down);
    const Rect monitor = home.value_or(monitors_.of(normal));
    // What lies beyond it, or was on one that has gone, can be seen, not only got at.
    const Rect room = content_in(monitor);
    const bool is_cut = window->home.is_whole && !contains(room, normal);
    if (is_cut || !meet(normal, monitor)) normal = moved_into(normal, room);
    normal = within_reach(normal);
  }
  settle_all();
}

void WindowStack::note_home(WindowPlace& window) const {
  const Rect monitor = monitors_.of(window.normal);
  window.home = {monitors_.id(monitor), moved(window.normal, -monitor.x, -monitor.y),
                 contains(content_in(monitor), window.normal)};
}

// A title bar may lie on any monitor, also where most of its window is on another one.
Rect WindowStack::within_reach(Rect content) const {
  const bool is_within = std::ranges::any_of(
      monitors_.all(), [&](Rect monitor) { return within_reach(content, monitor) == content; });
  return is_within ? content : within_reach(content, monitors_.of(content));
}

Rect WindowStack::within_reach(Rect content, Rect monitor) const {
  const float bar = content.y - WindowFrames::outer(content, mode_.scale).y;
  monitor = room_in(monitor);
  content.x = std::clamp(content.x, monitor.x + title_within - content.width,
                         monitor.right() - title_within);
  content.y =
      std::clamp(content.y, monitor.y + bar, std::max(monitor.y + bar, monitor.bottom() - 4));
  return content;
}

// The content of a window whose frame fills `outer`.
Rect WindowStack::content_in(Rect outer, FrameBorders borders) const {
  const Rect content{0, 0, 1000, 1000}, around = WindowFrames::outer(content, mode_.scale, borders);
  return {outer.x - around.x, outer.y - around.y,
          std::max(content_side_min, outer.width - (around.width - content.width)),
          std::max(content_side_min, outer.height - (around.height - content.height))};
}

// What large windows may fill: not where the bars of minimised ones lie.
Rect WindowStack::room_in(Rect monitor) const {
  if (monitor == monitors_.main()) monitor.height -= bars().height();
  return monitor;
}

// Where its state says that a window is.
void WindowStack::settle(WindowPlace& window) {
  ++changes_;
  window.borders = {};
  if (window.is_minimised) return;
  if (window.state == WindowState::normal) {
    window.content = window.normal;
    return;
  }
  const Rect monitor = monitors_.of(window.normal);
  const Rect outer = area_of(window.state, monitor, window.split);
  window.borders = {.left = window.state == WindowState::right_half,
                    .right = window.state == WindowState::left_half,
                    .bottom = outer.bottom() < monitor.bottom()};
  window.content = content_in(outer, window.borders);
}

Rect WindowStack::large_area(WindowState state, Rect monitor) const {
  return area_of(state, monitor, split_on(monitor));
}

Rect WindowStack::area_of(WindowState state, Rect monitor, float split) const {
  Rect area = room_in(monitor);
  const float half = std::round(area.width * split);
  switch (state) {
    case WindowState::normal:
    case WindowState::maximised: break;
    case WindowState::left_half: area.width = half; break;
    case WindowState::right_half:
      area.x += half;
      area.width -= half;
      break;
  }
  return area;
}

MinimisedBars WindowStack::bars() const {
  const auto count = std::ranges::count_if(order_, &WindowPlace::is_minimised);
  return {static_cast<std::size_t>(count), monitors_.main(), mode_.scale};
}

void WindowStack::settle_all() {
  ++changes_;
  const MinimisedBars bars = this->bars();
  std::size_t number = 0;
  for (WindowPlace* window : order_) {
    settle(*window);
    if (window->is_minimised) window->content = bars.content(number++);
  }
}

}  // namespace blink::server
