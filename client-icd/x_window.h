// What a window of the X server is, whichever way a program draws in it. Its includer has Xlib's
// words already.

#pragma once

#include <X11/Xlib.h>
#include <functional>
#include <string>

namespace blink::icd {

struct XSize {
  unsigned width = 0, height = 0;
};

// False: there is no such drawable, or it has no area.
bool size_of(Display* display, XID drawable, XSize* size);
// A name for the user: the program's own where the window has none.
std::string title_of(Display* display, XID window);
// Says to whoever shows the X server's windows that this one is shown already (property
// _BLINK_SHOWN).
void mark_shown(Display* display, XID window);
// What asks its owner to close it, as a window manager would, over a connection of its own: on any
// thread, and when the window is gone already.
std::function<void()> closer_of(Display* display, XID window);

}  // namespace blink::icd
