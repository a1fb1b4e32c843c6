#include "server/screen/seat.h"

#include <linux/input-event-codes.h>

#include <algorithm>
#include <ranges>

namespace blink::server {
namespace {

using Kind = WindowInput::Kind;
using PartKind = WindowPart::Kind;

constexpr std::uint32_t left_button = 1, right_button = 3;
constexpr std::chrono::milliseconds double_click_time{400};
constexpr std::size_t keys_down_max = 64;
constexpr float screen_edge = 2;  // a window dragged here takes the half, or all of the screen

bool is_modifier(std::uint32_t key) {
  switch (key) {
    case KEY_LEFTSHIFT:
    case KEY_RIGHTSHIFT:
    case KEY_LEFTCTRL:
    case KEY_RIGHTCTRL:
    case KEY_LEFTALT:
    case KEY_RIGHTALT:
    case KEY_LEFTMETA:
    case KEY_RIGHTMETA:
    case KEY_CAPSLOCK:
    case KEY_NUMLOCK: return true;
    default: return false;
  }
}

}  // namespace

void Seat::say(WindowPlace* window, Kind kind, std::uint32_t code, std::uint32_t value,
               Heard& heard) const {
  if (window == nullptr) return;
  heard.push_back({.window = window,
                   .kind = kind,
                   .code = code,
                   .value = value,
                   .modifiers = keyboard_->modifiers(),
                   .x = x_ - window->content.x,
                   .y = y_ - window->content.y,
                   .text = {}});
}

void Seat::take(const InputEvent& event, Clock::time_point now, Heard& heard) {
  const bool is_pressed = event.press == InputEvent::Press::pressed;
  if (event.kind == InputEvent::Kind::button || event.kind == InputEvent::Kind::key ||
      event.kind == InputEvent::Kind::touch)
    last_press_ = now;
  switch (event.kind) {
    case InputEvent::Kind::pointer:
      is_finger_ = false;
      move_pointer(event.x, event.y, heard);
      break;
    case InputEvent::Kind::button:
      if (is_pressed)
        press(event.code, now, heard);
      else
        release(event.code, now, heard);
      break;
    case InputEvent::Kind::wheel: {
      const WindowPart part = stack_.part_at(x_, y_);
      if (part.kind != PartKind::content) break;
      say(part.window, Kind::wheel, 0, 0, heard);
      heard.back().x = event.x;
      heard.back().y = event.y;
      break;
    }
    case InputEvent::Kind::key: key(event, heard); break;
    case InputEvent::Kind::touch: touch(event, now, heard); break;
    case InputEvent::Kind::leave: leave(heard); break;
  }
  look_again(heard);
}

bool Seat::is_idle(Clock::time_point now, Clock::duration pause) const {
  return buttons_.empty() && down_keys_.empty() && fingers_.empty() &&
         (!last_press_ || now - *last_press_ > pause);
}

void Seat::look_again(Heard& heard) {
  WindowPlace* now = stack_.focused();
  if (now != focused_) {
    say(focused_, Kind::focus, 0, 0, heard);
    told_keys_.clear();  // the window that had them is told by that
    focused_ = now;
    say(focused_, Kind::focus, 0, 1, heard);
  }
  if (held_ == nullptr && !drag_) {
    const WindowPart part = stack_.part_at(x_, y_);
    hover(part.kind == PartKind::content ? part.window : nullptr, heard);
  }
}

void Seat::forget(const WindowPlace& window) {
  for (WindowPlace** place : {&focused_, &hovered_, &held_})
    if (*place == &window) *place = nullptr;
  if (drag_ && drag_->window == &window) drag_.reset();
  for (std::optional<Click>* click : {&click_, &last_click_})
    if (*click && (*click)->part.window == &window) click->reset();
  std::erase_if(fingers_, [&](const auto& finger) { return finger.second == &window; });
  for (std::size_t i = switching_.size(); i-- > 0;)
    if (switching_[i].window == &window) {
      switching_.erase(switching_.begin() + static_cast<std::ptrdiff_t>(i));
      if (switched_ > i) --switched_;
    }
}

// ------------------------------------------------------------------------------------- pointer

void Seat::hover(WindowPlace* window, Heard& heard) {
  if (window == hovered_) return;
  say(hovered_, Kind::pointer, 0, 0, heard);
  hovered_ = window;
  say(hovered_, Kind::pointer, 0, 1, heard);
}

void Seat::move_pointer(float x, float y, Heard& heard) {
  x_ = x;
  y_ = y;
  if (drag_) return drag_to(x, y);
  if (held_ != nullptr) {
    const Rect& in = held_->content;
    const bool is_inside = x >= in.x && y >= in.y && x < in.x + in.width && y < in.y + in.height;
    return say(held_, Kind::pointer, 0, is_inside, heard);
  }
  const WindowPart part = stack_.part_at(x, y);
  WindowPlace* over = part.kind == PartKind::content ? part.window : nullptr;
  if (over == hovered_)
    say(over, Kind::pointer, 0, 1, heard);
  else
    hover(over, heard);
}

void Seat::press(std::uint32_t button, Clock::time_point now, Heard& heard) {
  if (drag_ || !buttons_.insert(button).second) return;
  if (held_ != nullptr) return say(held_, Kind::button, button, 1, heard);
  const WindowPart part = stack_.part_at(x_, y_);
  if (part.window == nullptr) {
    if (stack_.monitors().has(x_, y_)) stack_.leave_windows();
    return;
  }
  WindowPlace& window = *part.window;
  if (window.is_minimised && part.kind == PartKind::close && button == left_button) {
    click_ = Click{part, now};
    return;
  }
  if (window.is_minimised) return stack_.raise(window);
  stack_.raise(window);
  look_again(heard);

  const bool is_moving = button == left_button && keyboard_->modifiers() == Keyboard::super;
  const bool is_resizing = button == right_button && keyboard_->modifiers() == Keyboard::super;
  if (is_moving || (part.kind == PartKind::title_bar && button == left_button)) {
    const bool is_second = last_click_ && last_click_->part == part &&
                           now - last_click_->when < double_click_time && !is_moving;
    last_click_.reset();
    if (is_second)
      return stack_.set_state(window, window.state == WindowState::normal ? WindowState::maximised
                                                                          : WindowState::normal);
    last_click_ = Click{part, now};
    drag_ = Drag{&window, 0, 0, x_, y_};
  } else if (is_resizing && window.state == WindowState::normal) {
    const Rect& in = window.content;
    drag_ = Drag{&window, x_ < in.x + in.width / 2 ? -1 : 1, y_ < in.y + in.height / 2 ? -1 : 1, x_,
                 y_};
  } else if (is_resizing && is_half(window.state)) {
    drag_ = Drag{&window, window.state == WindowState::left_half ? 1 : -1, 0, x_, y_};
  } else if (part.kind == PartKind::edge && button == left_button) {
    drag_ = Drag{&window, part.side_x, part.side_y, x_, y_};
  } else if (part.kind == PartKind::content) {
    held_ = &window;
    say(held_, Kind::button, button, 1, heard);
  } else if (button == left_button) {
    click_ = Click{part, now};
  }
}

void Seat::release(std::uint32_t button, Clock::time_point, Heard& heard) {
  if (buttons_.erase(button) == 0) return;
  if (drag_) return end_drag();
  if (held_ != nullptr) {
    say(held_, Kind::button, button, 0, heard);
    if (buttons_.empty()) held_ = nullptr;
    return;
  }
  if (!click_ || button != left_button) return;
  const WindowPart part = click_->part;
  click_.reset();
  if (stack_.part_at(x_, y_) != part) return;
  WindowPlace& window = *part.window;
  switch (part.kind) {
    case PartKind::close: say(&window, Kind::close, 0, 0, heard); break;
    case PartKind::minimise: stack_.minimise(window); break;
    case PartKind::maximise:
      stack_.set_state(window, window.state == WindowState::normal ? WindowState::maximised
                                                                   : WindowState::normal);
      break;
    default: break;
  }
}

LitButton Seat::lit_button() const {
  if (drag_ || held_ != nullptr || (is_finger_ && !click_)) return {};
  const WindowPart part = stack_.part_at(x_, y_);
  const bool is_button = part.kind == PartKind::minimise || part.kind == PartKind::maximise ||
                         part.kind == PartKind::close;
  if (!is_button || (part.window->is_minimised && part.kind != PartKind::close) ||
      (click_ && click_->part != part))
    return {};
  return {part, click_.has_value()};
}

Cursor Seat::cursor() const {
  if (is_finger_ || held_ != nullptr) return Cursor::arrow;
  const WindowPart part =
      drag_ ? WindowPart{.side_x = drag_->side_x, .side_y = drag_->side_y} : stack_.part_at(x_, y_);
  if (part.side_y == 0) return part.side_x == 0 ? Cursor::arrow : Cursor::sideways;
  if (part.side_x == 0) return Cursor::upright;
  return part.side_x == part.side_y ? Cursor::falling : Cursor::rising;
}

void Seat::drag_to(float x, float y) {
  Drag& drag = *drag_;
  if (drag.is_cancelled) return;
  WindowPlace& window = *drag.window;
  const float by_x = x - drag.x, by_y = y - drag.y;
  if (drag.side_x == 0 && drag.side_y == 0) {
    if (window.state != WindowState::normal) {
      if (std::abs(by_x) + std::abs(by_y) < 12) return;  // a click is no drag
      // It gets its own size again, and what was under the pointer stays there.
      const Rect was = drag.from, now = window.normal;
      const float along = (drag.x - was.x) / was.width, down = (drag.y - was.y) / was.height;
      const bool is_in_bar = drag.y < was.y;
      stack_.set_state(window, WindowState::normal);
      drag.from = {drag.x - along * now.width, is_in_bar ? was.y : drag.y - down * now.height,
                   now.width, now.height};
    }
    return stack_.move(window, drag.from.x + by_x, drag.from.y + by_y);
  }
  if (window.state != WindowState::normal) {
    const Rect monitor = stack_.monitors().of(window.normal);
    return stack_.split(window, drag.before.split + by_x / monitor.width);
  }
  Rect from = drag.from;
  float width_min = from.width;
  if (drag.side_x != 0) {
    // What the user holds is the frame's side.
    width_min = stack_.resized_width_min();
    from.width = std::max(from.width, width_min);
  }
  Rect to = from;
  to.width = std::max(width_min, to.width + static_cast<float>(drag.side_x) * by_x);
  to.height =
      std::max(WindowStack::content_side_min, to.height + static_cast<float>(drag.side_y) * by_y);
  if (drag.side_x < 0) to.x += from.width - to.width;
  if (drag.side_y < 0) to.y += from.height - to.height;
  stack_.resize(window, to);
}

// At a monitor's sides a window takes half of it, at the upper edge all; not where the next monitor
// begins.
Landing Seat::landing() const {
  const bool is_moved = drag_ && !drag_->is_cancelled && drag_->side_x == 0 && drag_->side_y == 0 &&
                        drag_->window->state == WindowState::normal &&
                        (x_ != drag_->x || y_ != drag_->y);
  if (!is_moved) return {};
  const Monitors& monitors = stack_.monitors();
  const Rect monitor = monitors.at(x_, y_);
  const auto as = [&](WindowState state) {
    return Landing{drag_->window, state, stack_.large_area(state, monitor)};
  };
  if (x_ <= monitor.x + screen_edge && !monitors.has(monitor.x - 1, y_))
    return as(WindowState::left_half);
  if (x_ >= monitor.right() - 1 - screen_edge && !monitors.has(monitor.right(), y_))
    return as(WindowState::right_half);
  if (y_ <= monitor.y + screen_edge && !monitors.has(x_, monitor.y - 1))
    return as(WindowState::maximised);
  return {};
}

// Until the button goes up nothing is dragged, and nobody has the pointer.
void Seat::cancel_drag() {
  Drag& drag = *drag_;
  if (drag.is_cancelled) return;
  stack_.put_back(*drag.window, drag.before);
  drag.is_cancelled = true;
  drag.side_x = drag.side_y = 0;
  last_click_.reset();
}

void Seat::end_drag() {
  const Landing landing = this->landing();
  const Drag drag = *drag_;
  drag_.reset();
  if (x_ != drag.x || y_ != drag.y) last_click_.reset();
  if (landing.window == nullptr) return;
  const Monitors& monitors = stack_.monitors();
  const Rect monitor = monitors.at(x_, y_);
  // Where it goes back to: where it was, or on another monitor there.
  Rect back = drag.before.normal;
  if (monitors.of(back) != monitor) back = moved_into(drag.window->normal, monitor);
  stack_.move(*drag.window, back.x, back.y);
  stack_.set_state(*drag.window, landing.state);
}

// The first finger is the pointer, for those who know of no others.
void Seat::touch(const InputEvent& event, Clock::time_point now, Heard& heard) {
  const bool is_down = event.press == InputEvent::Press::pressed;
  const bool is_up = event.press == InputEvent::Press::released;
  const bool is_pointer = event.code == 0;
  is_finger_ = true;
  if (is_pointer) move_pointer(event.x, event.y, heard);
  if (is_down) {
    const WindowPart part = stack_.part_at(event.x, event.y);
    if (part.kind == PartKind::content && fingers_.size() < 16) fingers_[event.code] = part.window;
    if (is_pointer) press(left_button, now, heard);
  }
  if (const auto finger = fingers_.find(event.code); finger != fingers_.end()) {
    const Rect& in = finger->second->content;
    say(finger->second, Kind::touch, event.code, is_down ? 1 : is_up ? 0 : 2, heard);
    heard.back().x = event.x - in.x;
    heard.back().y = event.y - in.y;
    if (is_up) fingers_.erase(finger);
  }
  if (is_up && is_pointer) release(left_button, now, heard);
}

// ---------------------------------------------------------------------------------------- keys

void Seat::key(const InputEvent& event, Heard& heard) {
  const std::uint32_t code = event.code;
  if (event.press == InputEvent::Press::repeated) {
    if (!told_keys_.contains(code)) return;
    say(focused_, Kind::key, code, 2, heard);
    if (focused_ != nullptr) heard.back().text = keyboard_->repeat(code);
    return;
  }
  const bool is_pressed = event.press == InputEvent::Press::pressed;
  if (is_pressed && down_keys_.size() >= keys_down_max) return;
  if (is_pressed ? !down_keys_.insert(code).second : down_keys_.erase(code) == 0) return;
  std::string text = keyboard_->take(code, is_pressed);
  if (keyboard_->modifiers() == 0) switching_.clear();
  if (is_pressed && take_shortcut(code, heard)) return;
  if (is_pressed)
    told_keys_.insert(code);
  else if (told_keys_.erase(code) == 0)
    return;
  say(focused_, Kind::key, code, is_pressed, heard);
  const bool is_text = (keyboard_->modifiers() & (Keyboard::control | Keyboard::super)) == 0;
  if (focused_ != nullptr && is_text) heard.back().text = std::move(text);
}

bool Seat::take_shortcut(std::uint32_t key, Heard& heard) {
  const std::uint32_t modifiers = keyboard_->modifiers();
  if (is_modifier(key)) return false;
  if (key == KEY_ESC && drag_) {
    cancel_drag();
    return true;
  }
  if (key == KEY_TAB && (modifiers & ~Keyboard::shift) == Keyboard::alt) {
    switch_windows((modifiers & Keyboard::shift) != 0);
    return true;
  }
  if (key == KEY_ESC && !switching_.empty()) {
    switched_ = 0;
    raise_switched();
    switching_.clear();
    return true;
  }
  if (key == KEY_F4 && modifiers == Keyboard::alt) {
    say(stack_.focused(), Kind::close, 0, 0, heard);
    return true;
  }
  if (modifiers != Keyboard::super) return false;
  WindowPlace* window = stack_.focused();
  const auto set_state = [&](WindowState state) {
    if (window != nullptr) stack_.set_state(*window, state);
  };
  switch (key) {
    case KEY_LEFT: set_state(WindowState::left_half); return true;
    case KEY_RIGHT: set_state(WindowState::right_half); return true;
    case KEY_UP:
      if (WindowPlace* last = stack_.last_minimised(); window == nullptr && last != nullptr)
        stack_.raise(*last);
      else
        set_state(WindowState::maximised);
      return true;
    case KEY_DOWN:
      if (window != nullptr && window->state == WindowState::normal)
        stack_.minimise(*window);
      else
        set_state(WindowState::normal);
      return true;
    default: return false;
  }
}

// Through the windows in the order in which they lay when Alt went down: from the one that had the
// keyboard, or to the one that had it last.
void Seat::switch_windows(bool backwards) {
  const bool is_first = switching_.empty();
  if (is_first) {
    for (WindowPlace* window : std::views::reverse(stack_.by_use()))
      switching_.push_back({window, window->is_minimised});
    switched_ = 0;
  }
  const std::size_t count = switching_.size();
  if (count == 0) return;
  const bool is_from_none = is_first && stack_.focused() == nullptr && !backwards;
  if (!is_from_none) switched_ = (switched_ + (backwards ? count - 1 : 1)) % count;
  raise_switched();
}

// The others go back to where they were.
void Seat::raise_switched() {
  const std::vector<Switched> all = switching_;
  for (const auto [window, was_minimised] : std::views::reverse(all))
    if (!was_minimised)
      stack_.raise(*window);
    else
      stack_.minimise(*window);
  stack_.raise(*all[std::min(switched_, all.size() - 1)].window);
}

Switching Seat::switching() const {
  Switching its;
  for (const Switched& one : switching_)
    its.windows.push_back(one.window);
  its.chosen = std::min(switched_, its.windows.size());
  return its;
}

// The user has gone elsewhere: nothing is held any more.
void Seat::leave(Heard& heard) {
  drag_.reset();
  click_.reset();
  for (const std::uint32_t button : std::exchange(buttons_, {}))
    say(held_, Kind::button, button, 0, heard);
  held_ = nullptr;
  keyboard_->reset();
  down_keys_.clear();
  for (const std::uint32_t key : std::exchange(told_keys_, {}))
    say(focused_, Kind::key, key, 0, heard);
  switching_.clear();
  for (const auto& [finger, window] : std::exchange(fingers_, {}))
    say(window, Kind::touch, finger, 0, heard);
  x_ = y_ = -1;
}

}  // namespace blink::server
