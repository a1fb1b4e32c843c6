#pragma once

#include <X11/Xlib.h>

namespace blink::test {

// What a window manager sends when its user closes the window.
inline void ask_to_close(::Display* display, ::Window window) {
  XEvent event{};
  event.xclient.type = ClientMessage;
  event.xclient.window = window;
  event.xclient.message_type = ::XInternAtom(display, "WM_PROTOCOLS", False);
  event.xclient.format = 32;
  event.xclient.data.l[0] = static_cast<long>(::XInternAtom(display, "WM_DELETE_WINDOW", False));
  ::XSendEvent(display, window, False, NoEventMask, &event);
  ::XSync(display, False);
}

}  // namespace blink::test
