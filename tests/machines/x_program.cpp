// A program of X11 that knows nothing of Blink: a red window, "Plain". Its left half clicked, it is
// green; its right half, rows 40 to 60 are blue; clicked with the right button, it opens a menu; a
// key becomes its title. It says what size it has, and ends when it is to be closed.

#include <xcb/xcb.h>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

namespace {

constexpr std::uint16_t width = 200, height = 100;

struct Program {
  xcb_connection_t* x = xcb_connect(nullptr, nullptr);
  xcb_screen_t* screen = xcb_setup_roots_iterator(xcb_get_setup(x)).data;
  xcb_window_t window = xcb_generate_id(x);
  xcb_gcontext_t brush = xcb_generate_id(x);

  xcb_atom_t atom(const char* name) const {
    auto* reply = xcb_intern_atom_reply(
        x, xcb_intern_atom(x, 0, static_cast<std::uint16_t>(std::strlen(name)), name), nullptr);
    const xcb_atom_t its = reply->atom;
    std::free(reply);
    return its;
  }
  void set_title(const std::string& title) const {
    xcb_change_property(x, XCB_PROP_MODE_REPLACE, window, XCB_ATOM_WM_NAME, XCB_ATOM_STRING, 8,
                        static_cast<std::uint32_t>(title.size()), title.data());
  }
  void fill(std::uint32_t colour, xcb_rectangle_t area) const {
    xcb_change_gc(x, brush, XCB_GC_FOREGROUND, &colour);
    xcb_poly_fill_rectangle(x, window, brush, 1, &area);
  }
  void open() const {
    const std::uint32_t values[] = {0xff0000, XCB_EVENT_MASK_BUTTON_PRESS |
                                                  XCB_EVENT_MASK_KEY_PRESS |
                                                  XCB_EVENT_MASK_STRUCTURE_NOTIFY};
    xcb_create_window(x, XCB_COPY_FROM_PARENT, window, screen->root, 0, 0, width, height, 3,
                      XCB_WINDOW_CLASS_INPUT_OUTPUT, screen->root_visual,
                      XCB_CW_BACK_PIXEL | XCB_CW_EVENT_MASK, values);
    xcb_create_gc(x, brush, window, 0, nullptr);
    set_title("Plain");
    const xcb_atom_t deletion = atom("WM_DELETE_WINDOW");
    xcb_change_property(x, XCB_PROP_MODE_REPLACE, window, atom("WM_PROTOCOLS"), XCB_ATOM_ATOM, 32,
                        1, &deletion);
    xcb_map_window(x, window);
  }
  void open_menu() const {
    const std::uint32_t values[] = {0xff00ff, 1};
    const xcb_window_t menu = xcb_generate_id(x);
    xcb_create_window(x, XCB_COPY_FROM_PARENT, menu, screen->root, 20, 20, 60, 40, 0,
                      XCB_WINDOW_CLASS_INPUT_OUTPUT, screen->root_visual,
                      XCB_CW_BACK_PIXEL | XCB_CW_OVERRIDE_REDIRECT, values);
    xcb_map_window(x, menu);
  }
  void press(const xcb_button_press_event_t& event) const {
    if (event.detail == 3) return open_menu();
    if (event.event_x < width / 2)
      fill(0x00ff00, {0, 0, 4096, 4096});
    else
      fill(0x0000ff, {0, 40, 4096, 20});
  }
};

}  // namespace

int main() {
  const Program program;
  if (xcb_connection_has_error(program.x) != 0) return 2;
  program.open();
  for (;;) {
    xcb_flush(program.x);
    const std::unique_ptr<xcb_generic_event_t, decltype(&std::free)> event(
        xcb_wait_for_event(program.x), &std::free);
    if (!event) return 3;
    switch (event->response_type & 0x7f) {
      case XCB_BUTTON_PRESS:
        program.press(reinterpret_cast<const xcb_button_press_event_t&>(*event));
        break;
      case XCB_KEY_PRESS:
        program.set_title(
            "key " + std::to_string(reinterpret_cast<const xcb_key_press_event_t&>(*event).detail));
        break;
      case XCB_CONFIGURE_NOTIFY: {
        const auto& its = reinterpret_cast<const xcb_configure_notify_event_t&>(*event);
        std::printf("size %d %d\n", its.width, its.height);
        std::fflush(stdout);
        break;
      }
      case XCB_CLIENT_MESSAGE: return 0;
      default: break;
    }
  }
}
