// EGL: what is current, and what is drawn there.

#include "client-icd/egl/calls.h"

#include <algorithm>

namespace blink::icd::egl {

namespace {

// As large as its window is now.
void follow_window(const EglDisplay& display, EglSurface& its, Context& context) {
  if (its.window != 0) (void)size_of(display.x, its.window, &its.size);
  const auto side = [](unsigned size) { return std::min(size, static_cast<unsigned>(side_max)); };
  if (its.surface)
    return its.surface->set_size(context.stream, side(its.size.width), side(its.size.height));
  its.surface =
      std::make_shared<Surface>(*Connection::get(), side(its.size.width), side(its.size.height));
  its.surface->announce(context.stream);
}

// From now on nothing is current here.
void let_go() {
  if (here.context != nullptr) {
    here.context->context->stream.flush();
    --here.context->current_on;
    end_if_unused(here.context);
  }
  for (EglSurface* const surface : {here.surface, here.read}) {
    if (surface == nullptr) continue;
    --surface->current_on;
    end_if_unused(surface);
  }
  here.context = nullptr;
  here.surface = here.read = nullptr;
  here.display = nullptr;
  blink::icd::current = nullptr;
}

}  // namespace

EGLBoolean make_current(EGLDisplay handle, EGLSurface draw, EGLSurface read, EGLContext which) {
  if (which == EGL_NO_CONTEXT) {
    if (draw != EGL_NO_SURFACE || read != EGL_NO_SURFACE) return fail(EGL_BAD_MATCH);
    const std::lock_guard lock(global().mutex);
    let_go();
    return good(EGL_TRUE);
  }
  EglDisplay* const display = display_of(handle);
  if (display == nullptr) return EGL_FALSE;
  if ((draw == EGL_NO_SURFACE) != (read == EGL_NO_SURFACE)) return fail(EGL_BAD_MATCH);
  auto* const context = static_cast<EglContext*>(which);
  auto* const surface = static_cast<EglSurface*>(draw);
  auto* const read_surface = static_cast<EglSurface*>(read);
  {
    const std::lock_guard lock(global().mutex);
    if (!display->contexts.contains(context)) return fail(EGL_BAD_CONTEXT);
    for (EglSurface* const each : {surface, read_surface})
      if (each != nullptr && !display->surfaces.contains(each)) return fail(EGL_BAD_SURFACE);
    if (here.context != context && context->current_on > 0) return fail(EGL_BAD_ACCESS);
    if (surface != nullptr && here.surface != surface && surface->current_on > 0)
      return fail(EGL_BAD_ACCESS);
    // First: what was current may be what will be.
    ++context->current_on;
    for (EglSurface* const each : {surface, read_surface})
      if (each != nullptr) ++each->current_on;
    let_go();
  }
  here.display = display;
  here.context = context;
  here.surface = surface;
  here.read = read_surface;
  blink::icd::current = context->context.get();
  Connection::get()->tell_dropped_images(context->context->stream);
  if (surface == nullptr) {
    context->context->draw_to(nullptr, nullptr);
    return good(EGL_TRUE);
  }
  follow_window(*display, *surface, *context->context);
  if (read_surface != surface) follow_window(*display, *read_surface, *context->context);
  context->context->draw_to(surface->surface, read_surface->surface);
  return good(EGL_TRUE);
}

EGLBoolean swap_buffers(EGLDisplay handle, EGLSurface which) {
  EglDisplay* const display = display_of(handle);
  if (display == nullptr) return EGL_FALSE;
  EglSurface* const surface = surface_of(*display, which);
  if (surface == nullptr) return EGL_FALSE;
  if (here.surface != surface) return fail(EGL_BAD_SURFACE);
  if (surface->window == 0) return good(EGL_TRUE);  // it has one buffer
  Context& context = *here.context->context;
  // Not before something is to be seen: toolkits have windows that they never show.
  if (!surface->surface->is_shown()) {
    surface->surface->show(title_of(display->x, surface->window),
                           closer_of(display->x, surface->window));
    mark_shown(display->x, surface->window);
  }
  surface->surface->swap(context.stream);
  follow_window(*display, *surface, context);
  return good(EGL_TRUE);
}

EGLBoolean swap_buffers_with_damage(EGLDisplay handle, EGLSurface which, const EGLint*, EGLint) {
  return swap_buffers(handle, which);
}

EGLBoolean swap_interval(EGLDisplay handle, EGLint interval) {
  if (display_of(handle) == nullptr) return EGL_FALSE;
  if (here.context == nullptr) return fail(EGL_BAD_CONTEXT);
  if (here.surface == nullptr) return fail(EGL_BAD_SURFACE);
  here.surface->surface->set_interval(interval);
  return good(EGL_TRUE);
}

EGLBoolean wait_client() {
  if (here.context != nullptr) here.context->context->stream.flush();
  return good(EGL_TRUE);
}
EGLBoolean wait_native(EGLint) { return good(EGL_TRUE); }

EGLBoolean copy_buffers(EGLDisplay handle, EGLSurface, EGLNativePixmapType) {
  return display_of(handle) == nullptr ? EGL_FALSE : fail(EGL_BAD_NATIVE_PIXMAP);
}
EGLBoolean bind_tex_image(EGLDisplay handle, EGLSurface, EGLint) {
  return display_of(handle) == nullptr ? EGL_FALSE : fail(EGL_BAD_MATCH);
}
EGLBoolean release_tex_image(EGLDisplay handle, EGLSurface, EGLint) {
  return display_of(handle) == nullptr ? EGL_FALSE : fail(EGL_BAD_MATCH);
}

EGLBoolean release_thread() {
  const std::lock_guard lock(global().mutex);
  let_go();
  return good(EGL_TRUE);
}

}  // namespace blink::icd::egl
