// GLX: drawables: windows, pixmaps and pbuffers.

#include <algorithm>

#include "client-icd/glx/calls.h"

namespace blink::icd::glx {

namespace {

constexpr int create_pbuffer_minor = 27;

// A number that the X server will not give to something else.
GLXDrawable make_drawable(Display* display, const Config* config) {
  const GLXDrawable made = XCreateFontCursor(display, 0);
  const std::lock_guard lock(global().mutex);
  global().drawable_configs[made] = config;
  return made;
}

}  // namespace

void destroy_drawable(Display* display, GLXDrawable drawable) {
  {
    Global& g = global();
    const std::lock_guard lock(g.mutex);
    if (g.drawable_configs.erase(drawable) == 0) return;
    if (const auto found = g.windows.find(drawable); found != g.windows.end()) {
      g.pixmaps.erase(found->second);
      g.windows.erase(found);
    }
    g.pbuffers.erase(drawable);
    g.textures.erase(drawable);
    g.surfaces.erase(drawable);
    g.intervals.erase(drawable);
  }
  XFreeCursor(display, drawable);
}

GLXWindow create_window(Display* display, GLXFBConfig config, Window window, const int*) {
  const GLXWindow made = make_drawable(display, config_of(config));
  const std::lock_guard lock(global().mutex);
  global().windows[made] = window;
  return made;
}

GLXPixmap create_pixmap(Display* display, GLXFBConfig config, Pixmap pixmap,
                        const int* attributes) {
  int format = GLX_TEXTURE_FORMAT_NONE_EXT, target = GLX_TEXTURE_2D_EXT;
  for (const int* at = attributes; at != nullptr && *at != None; at += 2) {
    if (at[0] == GLX_TEXTURE_FORMAT_EXT) format = at[1];
    if (at[0] == GLX_TEXTURE_TARGET_EXT) target = at[1];
  }
  const GLXPixmap made = make_drawable(display, config_of(config));
  const std::lock_guard lock(global().mutex);
  global().windows[made] = pixmap;
  global().pixmaps.insert(pixmap);
  if (format != GLX_TEXTURE_FORMAT_NONE_EXT)
    global().textures[made] = {format == GLX_TEXTURE_FORMAT_RGBA_EXT,
                               target == GLX_TEXTURE_RECTANGLE_EXT};
  return made;
}

GLXPixmap create_glx_pixmap(Display* display, XVisualInfo* visual, Pixmap pixmap) {
  return create_pixmap(display, handle_of(config_of_visual(display, visual)), pixmap, nullptr);
}

GLXPbuffer create_pbuffer(Display* display, GLXFBConfig config, const int* attributes) {
  Global::Pbuffer wanted;
  for (const int* at = attributes; at != nullptr && *at != None; at += 2) {
    if (at[0] == GLX_PBUFFER_WIDTH) wanted.width = static_cast<unsigned>(std::max(at[1], 1));
    if (at[0] == GLX_PBUFFER_HEIGHT) wanted.height = static_cast<unsigned>(std::max(at[1], 1));
    if (at[0] == GLX_PRESERVED_CONTENTS) wanted.is_preserved = at[1] != 0;
  }
  constexpr unsigned most = pbuffer_side_max;
  if (wanted.width > most || wanted.height > most) {
    fail(display, BadAlloc, create_pbuffer_minor);
    return 0;
  }
  const GLXPbuffer made = make_drawable(display, config_of(config));
  const std::lock_guard lock(global().mutex);
  global().pbuffers[made] = wanted;
  return made;
}

void query_drawable(Display* display, GLXDrawable drawable, int attribute, unsigned* value) {
  Geometry geometry;
  if (!geometry_of(display, drawable, &geometry)) return;
  Global& g = global();
  const std::lock_guard lock(g.mutex);
  const auto config = g.drawable_configs.find(drawable);
  const auto pbuffer = g.pbuffers.find(drawable);
  const bool is_pbuffer = pbuffer != g.pbuffers.end();
  const auto surface = g.surfaces.find(drawable);
  const auto texture = g.textures.find(drawable);
  const auto interval = g.intervals.find(drawable);
  switch (attribute) {
    case GLX_WIDTH: *value = geometry.size.width; break;
    case GLX_HEIGHT: *value = geometry.size.height; break;
    case GLX_SWAP_INTERVAL_EXT:
      *value = 0;
      if (surface != g.surfaces.end())
        *value = static_cast<unsigned>(surface->second->interval());
      else if (interval != g.intervals.end())
        *value = static_cast<unsigned>(interval->second);
      break;
    case GLX_TEXTURE_FORMAT_EXT:
      *value = texture == g.textures.end() ? GLX_TEXTURE_FORMAT_NONE_EXT
               : texture->second.has_alpha ? GLX_TEXTURE_FORMAT_RGBA_EXT
                                           : GLX_TEXTURE_FORMAT_RGB_EXT;
      break;
    case GLX_TEXTURE_TARGET_EXT:
      *value = texture != g.textures.end() && texture->second.is_rectangle
                   ? GLX_TEXTURE_RECTANGLE_EXT
                   : GLX_TEXTURE_2D_EXT;
      break;
    case GLX_Y_INVERTED_EXT: *value = True; break;
    case GLX_MAX_SWAP_INTERVAL_EXT: *value = Surface::interval_max; break;
    case GLX_FBCONFIG_ID:
      if (config != g.drawable_configs.end() && config->second != nullptr)
        *value = static_cast<unsigned>(config->second->id);
      break;
    case GLX_PRESERVED_CONTENTS:
      if (is_pbuffer) *value = pbuffer->second.is_preserved;
      break;
    case GLX_LARGEST_PBUFFER:
      if (is_pbuffer) *value = 0;
      break;
    default: break;
  }
}

}  // namespace blink::icd::glx
