#include "client-icd/x_window.h"

#include <X11/Xatom.h>
#include <X11/Xutil.h>
#include <xcb/xcb.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>

namespace blink::icd {
namespace {

// By XCB: an error of Xlib's is the whole process', and ends it.
class OwnConnection {
 public:
  explicit OwnConnection(const std::string& display)
      : x_(xcb_connect(display.c_str(), nullptr), &xcb_disconnect) {}

  bool is_there() const { return xcb_connection_has_error(x_.get()) == 0; }

  void ask_to_close(xcb_window_t window) {
    const xcb_atom_t protocols = atom("WM_PROTOCOLS"), deletion = atom("WM_DELETE_WINDOW");
    // That of a toolkit may lie in another, which has the frame.
    constexpr int depth_max = 32;
    xcb_window_t its = window;
    for (int i = 0; i < depth_max && its != 0; ++i, its = parent_of(its)) {
      if (!has_protocol(its, protocols, deletion)) continue;
      xcb_client_message_event_t event{};
      event.response_type = XCB_CLIENT_MESSAGE;
      event.format = 32;
      event.window = its;
      event.type = protocols;
      event.data.data32[0] = deletion;
      event.data.data32[1] = XCB_CURRENT_TIME;
      xcb_send_event(x_.get(), 0, its, 0, reinterpret_cast<const char*>(&event));
      return finish();
    }
    xcb_kill_client(x_.get(), window);
    finish();
  }

 private:
  template <typename T>
  using Reply = std::unique_ptr<T, decltype(&std::free)>;
  template <typename T>
  static Reply<T> reply(T* its) {
    return {its, &std::free};
  }

  xcb_atom_t atom(std::string_view name) {
    const auto cookie =
        xcb_intern_atom(x_.get(), 0, static_cast<std::uint16_t>(name.size()), name.data());
    const auto its = reply(xcb_intern_atom_reply(x_.get(), cookie, nullptr));
    return its ? its->atom : xcb_atom_t{XCB_ATOM_NONE};
  }
  bool has_protocol(xcb_window_t window, xcb_atom_t protocols, xcb_atom_t wanted) {
    constexpr std::uint32_t protocols_max = 64;
    const auto cookie =
        xcb_get_property(x_.get(), 0, window, protocols, XCB_ATOM_ATOM, 0, protocols_max);
    const auto its = reply(xcb_get_property_reply(x_.get(), cookie, nullptr));
    if (!its || its->format != 32) return false;
    const std::span all(static_cast<const xcb_atom_t*>(xcb_get_property_value(its.get())),
                        static_cast<std::size_t>(xcb_get_property_value_length(its.get())) / 4);
    return std::ranges::find(all, wanted) != all.end();
  }
  // 0: it is the root's, or is not there.
  xcb_window_t parent_of(xcb_window_t window) {
    const auto cookie = xcb_query_tree(x_.get(), window);
    const auto its = reply(xcb_query_tree_reply(x_.get(), cookie, nullptr));
    return !its || its->parent == its->root ? 0 : its->parent;
  }
  // The server has done what was said.
  void finish() {
    const auto cookie = xcb_get_input_focus(x_.get());
    (void)reply(xcb_get_input_focus_reply(x_.get(), cookie, nullptr));
  }

  const std::unique_ptr<xcb_connection_t, decltype(&xcb_disconnect)> x_;
};

}  // namespace

std::function<void()> closer_of(Display* display, XID window) {
  return [name = std::string(DisplayString(display)), window] {
    OwnConnection x(name);
    if (x.is_there()) x.ask_to_close(static_cast<xcb_window_t>(window));
  };
}

void mark_shown(Display* display, XID window) {
  const unsigned char yes = 1;
  XChangeProperty(display, window, XInternAtom(display, "_BLINK_SHOWN", False), XA_CARDINAL, 8,
                  PropModeReplace, &yes, 1);
  XFlush(display);
}

bool size_of(Display* display, XID drawable, XSize* size) {
  Window root;
  int x, y;
  unsigned border, depth;
  return XGetGeometry(display, drawable, &root, &x, &y, &size->width, &size->height, &border,
                      &depth) != 0 &&
         size->width > 0 && size->height > 0;
}

std::string title_of(Display* display, XID window) {
  char* name = nullptr;
  if (XFetchName(display, window, &name) == 0 || name == nullptr)
    return program_invocation_short_name;
  const std::string title = name;
  XFree(name);
  return title.empty() ? program_invocation_short_name : title;
}

}  // namespace blink::icd
