// GLX: the driver as GLVND's libGLX loads it (libglxabi.h), for programs on X11.
//
// What GLX calls a drawable is a window of the X server, where the program expects to draw; what it
// draws is in the server, and shown in a window there that has the same size.
//
// Threads: any, as GLX has it: a lock over what all threads know.

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client-icd/connection.h"
#include "client-icd/context.h"
#include "client-icd/entry_points.h"
#include "client-icd/surface.h"

// Last: Xlib takes words like Status for its own.
#include <GL/glx.h>
#include <GL/glxext.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <glvnd/libglxabi.h>

#include "client-icd/x_window.h"

namespace {

using blink::icd::address;
using blink::icd::closer_of;
using blink::icd::Connection;
using blink::icd::Context;
using blink::icd::Function;
using blink::icd::is_version;
using blink::icd::size_of;
using blink::icd::Surface;
using blink::icd::title_of;
using blink::icd::XSize;

// A way to draw: one of the X server's visuals with one set of buffers.
struct Config {
  int id = 0;
  int screen = 0;
  VisualID visual = 0;
  int visual_class = 0;
  int depth = 0;
  bool has_two_buffers = false;
  int depth_bits = 0, stencil_bits = 0;
};

struct GlxContext {
  std::unique_ptr<Context> context;
  const Config* config = nullptr;
  GLXDrawable draw = 0;
  int current_on = 0;  // threads
  bool is_destroyed = false;
};

struct Global {
  std::mutex mutex;
  const __GLXapiExports* exports = nullptr;
  // By display and screen; a program keeps pointers to these.
  std::map<std::pair<Display*, int>, std::vector<std::unique_ptr<Config>>> configs;
  std::map<GLXDrawable, std::shared_ptr<Surface>> surfaces;
  std::map<GLXDrawable, XID> windows;  // GLX windows and pixmaps: what they are of X'
  // Neither is of X: nobody but their program sees them.
  struct Pbuffer {
    unsigned width = 1, height = 1;  // nothing has no size
    bool is_preserved = true;
  };
  std::map<GLXDrawable, Pbuffer> pbuffers;
  std::map<GLXDrawable, const Config*> drawable_configs;
  std::set<XID> pixmaps;  // of X
};

Global& global() {
  static Global* const it = new Global;  // outlives every thread
  return *it;
}

thread_local GlxContext* current_glx = nullptr;

// -------------------------------------------------------------------------------------- configs

const std::vector<std::unique_ptr<Config>>& configs_of(Display* display, int screen) {
  Global& g = global();
  const std::lock_guard lock(g.mutex);
  auto& configs = g.configs[{display, screen}];
  if (!configs.empty()) return configs;
  XVisualInfo wanted{};
  wanted.screen = screen;
  int count = 0;
  XVisualInfo* const visuals = XGetVisualInfo(display, VisualScreenMask, &wanted, &count);
  const VisualID usual = XVisualIDFromVisual(DefaultVisual(display, screen));
  std::vector<const XVisualInfo*> used;
  for (const XVisualInfo& visual : std::span(visuals, static_cast<std::size_t>(count))) {
    if (visual.c_class != TrueColor || visual.depth < 24) continue;
    // An X server with a GLX of its own has hundreds that differ in nothing we know.
    const bool is_first = std::ranges::none_of(
        used, [&](const XVisualInfo* other) { return other->depth == visual.depth; });
    if (visual.visualid == usual || (visual.depth == 32 && is_first)) used.push_back(&visual);
  }
  static constexpr struct {
    bool has_two_buffers;
    int depth, stencil;
  } kinds[] = {{true, 24, 8}, {true, 24, 0}, {true, 0, 0}, {false, 24, 8}, {false, 0, 0}};
  for (const auto& kind : kinds) {
    for (const XVisualInfo* visual : used) {
      auto config = std::make_unique<Config>();
      config->id = static_cast<int>(configs.size()) + 1;
      config->screen = screen;
      config->visual = visual->visualid;
      config->visual_class = visual->c_class;
      config->depth = visual->depth;
      config->has_two_buffers = kind.has_two_buffers;
      config->depth_bits = kind.depth;
      config->stencil_bits = kind.stencil;
      configs.push_back(std::move(config));
    }
  }
  if (visuals != nullptr) XFree(visuals);
  return configs;
}

constexpr int pbuffer_side_max = 4096;

// What a config is in a respect; -1: that respect is unknown.
int attribute_of(const Config& config, int attribute) {
  switch (attribute) {
    case GLX_USE_GL: return 1;
    case GLX_BUFFER_SIZE: return 32;
    case GLX_RGBA: return 1;
    case GLX_DOUBLEBUFFER: return config.has_two_buffers;
    case GLX_RED_SIZE:
    case GLX_GREEN_SIZE:
    case GLX_BLUE_SIZE: return 8;
    case GLX_ALPHA_SIZE: return 8;
    case GLX_DEPTH_SIZE: return config.depth_bits;
    case GLX_STENCIL_SIZE: return config.stencil_bits;
    case GLX_LEVEL:
    case GLX_STEREO:
    case GLX_AUX_BUFFERS:
    case GLX_ACCUM_RED_SIZE:
    case GLX_ACCUM_GREEN_SIZE:
    case GLX_ACCUM_BLUE_SIZE:
    case GLX_ACCUM_ALPHA_SIZE:
    case GLX_SAMPLE_BUFFERS:
    case GLX_SAMPLES:
    case GLX_TRANSPARENT_RED_VALUE:
    case GLX_TRANSPARENT_GREEN_VALUE:
    case GLX_TRANSPARENT_BLUE_VALUE:
    case GLX_TRANSPARENT_ALPHA_VALUE:
    case GLX_TRANSPARENT_INDEX_VALUE: return 0;
    case GLX_TRANSPARENT_TYPE: return GLX_NONE;
    case GLX_CONFIG_CAVEAT: return GLX_NONE;
    case GLX_RENDER_TYPE: return GLX_RGBA_BIT;
    case GLX_DRAWABLE_TYPE: return GLX_WINDOW_BIT | GLX_PIXMAP_BIT | GLX_PBUFFER_BIT;
    case GLX_X_RENDERABLE: return 1;
    case GLX_X_VISUAL_TYPE:
      return config.visual_class == TrueColor ? GLX_TRUE_COLOR : GLX_DIRECT_COLOR;
    case GLX_VISUAL_ID: return static_cast<int>(config.visual);
    case GLX_FBCONFIG_ID: return config.id;
    case GLX_SCREEN: return config.screen;
    case GLX_MAX_PBUFFER_WIDTH:
    case GLX_MAX_PBUFFER_HEIGHT: return pbuffer_side_max;
    case GLX_MAX_PBUFFER_PIXELS: return pbuffer_side_max * pbuffer_side_max;
    case GLX_FRAMEBUFFER_SRGB_CAPABLE_ARB: return 0;
    default: return -1;
  }
}

// GLX 1.4, table 3.4: how what is asked for is compared.
bool suits(const Config& config, int attribute, int wanted) {
  if (wanted == static_cast<int>(GLX_DONT_CARE)) return true;
  const int has = attribute_of(config, attribute);
  switch (attribute) {
    case GLX_BUFFER_SIZE:
    case GLX_RED_SIZE:
    case GLX_GREEN_SIZE:
    case GLX_BLUE_SIZE:
    case GLX_ALPHA_SIZE:
    case GLX_DEPTH_SIZE:
    case GLX_STENCIL_SIZE:
    case GLX_AUX_BUFFERS:
    case GLX_ACCUM_RED_SIZE:
    case GLX_ACCUM_GREEN_SIZE:
    case GLX_ACCUM_BLUE_SIZE:
    case GLX_ACCUM_ALPHA_SIZE:
    case GLX_SAMPLE_BUFFERS:
    case GLX_SAMPLES: return has >= wanted;
    case GLX_RENDER_TYPE:
    case GLX_DRAWABLE_TYPE: return (has & wanted) == wanted;
    case GLX_MAX_PBUFFER_WIDTH:
    case GLX_MAX_PBUFFER_HEIGHT:
    case GLX_MAX_PBUFFER_PIXELS: return true;
    default: return has == wanted;
  }
}

GLXFBConfig handle_of(const Config* config) {
  return reinterpret_cast<GLXFBConfig>(const_cast<Config*>(config));
}
const Config* config_of(GLXFBConfig handle) { return reinterpret_cast<const Config*>(handle); }

GLXFBConfig* choose_fb_config(Display* display, int screen, const int* attributes, int* count) {
  std::vector<const Config*> found;
  bool asks_for_buffers = false;
  for (const auto& config : configs_of(display, screen)) {
    bool is_good = true;
    for (const int* at = attributes; at != nullptr && *at != None; at += 2) {
      is_good &= suits(*config, at[0], at[1]);
      asks_for_buffers |= at[0] == GLX_DOUBLEBUFFER;
    }
    if (is_good) found.push_back(config.get());
  }
  *count = static_cast<int>(found.size());
  if (found.empty()) return nullptr;
  // GLX 1.4, section 3.3.3: one buffer comes before two, where nothing was said.
  if (!asks_for_buffers)
    std::ranges::stable_sort(found, {},
                             [](const Config* config) { return config->has_two_buffers; });
  auto* const handles =
      static_cast<GLXFBConfig*>(std::malloc(found.size() * sizeof(GLXFBConfig)));  // for XFree
  std::ranges::transform(found, handles, handle_of);
  return handles;
}

GLXFBConfig* get_fb_configs(Display* display, int screen, int* count) {
  const int nothing[] = {GLX_DOUBLEBUFFER, static_cast<int>(GLX_DONT_CARE), None};
  return choose_fb_config(display, screen, nothing, count);
}

int get_fb_config_attrib(Display*, GLXFBConfig handle, int attribute, int* value) {
  const int has = attribute_of(*config_of(handle), attribute);
  if (has < 0) return GLX_BAD_ATTRIBUTE;
  *value = has;
  return Success;
}

XVisualInfo* get_visual_from_fb_config(Display* display, GLXFBConfig handle) {
  XVisualInfo wanted{};
  wanted.visualid = config_of(handle)->visual;
  int count = 0;
  return XGetVisualInfo(display, VisualIDMask, &wanted, &count);
}

XVisualInfo* choose_visual(Display* display, int screen, int* attributes) {
  // As GLX had it first: some names are answers by themselves.
  std::vector<int> wanted;
  bool has_two_buffers = false;
  for (const int* at = attributes; at != nullptr && *at != None;) {
    const int name = *at++;
    if (name == GLX_RGBA || name == GLX_USE_GL) continue;
    if (name == GLX_DOUBLEBUFFER) {
      has_two_buffers = true;
    } else if (name == GLX_STEREO) {
      return nullptr;
    } else {
      wanted.insert(wanted.end(), {name, *at++});
    }
  }
  wanted.insert(wanted.end(), {GLX_DOUBLEBUFFER, has_two_buffers, None});
  int count = 0;
  GLXFBConfig* const configs = choose_fb_config(display, screen, wanted.data(), &count);
  if (configs == nullptr) return nullptr;
  // The default visual, where it will do: windows of it look like all others.
  const VisualID usual = XVisualIDFromVisual(DefaultVisual(display, screen));
  GLXFBConfig best = configs[0];
  for (int i = 0; i < count; ++i)
    if (config_of(configs[i])->visual == usual) best = configs[i];
  XFree(configs);
  return get_visual_from_fb_config(display, best);
}

const Config* config_of_visual(Display* display, const XVisualInfo* visual) {
  for (const auto& config : configs_of(display, visual->screen))
    if (config->visual == visual->visualid) return config.get();
  return nullptr;
}

int get_config(Display* display, XVisualInfo* visual, int attribute, int* value) {
  const Config* const config = config_of_visual(display, visual);
  if (attribute == GLX_USE_GL) {
    *value = config != nullptr;
    return Success;
  }
  if (config == nullptr) return GLX_NO_EXTENSION;
  return get_fb_config_attrib(display, handle_of(config), attribute, value);
}

// --------------------------------------------------------------------------------------- errors

constexpr int glx_error = 1 << 16;  // or-ed to an error of GLX', whose numbers the X server gives
constexpr int bad_fb_config = glx_error | 9, bad_profile = glx_error | 13;

// What GLX calls an error is one of X: the program's handler is told, or the program ends.
std::nullptr_t fail(Display* display, int error, int minor, XID resource = 0) {
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

constexpr int create_attribs_minor = 34, create_pbuffer_minor = 27;

// ------------------------------------------------------------------------------------- contexts

GLXContext make_context(const Config* config, GLXContext shares, blink_stream_api api,
                        std::uint32_t version) {
  Connection* const connection = Connection::get();
  if (connection == nullptr || config == nullptr) return nullptr;
  const auto* const other = reinterpret_cast<const GlxContext*>(shares);
  auto made = std::make_unique<GlxContext>();
  made->context = std::make_unique<Context>(*connection, api, version,
                                            other != nullptr ? other->context.get() : nullptr);
  if (made->context->stream.stream() == 0) return nullptr;
  made->config = config;
  return reinterpret_cast<GLXContext>(made.release());
}

GLXContext create_context(Display* display, XVisualInfo* visual, GLXContext shares, Bool) {
  return make_context(config_of_visual(display, visual), shares, BLINK_GL_COMPATIBILITY, 0);
}

GLXContext create_new_context(Display*, GLXFBConfig config, int, GLXContext shares, Bool) {
  return make_context(config_of(config), shares, BLINK_GL_COMPATIBILITY, 0);
}

struct Wanted {
  std::uint32_t major = 1, minor = 0;
  int flags = 0, profile = GLX_CONTEXT_CORE_PROFILE_BIT_ARB, render_type = GLX_RGBA_TYPE;
};

bool read_attributes(const int* attributes, Wanted& wanted) {
  for (const int* at = attributes; at != nullptr && *at != None; at += 2) {
    switch (at[0]) {
      case GLX_CONTEXT_MAJOR_VERSION_ARB: wanted.major = static_cast<std::uint32_t>(at[1]); break;
      case GLX_CONTEXT_MINOR_VERSION_ARB: wanted.minor = static_cast<std::uint32_t>(at[1]); break;
      case GLX_CONTEXT_PROFILE_MASK_ARB: wanted.profile = at[1]; break;
      case GLX_CONTEXT_FLAGS_ARB: wanted.flags = at[1]; break;
      case GLX_RENDER_TYPE: wanted.render_type = at[1]; break;
      default: return false;
    }
  }
  return true;
}

// What is wrong with that, as an error of X; Success: nothing (GLX_ARB_create_context, GLX_ARB_
// create_context_profile).
int fault_of(const Wanted& wanted) {
  constexpr int known_flags = GLX_CONTEXT_DEBUG_BIT_ARB | GLX_CONTEXT_FORWARD_COMPATIBLE_BIT_ARB;
  const bool is_es = wanted.profile == GLX_CONTEXT_ES2_PROFILE_BIT_EXT;
  const std::uint32_t version = wanted.major * 10 + wanted.minor;
  if (wanted.render_type != GLX_RGBA_TYPE && wanted.render_type != GLX_COLOR_INDEX_TYPE)
    return BadValue;
  if (wanted.render_type != GLX_RGBA_TYPE) return BadMatch;
  if ((wanted.flags & ~known_flags) != 0) return BadValue;
  if (!is_version(wanted.major, wanted.minor, is_es)) return BadMatch;
  if ((wanted.flags & GLX_CONTEXT_FORWARD_COMPATIBLE_BIT_ARB) != 0 && (is_es || version < 30))
    return BadMatch;
  const bool is_one = wanted.profile == GLX_CONTEXT_CORE_PROFILE_BIT_ARB ||
                      wanted.profile == GLX_CONTEXT_COMPATIBILITY_PROFILE_BIT_ARB;
  if (!is_es && !is_one) return bad_profile;
  return Success;
}

GLXContext create_context_attribs(Display* display, GLXFBConfig handle, GLXContext shares, Bool,
                                  const int* attributes) {
  Wanted wanted;
  const Config* const config = config_of(handle);
  if (config == nullptr) return fail(display, bad_fb_config, create_attribs_minor);
  const int fault = read_attributes(attributes, wanted) ? fault_of(wanted) : BadValue;
  if (fault != Success) return fail(display, fault, create_attribs_minor);
  const std::uint32_t version = wanted.major * 10 + wanted.minor;
  blink_stream_api api = BLINK_GL_COMPATIBILITY;
  if (wanted.profile == GLX_CONTEXT_ES2_PROFILE_BIT_EXT) api = BLINK_GL_ES;
  // 3.1 has no profiles: without what is deprecated it is as a core context.
  else if ((version == 31 && (wanted.flags & GLX_CONTEXT_FORWARD_COMPATIBLE_BIT_ARB) != 0) ||
           (version >= 32 && wanted.profile == GLX_CONTEXT_CORE_PROFILE_BIT_ARB))
    api = BLINK_GL_CORE;
  const GLXContext made = make_context(config, shares, api,
                                       api == BLINK_GL_COMPATIBILITY && version < 32 ? 0 : version);
  return made != nullptr ? made : fail(display, bad_fb_config, create_attribs_minor);
}

void end_if_unused(GlxContext* context) {
  if (context->is_destroyed && context->current_on == 0) delete context;
}

void destroy_context(Display*, GLXContext handle) {
  auto* const context = reinterpret_cast<GlxContext*>(handle);
  if (context == nullptr) return;
  const std::lock_guard lock(global().mutex);
  context->is_destroyed = true;
  end_if_unused(context);
}

struct Geometry {
  XSize size;
  XID window = 0;
};

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
  }
  if (!is_new) {
    surface->set_size(context.stream, geometry.size.width, geometry.size.height);
    return surface;
  }
  surface->announce(context.stream);
  return surface;
}

Bool make_context_current(Display* display, GLXDrawable draw, GLXDrawable read, GLXContext handle) {
  auto* const context = reinterpret_cast<GlxContext*>(handle);
  if (context != nullptr && draw != read) return False;  // the server's streams have one surface
  std::shared_ptr<Surface> surface;
  if (context != nullptr && draw != 0) {
    surface = surface_of(display, draw, *context->context);
    if (!surface) return False;
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
  context->context->draw_to(std::move(surface));
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
  if (is_there && !context->surface->is_shown() && is_window(display, geometry.window))
    context->surface->show(title_of(display, geometry.window), closer_of(display, geometry.window));
  context->surface->swap(context->stream);
  if (is_there)
    context->surface->set_size(context->stream, geometry.size.width, geometry.size.height);
}

// ------------------------------------------------------------------------------------ drawables

// A number that the X server will not give to something else.
GLXDrawable make_drawable(Display* display, const Config* config) {
  const GLXDrawable made = XCreateFontCursor(display, 0);
  const std::lock_guard lock(global().mutex);
  global().drawable_configs[made] = config;
  return made;
}

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
    g.surfaces.erase(drawable);
  }
  XFreeCursor(display, drawable);
}

GLXWindow create_window(Display* display, GLXFBConfig config, Window window, const int*) {
  const GLXWindow made = make_drawable(display, config_of(config));
  const std::lock_guard lock(global().mutex);
  global().windows[made] = window;
  return made;
}

GLXPixmap create_pixmap(Display* display, GLXFBConfig config, Pixmap pixmap, const int*) {
  const GLXPixmap made = make_drawable(display, config_of(config));
  const std::lock_guard lock(global().mutex);
  global().windows[made] = pixmap;
  global().pixmaps.insert(pixmap);
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
  switch (attribute) {
    case GLX_WIDTH: *value = geometry.size.width; break;
    case GLX_HEIGHT: *value = geometry.size.height; break;
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

// ---------------------------------------------------------------------------------- what remains

void copy_context(Display*, GLXContext, GLXContext, unsigned long) {}
Bool is_direct(Display*, GLXContext) { return True; }
void use_x_font(Font, int, int, int) {}
void wait_gl() {
  if (Context* const context = blink::icd::current) context->stream.flush();
}
void wait_x() {}
void select_event(Display*, GLXDrawable, unsigned long) {}
void get_selected_event(Display*, GLXDrawable, unsigned long* mask) { *mask = 0; }

int query_context(Display*, GLXContext handle, int attribute, int* value) {
  const auto* const context = reinterpret_cast<const GlxContext*>(handle);
  switch (attribute) {
    case GLX_FBCONFIG_ID: *value = context->config->id; return Success;
    case GLX_RENDER_TYPE: *value = GLX_RGBA_TYPE; return Success;
    case GLX_SCREEN: *value = context->config->screen; return Success;
    default: return GLX_BAD_ATTRIBUTE;
  }
}

constexpr const char* extensions =
    "GLX_ARB_create_context GLX_ARB_create_context_profile GLX_ARB_get_proc_address "
    "GLX_EXT_create_context_es2_profile GLX_EXT_create_context_es_profile "
    "GLX_EXT_swap_control GLX_MESA_swap_control GLX_SGI_swap_control";

const char* text_of(int name) {
  switch (name) {
    case GLX_VENDOR: return "Blink";
    case GLX_VERSION: return "1.4";
    case GLX_EXTENSIONS: return extensions;
    default: return nullptr;
  }
}
const char* query_server_string(Display*, int, int name) { return text_of(name); }
const char* get_client_string(Display*, int name) { return text_of(name); }
const char* query_extensions_string(Display*, int) { return extensions; }

void swap_interval_ext(Display*, GLXDrawable, int) {}
int swap_interval(unsigned) { return 0; }
int swap_interval_sgi(int) { return 0; }
int get_swap_interval() { return 0; }

// ----------------------------------------------------------------------------------- as GLVND asks

const Function functions[] = {
    {"glXChooseVisual", address(choose_visual)},
    {"glXCopyContext", address(copy_context)},
    {"glXCreateContext", address(create_context)},
    {"glXCreateGLXPixmap", address(create_glx_pixmap)},
    {"glXDestroyContext", address(destroy_context)},
    {"glXDestroyGLXPixmap", address(destroy_drawable)},
    {"glXGetConfig", address(get_config)},
    {"glXIsDirect", address(is_direct)},
    {"glXMakeCurrent", address(make_current)},
    {"glXSwapBuffers", address(swap_buffers)},
    {"glXUseXFont", address(use_x_font)},
    {"glXWaitGL", address(wait_gl)},
    {"glXWaitX", address(wait_x)},
    {"glXQueryServerString", address(query_server_string)},
    {"glXGetClientString", address(get_client_string)},
    {"glXQueryExtensionsString", address(query_extensions_string)},
    {"glXChooseFBConfig", address(choose_fb_config)},
    {"glXCreateNewContext", address(create_new_context)},
    {"glXCreatePbuffer", address(create_pbuffer)},
    {"glXCreatePixmap", address(create_pixmap)},
    {"glXCreateWindow", address(create_window)},
    {"glXDestroyPbuffer", address(destroy_drawable)},
    {"glXDestroyPixmap", address(destroy_drawable)},
    {"glXDestroyWindow", address(destroy_drawable)},
    {"glXGetFBConfigAttrib", address(get_fb_config_attrib)},
    {"glXGetFBConfigs", address(get_fb_configs)},
    {"glXGetSelectedEvent", address(get_selected_event)},
    {"glXGetVisualFromFBConfig", address(get_visual_from_fb_config)},
    {"glXMakeContextCurrent", address(make_context_current)},
    {"glXQueryContext", address(query_context)},
    {"glXQueryDrawable", address(query_drawable)},
    {"glXSelectEvent", address(select_event)},
    {"glXCreateContextAttribsARB", address(create_context_attribs)},
    {"glXSwapIntervalEXT", address(swap_interval_ext)},
    {"glXSwapIntervalMESA", address(swap_interval)},
    {"glXGetSwapIntervalMESA", address(get_swap_interval)},
    {"glXSwapIntervalSGI", address(swap_interval_sgi)},
};

// For the functions of extensions libGLX asks the driver how to find the driver that a call is for.
template <typename F>
F* entry(__GLXvendorInfo* vendor, int index) {
  if (vendor == nullptr || index < 0) return nullptr;
  return reinterpret_cast<F*>(global().exports->fetchDispatchEntry(vendor, index));
}

int index_of_create = -1, index_of_ext = -1, index_of_mesa = -1, index_of_get = -1,
    index_of_sgi = -1;

GLXContext dispatch_create(Display* display, GLXFBConfig config, GLXContext shares, Bool direct,
                           const int* attributes) {
  const __GLXapiExports& exports = *global().exports;
  __GLXvendorInfo* const vendor = exports.vendorFromFBConfig(display, config);
  auto* const function = entry<decltype(create_context_attribs)>(vendor, index_of_create);
  if (function == nullptr) return nullptr;
  const GLXContext made = function(display, config, shares, direct, attributes);
  if (made != nullptr) exports.addVendorContextMapping(display, made, vendor);
  return made;
}

void dispatch_ext(Display* display, GLXDrawable drawable, int interval) {
  auto* const function = entry<decltype(swap_interval_ext)>(
      global().exports->vendorFromDrawable(display, drawable), index_of_ext);
  if (function != nullptr) function(display, drawable, interval);
}

__GLXvendorInfo* current_vendor() { return global().exports->getCurrentDynDispatch(); }

int dispatch_mesa(unsigned interval) {
  auto* const function = entry<decltype(swap_interval)>(current_vendor(), index_of_mesa);
  return function != nullptr ? function(interval) : GLX_BAD_CONTEXT;
}
int dispatch_get() {
  auto* const function = entry<decltype(get_swap_interval)>(current_vendor(), index_of_get);
  return function != nullptr ? function() : 0;
}
int dispatch_sgi(int interval) {
  auto* const function = entry<decltype(swap_interval_sgi)>(current_vendor(), index_of_sgi);
  return function != nullptr ? function(interval) : GLX_BAD_CONTEXT;
}

struct Dispatched {
  const char* name;
  void* function;
  int* index;
};

const Dispatched dispatched[] = {
    {"glXCreateContextAttribsARB", address(dispatch_create), &index_of_create},
    {"glXSwapIntervalEXT", address(dispatch_ext), &index_of_ext},
    {"glXSwapIntervalMESA", address(dispatch_mesa), &index_of_mesa},
    {"glXGetSwapIntervalMESA", address(dispatch_get), &index_of_get},
    {"glXSwapIntervalSGI", address(dispatch_sgi), &index_of_sgi},
};

std::string_view view(const GLubyte* name) { return reinterpret_cast<const char*>(name); }

Bool is_screen_supported(Display*, int) { return Connection::get() != nullptr; }

void* get_proc_address(const GLubyte* name) {
  for (const Function& function : functions)
    if (view(name) == function.name) return function.function;
  return reinterpret_cast<void*>(blink::icd::entry_point(reinterpret_cast<const char*>(name)));
}

void* get_dispatch_address(const GLubyte* name) {
  for (const Dispatched& function : dispatched)
    if (view(name) == function.name) return function.function;
  return nullptr;
}

void set_dispatch_index(const GLubyte* name, int index) {
  for (const Dispatched& function : dispatched)
    if (view(name) == function.name) *function.index = index;
}

}  // namespace

extern "C" __attribute__((visibility("default")))
__GLX_MAIN_PROTO(version, exports, vendor, imports);

extern "C" Bool __glx_Main(uint32_t version, const __GLXapiExports* exports, __GLXvendorInfo*,
                           __GLXapiImports* imports) {
  if (GLX_VENDOR_ABI_GET_MAJOR_VERSION(version) != GLX_VENDOR_ABI_MAJOR_VERSION) return False;
  global().exports = exports;
  imports->isScreenSupported = is_screen_supported;
  imports->getProcAddress = get_proc_address;
  imports->getDispatchAddress = get_dispatch_address;
  imports->setDispatchIndex = set_dispatch_index;
  return True;
}
