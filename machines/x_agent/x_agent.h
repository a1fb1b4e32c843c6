// XAgent: shows each window of the capsule's X server as a window of its own on the server, and
// does there what the user does here. It runs within the capsule and is as untrusted as its
// programs.
//
// A window that the OpenGL driver shows by itself has the property _BLINK_SHOWN, and is left to it.
//
// Threads: one, and its EventListener's.

#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <set>

#include "common/status.h"
#include "machines/x_agent/agent_window.h"
#include "machines/x_agent/event_listener.h"
#include "machines/x_agent/x_server.h"
#include "vso/client.h"

namespace blink::machines {

class XAgent {
 public:
  static Result<std::unique_ptr<XAgent>> make();
  // Until the X server goes.
  Status run();

 private:
  using Clock = std::chrono::steady_clock;
  struct Shown {
    XPlace place;
    std::unique_ptr<AgentWindow> window;
    std::uint32_t damage = 0, pixels = 0;
    Rows changed;
    Clock::time_point painted{};
  };

  XAgent(std::unique_ptr<vso::Client> client, vso::ClientArray& array, std::unique_ptr<XServer> x)
      : client_(std::move(client)), array_(array), x_(std::move(x)), listener_(*client_) {}

  void hear_x(const xcb_generic_event_t& event);
  void begin(xcb_window_t window);
  void end(xcb_window_t window);
  void move(xcb_window_t window, const XPlace& place);
  void note_property(const xcb_property_notify_event_t& event);
  // -1: nothing is left to be painted; else when to come again.
  int paint();
  bool paint(xcb_window_t name, Shown& shown);
  void name_pixels(xcb_window_t name, Shown& shown);

  void hear_user();
  void hear_input(xcb_window_t name, Shown& shown, const vso::ClientEvent& event);
  void press(std::uint8_t type_down, std::uint32_t code, bool is_down);
  void turn_wheel(float right, float away);
  void release_all();
  Status come_back();

  const std::unique_ptr<vso::Client> client_;
  vso::ClientArray& array_;
  const std::unique_ptr<XServer> x_;
  EventListener listener_;
  std::map<xcb_window_t, Shown> shown_;
  std::set<std::pair<std::uint8_t, std::uint8_t>> held_;  // what was pressed: event and detail
  xcb_window_t above_ = 0;                                // that was raised last
  float wheel_[2] = {};                                   // parts of steps
};

}  // namespace blink::machines
