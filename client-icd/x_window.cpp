#include "client-icd/x_window.h"

#include <X11/Xutil.h>
#include <cerrno>

namespace blink::icd {

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
