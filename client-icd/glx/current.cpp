// GLX: what is current, what is drawn there, and how often it is seen.

#include <algorithm>
#include <climits>

#include "client-icd/glx/calls.h"

namespace blink::icd::glx {

bool geometry_of(Display* display, GLXDrawable drawable, Geometry* geometry) {
  geometry->window = drawable;
  {
    const std::lock_guard lock(global().mutex);
    if (const auto found = global().pbuffers.find(drawable); found != global().pbuffers.end()) {
      *geometry = {{found->second.width, found->second.height}, 0};
      return true;
    }
    if (const auto found = global().windows.find(drawable); found != global().windows.end())
      geometry->window = found->second;
  }
  return size_of(display, geometry->window, &geometry->size);
}

namespace {

constexpr int make_context_current_minor = 26;

// Nothing shows a pixmap or a pbuffer.
bool is_window(Display* display, XID drawable) {
  if (drawable == 0) return false;
  const std::lock_guard lock(global().mutex);
  return !global().pixmaps.contains(drawable) && XDefaultRootWindow(display) != drawable;
}

std::shared_ptr<Surface> surface_of(Display* display, GLXDrawable drawable, Context& context) {
  Geometry geometry;
  if (!geometry_of(display, drawable, &geometry)) return nullptr;
  Global& g = global();
  std::shared_ptr<Surface> surface;
  bool is_new = false;
  {
    const std::lock_guard lock(g.mutex);
    auto& known = g.surfaces[drawable];
    is_new = known == nullptr;
    if (is_new)
      known =
          std::make_shared<Surface>(*Connection::get(), geometry.size.width, geometry.size.height);
    surface = known;
    if (const auto said = g.intervals.find(drawable); is_new && said != g.intervals.end())
      surface->set_interval(said->second);
  }
  if (!is_new) {
    surface->set_size(context.stream, geometry.size.width, geometry.size.height);
    return surface;
  }
  surface->announce(context.stream);
  return surface;
}

}  // namespace

Bool make_context_current(Display* display, GLXDrawable draw, GLXDrawable read, GLXContext handle) {
  auto* const context = reinterpret_cast<GlxContext*>(handle);
  if (context != nullptr ? (draw == 0) != (read == 0) : draw != 0 || read != 0)
    return fail(display, BadMatch, make_context_current_minor) != nullptr;
  std::shared_ptr<Surface> surface, read_surface;
  if (context != nullptr && draw != 0) {
    surface = surface_of(display, draw, *context->context);
    read_surface = read == draw ? surface : surface_of(display, read, *context->context);
    if (!surface || !read_surface) return False;
  }
  const std::lock_guard lock(global().mutex);
  if (current_glx != context) {
    if (current_glx != nullptr) {
      current_glx->context->stream.flush();
      --current_glx->current_on;
      end_if_unused(current_glx);
    }
    current_glx = context;
    if (context != nullptr) ++context->current_on;
  }
  blink::icd::current = context != nullptr ? context->context.get() : nullptr;
  if (context == nullptr) return True;
  context->draw = draw;
  context->context->draw_to(std::move(surface), std::move(read_surface));
  return True;
}

Bool make_current(Display* display, GLXDrawable drawable, GLXContext context) {
  return make_context_current(display, drawable, drawable, context);
}

void swap_buffers(Display* display, GLXDrawable drawable) {
  Context* const context = blink::icd::current;
  if (context == nullptr || !context->surface || current_glx->draw != drawable) return;
  if (!current_glx->config->has_two_buffers) return (void)context->stream.flush();
  Geometry geometry;
  const bool is_there = geometry_of(display, drawable, &geometry);
  // Not before something is to be seen: toolkits have windows that they never show.
  if (is_there && !context->surface->is_shown() && is_window(display, geometry.window)) {
    context->surface->show(title_of(display, geometry.window), closer_of(display, geometry.window));
    mark_shown(display, geometry.window);
  }
  context->surface->swap(context->stream);
  if (is_there)
    context->surface->set_size(context->stream, geometry.size.width, geometry.size.height);
}

// ----------------------------------------------------------------------------------- intervals

void swap_interval_ext(Display* display, GLXDrawable drawable, int interval) {
  if (interval < 0) return (void)fail(display, BadValue, 0);
  Geometry geometry;
  if (!geometry_of(display, drawable, &geometry))
    return (void)fail(display, BadWindow, 0, drawable);
  Global& g = global();
  const std::lock_guard lock(g.mutex);
  g.intervals[drawable] = std::min(interval, Surface::interval_max);
  if (const auto its = g.surfaces.find(drawable); its != g.surfaces.end())
    its->second->set_interval(interval);
}

int swap_interval(unsigned interval) {
  if (interval > INT_MAX) return GLX_BAD_VALUE;
  Context* const context = blink::icd::current;
  if (context == nullptr || !context->surface) return GLX_BAD_CONTEXT;
  context->surface->set_interval(static_cast<int>(interval));
  return 0;
}

// That extension has no way to say: do not wait.
int swap_interval_sgi(int interval) {
  return interval <= 0 ? GLX_BAD_VALUE : swap_interval(static_cast<unsigned>(interval));
}

int get_swap_interval() {
  const Context* const context = blink::icd::current;
  return context != nullptr && context->surface ? context->surface->interval() : 0;
}

}  // namespace blink::icd::glx
