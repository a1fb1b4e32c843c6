#include "client-icd/egl/objects.h"

#include <algorithm>

namespace blink::icd::egl {

thread_local Thread here;

Global& global() {
  static Global* const it = new Global;  // outlives every thread
  return *it;
}

EglDisplay* display_of(EGLDisplay handle) {
  const std::lock_guard lock(global().mutex);
  for (const auto& [key, display] : global().displays) {
    if (display.get() != handle) continue;
    return display->is_up ? display.get() : fail<EglDisplay*>(EGL_NOT_INITIALIZED);
  }
  return fail<EglDisplay*>(EGL_BAD_DISPLAY);
}

const Config* config_of(EGLConfig handle) {
  const auto* const config = static_cast<const Config*>(handle);
  const auto is_it = [&](const Config& its) { return &its == config; };
  return std::ranges::any_of(configs, is_it) ? config : nullptr;
}

EglSurface* surface_of(EglDisplay& display, EGLSurface which) {
  auto* const surface = static_cast<EglSurface*>(which);
  const std::lock_guard lock(global().mutex);
  return display.surfaces.contains(surface) ? surface : fail<EglSurface*>(EGL_BAD_SURFACE);
}

EGLint get_error() { return std::exchange(here.error, EGL_SUCCESS); }

void end_if_unused(EglContext* context) {
  if (context->is_destroyed && context->current_on == 0) delete context;
}
void end_if_unused(EglSurface* surface) {
  if (surface->is_destroyed && surface->current_on == 0) delete surface;
}

}  // namespace blink::icd::egl
