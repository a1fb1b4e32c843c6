// XServer: the capsule's X server as the agent uses it: its windows, their pixels, input into them.
// The agent is its window manager, one without a word of its own: windows get the size and place
// that they ask for.
//
// Threads: one.

#pragma once

#include <xcb/shm.h>
#include <xcb/xcb.h>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/status.h"

namespace blink::machines {

struct XPlace {
  int x = 0, y = 0;
  std::uint32_t width = 0, height = 0;
};

class XServer {
 public:
  // The one of $DISPLAY. `region` is mapped there, whole, for pixels.
  static Result<std::unique_ptr<XServer>> connect(int region);
  ~XServer();

  int fd() const { return xcb_get_file_descriptor(x_); }
  bool is_gone() const { return xcb_connection_has_error(x_) != 0; }
  // Null: none is there.
  using Event = std::unique_ptr<xcb_generic_event_t, decltype(&std::free)>;
  Event next_event() { return {xcb_poll_for_event(x_), &std::free}; }
  void flush() { xcb_flush(x_); }
  xcb_window_t root() const { return root_; }
  std::uint8_t damage_event() const { return damage_event_; }
  xcb_atom_t shown_property() const { return shown_; }
  bool is_title(xcb_atom_t property) const {
    return property == net_name_ || property == XCB_ATOM_WM_NAME;
  }

  std::vector<xcb_window_t> windows();  // seen now, from below
  bool place_of(xcb_window_t window, XPlace* place);
  // That the OpenGL driver shows by itself.
  bool is_shown_elsewhere(xcb_window_t window);
  std::string title_of(xcb_window_t window);
  // Is told of its changes; the number says which damage is whose.
  std::uint32_t watch(xcb_window_t window);
  void unwatch(std::uint32_t damage);
  void take_damage(std::uint32_t damage);

  std::uint32_t name_pixels(xcb_window_t window);  // of this size; to be dropped with the next
  void drop_pixels(std::uint32_t pixmap);
  // Into the region, at that byte. False: they are not there any more.
  bool copy_rows(std::uint32_t pixmap, std::uint32_t width, std::uint32_t first,
                 std::uint32_t count, std::uint64_t to);

  void allow(const xcb_map_request_event_t& wish);
  void allow(const xcb_configure_request_event_t& wish);
  void resize(xcb_window_t window, std::uint32_t width, std::uint32_t height);
  void raise(xcb_window_t window);
  void focus(xcb_window_t window);
  void ask_to_close(xcb_window_t window);
  // As if the user did it there: `type` is an event's, XCB_MOTION_NOTIFY or another.
  void fake(std::uint8_t type, std::uint8_t detail, int x = 0, int y = 0);

 private:
  XServer() = default;
  xcb_atom_t atom(std::string_view name);
  Status find_extensions(int region);
  bool has_protocol(xcb_window_t window, xcb_atom_t wanted);
  std::string text_property(xcb_window_t window, xcb_atom_t property);

  xcb_connection_t* x_ = nullptr;
  xcb_window_t root_ = 0;
  xcb_shm_seg_t region_ = 0;
  std::uint8_t damage_event_ = 0;
  xcb_atom_t shown_ = 0, net_name_ = 0, protocols_ = 0, deletion_ = 0, state_ = 0;
};

}  // namespace blink::machines
