#include "client-icd/glx/objects.h"

namespace blink::icd::glx {

thread_local GlxContext* current_glx = nullptr;

Global& global() {
  static Global* const it = new Global;  // outlives every thread
  return *it;
}

void end_if_unused(GlxContext* context) {
  if (context->is_destroyed && context->current_on == 0) delete context;
}

std::nullptr_t fail(Display* display, int error, int minor, XID resource) {
  int opcode = 0, first_event = 0, first_error = 0;
  XQueryExtension(display, "GLX", &opcode, &first_event, &first_error);
  XErrorEvent event{};
  event.type = 0;
  event.display = display;
  event.resourceid = resource;
  event.serial = NextRequest(display);
  event.error_code =
      static_cast<unsigned char>((error & glx_error) != 0 ? first_error + (error & 0xFF) : error);
  event.request_code = static_cast<unsigned char>(opcode);
  event.minor_code = static_cast<unsigned char>(minor);
  const XErrorHandler handler = XSetErrorHandler(nullptr);
  XSetErrorHandler(handler);
  handler(display, &event);
  return nullptr;
}

}  // namespace blink::icd::glx
