#include "machines/x_agent/x_agent.h"

#include <poll.h>
#include <xcb/damage.h>
#include <algorithm>
#include <cmath>
#include <thread>
#include <utility>

#include "common/runtime_dir.h"

namespace blink::machines {
namespace {

constexpr std::uint32_t objects_max = 1024;
constexpr std::uint64_t region_bytes = 512ull << 20;  // memory only where it is used
constexpr std::chrono::milliseconds interval{16};     // from one painting of a window to the next
constexpr int soon_ms = 2;                            // the server has not done with the last one
constexpr std::uint32_t side_max = 16'384;            // of pictures
constexpr std::uint8_t evdev_to_x = 8;
constexpr std::size_t windows_max = 200;

template <typename Event>
const Event& as(const xcb_generic_event_t& event) {
  return reinterpret_cast<const Event&>(event);
}

}  // namespace

Result<std::unique_ptr<XAgent>> XAgent::make() {
  vso::ClientOptions options;
  options.socket_path = default_runtime_dir().append("/").append(client_socket_name);
  options.name = "windows";
  options.region_bytes = region_bytes;
  BLINK_ASSIGN(auto client, vso::Client::connect(std::move(options)));
  BLINK_ASSIGN(vso::ClientArray * array, client->add_array(objects_max));
  BLINK_ASSIGN(auto x, XServer::connect(client->memory().fd()));
  return std::unique_ptr<XAgent>(new XAgent(std::move(client), *array, std::move(x)));
}

Status XAgent::run() {
  for (const xcb_window_t window : x_->windows())
    begin(window);
  for (;;) {
    while (const XServer::Event event = x_->next_event())
      hear_x(*event);
    if (x_->is_gone()) return Status::system("the X server has gone");
    hear_user();
    if (listener_.has_lost_server()) BLINK_TRY(come_back());
    const int timeout_ms = paint();
    x_->flush();
    // What came while something was asked waits in the library, where poll() does not see it.
    if (const XServer::Event event = x_->next_event()) {
      hear_x(*event);
      continue;
    }
    pollfd fds[] = {{x_->fd(), POLLIN, 0}, {listener_.fd(), POLLIN, 0}};
    ::poll(fds, 2, timeout_ms);
  }
}

// There will be another, and all windows are there again. One that wants to be let go of, because
// the machine is to be saved, takes us back when it may.
Status XAgent::come_back() {
  constexpr std::chrono::hours patience{24};
  if (!client_->ended()) client_->release();
  if (!client_->has_lost_server()) return std::move(*client_->ended());
  BLINK_TRY(client_->reconnect(vso::Client::Clock::now() + patience));
  listener_.go_on();
  return {};
}

// ------------------------------------------------------------------------------- the X server

void XAgent::hear_x(const xcb_generic_event_t& event) {
  const std::uint8_t type = event.response_type & 0x7f;
  if (type == x_->damage_event()) {
    const auto& damage = as<xcb_damage_notify_event_t>(event);
    const auto found = shown_.find(damage.drawable);
    if (found == shown_.end()) return;
    const std::uint32_t height = found->second.place.height;
    const auto top = static_cast<std::uint32_t>(std::max<int>(damage.area.y, 0));
    found->second.changed.add({std::min(top, height), std::min(top + damage.area.height, height)});
    return;
  }
  switch (type) {
    case XCB_MAP_REQUEST: return x_->allow(as<xcb_map_request_event_t>(event));
    case XCB_CONFIGURE_REQUEST: return x_->allow(as<xcb_configure_request_event_t>(event));
    case XCB_MAP_NOTIFY:
      above_ = 0;  // it lies over the others, also one that we do not show
      return begin(as<xcb_map_notify_event_t>(event).window);
    case XCB_UNMAP_NOTIFY: return end(as<xcb_unmap_notify_event_t>(event).window);
    case XCB_DESTROY_NOTIFY: return end(as<xcb_destroy_notify_event_t>(event).window);
    case XCB_REPARENT_NOTIFY:
      if (const auto& its = as<xcb_reparent_notify_event_t>(event); its.parent != x_->root())
        end(its.window);
      return;
    case XCB_CONFIGURE_NOTIFY: {
      const auto& its = as<xcb_configure_notify_event_t>(event);
      const std::uint32_t border = 2u * its.border_width;
      return move(its.window, {its.x, its.y, its.width + border, its.height + border});
    }
    case XCB_PROPERTY_NOTIFY: return note_property(as<xcb_property_notify_event_t>(event));
    default: return;
  }
}

void XAgent::begin(xcb_window_t name) {
  Shown shown;
  if (shown_.contains(name) || shown_.size() >= windows_max) return;
  if (!x_->place_of(name, &shown.place)) return;
  if (shown.place.width > side_max || shown.place.height > side_max) return;
  shown.damage = x_->watch(name);  // first: what it says from now on is heard
  if (x_->is_shown_elsewhere(name)) return x_->unwatch(shown.damage);
  auto window =
      AgentWindow::make(array_, x_->title_of(name), shown.place.width, shown.place.height);
  if (!window.is_ok()) return x_->unwatch(shown.damage);
  shown.window = window.take();
  name_pixels(name, shown);
  shown_.emplace(name, std::move(shown));
}

void XAgent::end(xcb_window_t name) {
  const auto found = shown_.find(name);
  if (found == shown_.end()) return;
  x_->unwatch(found->second.damage);
  x_->drop_pixels(found->second.pixels);
  shown_.erase(found);
  if (above_ == name) above_ = 0;
}

// Its pixels are others from now on.
void XAgent::name_pixels(xcb_window_t name, Shown& shown) {
  if (shown.pixels != 0) x_->drop_pixels(shown.pixels);
  shown.pixels = x_->name_pixels(name);
  shown.changed = {0, shown.place.height};
}

void XAgent::move(xcb_window_t name, const XPlace& place) {
  const auto found = shown_.find(name);
  if (found == shown_.end()) return;
  Shown& shown = found->second;
  const bool is_resized = place.width != shown.place.width || place.height != shown.place.height;
  shown.place = place;
  if (!is_resized) return;
  if (place.width > side_max || place.height > side_max ||
      !shown.window->set_size(place.width, place.height).is_ok())
    return end(name);
  name_pixels(name, shown);
}

void XAgent::note_property(const xcb_property_notify_event_t& event) {
  const auto found = shown_.find(event.window);
  if (found == shown_.end()) return;
  if (event.atom == x_->shown_property()) return end(event.window);
  if (x_->is_title(event.atom)) found->second.window->set_title(x_->title_of(event.window));
}

int XAgent::paint() {
  int timeout_ms = -1;
  const auto now = Clock::now();
  const auto come_again = [&](int ms) {
    timeout_ms = timeout_ms < 0 ? ms : std::min(timeout_ms, ms);
  };
  for (auto& [name, shown] : shown_) {
    if (shown.changed.is_empty()) continue;
    const auto due = shown.painted + interval;
    if (now < due)
      come_again(static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(due - now).count()));
    else if (!shown.window->is_free())
      come_again(soon_ms);
    else if (paint(name, shown))
      shown.painted = now;
  }
  return timeout_ms;
}

// False: there was nothing to be had, and there will be when it is said to have changed.
bool XAgent::paint(xcb_window_t, Shown& shown) {
  const Rows rows = std::exchange(shown.changed, {});
  x_->take_damage(shown.damage);
  const auto to = shown.window->begin_rows(rows);
  const auto offset = static_cast<std::uint64_t>(to.data() - client_->memory().own_bytes());
  const bool is_copied =
      x_->copy_rows(shown.pixels, shown.window->width(), rows.begin, rows.end - rows.begin, offset);
  shown.window->end_rows(rows);
  return is_copied;
}

// ----------------------------------------------------------------------------------- the user

void XAgent::hear_user() {
  for (const vso::ClientEvent& event : listener_.take()) {
    const auto found = std::ranges::find_if(
        shown_, [&](const auto& each) { return each.second.window->id() == event.object; });
    if (found == shown_.end()) continue;
    auto& [name, shown] = *found;
    if (event.type == BLINK_EVENT_INPUT) hear_input(name, shown, event);
    if (event.type == BLINK_EVENT_CLOSE) x_->ask_to_close(name);
    if (event.type == BLINK_EVENT_CONFIGURE && event.number[0] >= 1 && event.number[1] >= 1)
      x_->resize(name, static_cast<std::uint32_t>(event.number[0]),
                 static_cast<std::uint32_t>(event.number[1]));
  }
}

// Windows lie over each other in the X server, as they do not on the screen: the one that the
// pointer is in comes first.
void XAgent::hear_input(xcb_window_t name, Shown& shown, const vso::ClientEvent& event) {
  const auto point = [&] {
    if (std::exchange(above_, name) != name) x_->raise(name);
    x_->fake(XCB_MOTION_NOTIFY, 0, shown.place.x + static_cast<int>(event.number[0]),
             shown.place.y + static_cast<int>(event.number[1]));
  };
  switch (event.kind) {
    case BLINK_INPUT_POINTER: return point();
    case BLINK_INPUT_BUTTON:
      point();
      // Those from 4 on are the wheel's in X.
      return press(XCB_BUTTON_PRESS, event.code > 3 ? event.code + 4 : event.code,
                   event.value != 0);
    case BLINK_INPUT_WHEEL: return turn_wheel(event.number[0], event.number[1]);
    case BLINK_INPUT_KEY:
      if (event.value != 2) press(XCB_KEY_PRESS, event.code + evdev_to_x, event.value != 0);
      return;  // the X server repeats by itself
    case BLINK_INPUT_FOCUS:
      if (event.value == 0) return release_all();
      return x_->focus(name);
    default: return;
  }
}

void XAgent::press(std::uint8_t type_down, std::uint32_t code, bool is_down) {
  if (code > 255) return;
  const std::pair which(type_down, static_cast<std::uint8_t>(code));
  if (is_down)
    held_.insert(which);
  else
    held_.erase(which);
  // A release is the type after its press.
  x_->fake(static_cast<std::uint8_t>(is_down ? type_down : type_down + 1), which.second);
}

void XAgent::turn_wheel(float right, float away) {
  constexpr std::uint32_t buttons[2][2] = {{7, 6}, {4, 5}};  // right, left; away, near
  const float steps[2] = {right, away};
  for (int axis = 0; axis < 2; ++axis) {
    wheel_[axis] += std::clamp(steps[axis], -100.0f, 100.0f);
    for (; std::abs(wheel_[axis]) >= 1; wheel_[axis] -= std::copysign(1.0f, wheel_[axis])) {
      const std::uint32_t button = buttons[axis][wheel_[axis] > 0 ? 0 : 1];
      press(XCB_BUTTON_PRESS, button, true);
      press(XCB_BUTTON_PRESS, button, false);
    }
  }
}

void XAgent::release_all() {
  for (const auto& [type, detail] : std::exchange(held_, {}))
    x_->fake(static_cast<std::uint8_t>(type + 1), detail);
}

}  // namespace blink::machines
