// EGL: the driver as GLVND's libEGL loads it (libeglabi.h), for programs on X11, and for those that
// draw where nobody sees it.
//
// Threads: any, as EGL has it: a lock over what all threads know.

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client-icd/connection.h"
#include "client-icd/context.h"
#include "client-icd/entry_points.h"
#include "client-icd/surface.h"

// Last: Xlib takes words like Status for its own.
#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <glvnd/libeglabi.h>

#include "client-icd/x_window.h"

namespace {

using blink::icd::Connection;
using blink::icd::Context;
using blink::icd::size_of;
using blink::icd::Surface;
using blink::icd::title_of;
using blink::icd::XSize;

constexpr EGLint side_max = 16'384, pbuffer_side_max = 4'096;

struct Config {
  EGLint id = 0, depth_bits = 0, stencil_bits = 0;
};
// As eglChooseConfig sorts them.
constexpr Config configs[] = {{1, 0, 0}, {2, 24, 0}, {3, 24, 8}};

struct EglContext {
  std::unique_ptr<Context> context;
  EGLConfig config = nullptr;
  EGLenum api = EGL_OPENGL_ES_API;
  EGLint version = 1;
  int current_on = 0;  // threads
  bool is_destroyed = false;
};

struct EglSurface {
  EGLConfig config = nullptr;
  Window window = 0;  // 0: a pbuffer
  XSize size;
  bool is_largest_wanted = false;
  bool is_destroyed = false;
  int current_on = 0;
  std::shared_ptr<Surface> surface;  // once something drew there
};

struct EglDisplay {
  EGLenum platform = EGL_PLATFORM_SURFACELESS_MESA;
  Display* x = nullptr;
  bool is_up = false;
  std::set<EglContext*> contexts;
  std::set<EglSurface*> surfaces;
};

struct Global {
  std::mutex mutex;
  const __EGLapiExports* exports = nullptr;
  std::map<std::pair<EGLenum, void*>, std::unique_ptr<EglDisplay>> displays;
};

Global& global() {
  static Global* const it = new Global;  // outlives every thread
  return *it;
}

struct Thread {
  EGLint error = EGL_SUCCESS;
  EglDisplay* display = nullptr;
  EglContext* context = nullptr;
  EglSurface* surface = nullptr;
};
thread_local Thread here;

template <typename T = EGLBoolean>
T fail(EGLint error, T value = {}) {
  here.error = error;
  return value;
}
template <typename T>
T good(T value) {
  here.error = EGL_SUCCESS;
  return value;
}

EGLint get_error() { return std::exchange(here.error, EGL_SUCCESS); }

// Null: there is no such display, or it is not in use; the error says which.
EglDisplay* display_of(EGLDisplay handle) {
  const std::lock_guard lock(global().mutex);
  for (const auto& [key, display] : global().displays) {
    if (display.get() != handle) continue;
    return display->is_up ? display.get() : fail<EglDisplay*>(EGL_NOT_INITIALIZED);
  }
  return fail<EglDisplay*>(EGL_BAD_DISPLAY);
}

// -------------------------------------------------------------------------------------- displays

EGLDisplay get_platform_display(EGLenum platform, void* native, const EGLAttrib*) {
  Display* x = nullptr;
  switch (platform) {
    case EGL_NONE:
      if (native != nullptr) return EGL_NO_DISPLAY;
      platform =
          ::getenv("DISPLAY") != nullptr ? EGL_PLATFORM_X11_KHR : EGL_PLATFORM_SURFACELESS_MESA;
      break;
    case EGL_PLATFORM_X11_KHR: x = static_cast<Display*>(native); break;
    case EGL_PLATFORM_SURFACELESS_MESA: break;
    default: return EGL_NO_DISPLAY;
  }
  // Without a server another driver may serve the program.
  if (Connection::get() == nullptr) return EGL_NO_DISPLAY;
  Global& g = global();
  const std::lock_guard lock(g.mutex);
  auto& display = g.displays[{platform, native}];
  if (display) return display.get();
  if (platform == EGL_PLATFORM_X11_KHR && x == nullptr && (x = XOpenDisplay(nullptr)) == nullptr) {
    g.displays.erase({platform, native});
    return EGL_NO_DISPLAY;
  }
  display = std::make_unique<EglDisplay>();
  display->platform = platform;
  display->x = x;
  return display.get();
}

EGLBoolean initialize(EGLDisplay handle, EGLint* major, EGLint* minor) {
  Global& g = global();
  const std::lock_guard lock(g.mutex);
  const auto is_it = [&](const auto& its) { return its.second.get() == handle; };
  const auto found = std::ranges::find_if(g.displays, is_it);
  if (found == g.displays.end()) return fail(EGL_BAD_DISPLAY);
  found->second->is_up = true;
  if (major != nullptr) *major = 1;
  if (minor != nullptr) *minor = 5;
  return good(EGL_TRUE);
}

void end_if_unused(EglContext* context) {
  if (context->is_destroyed && context->current_on == 0) delete context;
}
void end_if_unused(EglSurface* surface) {
  if (surface->is_destroyed && surface->current_on == 0) delete surface;
}
template <typename T>
void destroy(T* it) {
  it->is_destroyed = true;
  end_if_unused(it);
}

EGLBoolean terminate(EGLDisplay handle) {
  EglDisplay* const display = display_of(handle);
  if (display == nullptr) return here.error == EGL_NOT_INITIALIZED ? good(EGL_TRUE) : EGL_FALSE;
  const std::lock_guard lock(global().mutex);
  display->is_up = false;
  for (EglContext* context : std::exchange(display->contexts, {}))
    destroy(context);
  for (EglSurface* surface : std::exchange(display->surfaces, {}))
    destroy(surface);
  return good(EGL_TRUE);
}

constexpr const char* extensions =
    "EGL_EXT_create_context_robustness EGL_KHR_create_context EGL_KHR_create_context_no_error "
    "EGL_KHR_get_all_proc_addresses EGL_KHR_no_config_context EGL_KHR_surfaceless_context "
    "EGL_KHR_swap_buffers_with_damage";

const char* query_string(EGLDisplay handle, EGLint name) {
  if (display_of(handle) == nullptr) return nullptr;
  here.error = EGL_SUCCESS;
  switch (name) {
    case EGL_VENDOR: return "Blink";
    case EGL_VERSION: return "1.5";
    case EGL_EXTENSIONS: return extensions;
    case EGL_CLIENT_APIS: return "OpenGL OpenGL_ES";
    default: return fail<const char*>(EGL_BAD_PARAMETER);
  }
}

// --------------------------------------------------------------------------------------- configs

const Config* config_of(EGLConfig handle) {
  const auto* const config = static_cast<const Config*>(handle);
  const auto is_it = [&](const Config& its) { return &its == config; };
  return std::ranges::any_of(configs, is_it) ? config : nullptr;
}
EGLConfig handle_of(const Config& config) { return const_cast<Config*>(&config); }

constexpr EGLint all_apis =
    EGL_OPENGL_BIT | EGL_OPENGL_ES_BIT | EGL_OPENGL_ES2_BIT | EGL_OPENGL_ES3_BIT;

// -1: there is no such attribute.
EGLint attribute_of(const EglDisplay& display, const Config& config, EGLint name) {
  const bool is_on_x = display.x != nullptr;
  switch (name) {
    case EGL_CONFIG_ID: return config.id;
    case EGL_BUFFER_SIZE: return 32;
    case EGL_RED_SIZE:
    case EGL_GREEN_SIZE:
    case EGL_BLUE_SIZE:
    case EGL_ALPHA_SIZE: return 8;
    case EGL_DEPTH_SIZE: return config.depth_bits;
    case EGL_STENCIL_SIZE: return config.stencil_bits;
    case EGL_CONFIG_CAVEAT:
    case EGL_TRANSPARENT_TYPE: return EGL_NONE;
    case EGL_COLOR_BUFFER_TYPE: return EGL_RGB_BUFFER;
    case EGL_RENDERABLE_TYPE:
    case EGL_CONFORMANT: return all_apis;
    case EGL_SURFACE_TYPE: return is_on_x ? EGL_WINDOW_BIT | EGL_PBUFFER_BIT : EGL_PBUFFER_BIT;
    case EGL_NATIVE_RENDERABLE: return is_on_x;
    case EGL_NATIVE_VISUAL_ID:
      return is_on_x ? static_cast<EGLint>(
                           XVisualIDFromVisual(DefaultVisual(display.x, DefaultScreen(display.x))))
                     : 0;
    case EGL_NATIVE_VISUAL_TYPE: return is_on_x ? TrueColor : EGL_NONE;
    case EGL_MAX_PBUFFER_WIDTH:
    case EGL_MAX_PBUFFER_HEIGHT: return pbuffer_side_max;
    case EGL_MAX_PBUFFER_PIXELS: return pbuffer_side_max * pbuffer_side_max;
    case EGL_MAX_SWAP_INTERVAL: return 1;
    case EGL_BIND_TO_TEXTURE_RGB:
    case EGL_BIND_TO_TEXTURE_RGBA:
    case EGL_LEVEL:
    case EGL_LUMINANCE_SIZE:
    case EGL_ALPHA_MASK_SIZE:
    case EGL_MIN_SWAP_INTERVAL:
    case EGL_SAMPLES:
    case EGL_SAMPLE_BUFFERS:
    case EGL_TRANSPARENT_RED_VALUE:
    case EGL_TRANSPARENT_GREEN_VALUE:
    case EGL_TRANSPARENT_BLUE_VALUE: return 0;
    default: return -1;
  }
}

// EGL 1.5, table 3.4: how what is asked for is compared.
bool suits(const EglDisplay& display, const Config& config, EGLint name, EGLint wanted) {
  const EGLint has = attribute_of(display, config, name);
  if (wanted == EGL_DONT_CARE) return true;
  switch (name) {
    case EGL_BUFFER_SIZE:
    case EGL_RED_SIZE:
    case EGL_GREEN_SIZE:
    case EGL_BLUE_SIZE:
    case EGL_ALPHA_SIZE:
    case EGL_ALPHA_MASK_SIZE:
    case EGL_LUMINANCE_SIZE:
    case EGL_DEPTH_SIZE:
    case EGL_STENCIL_SIZE:
    case EGL_SAMPLES:
    case EGL_SAMPLE_BUFFERS: return has >= wanted;
    case EGL_SURFACE_TYPE:
    case EGL_RENDERABLE_TYPE:
    case EGL_CONFORMANT: return (has & wanted) == wanted;
    // Not among what is chosen by.
    case EGL_MAX_PBUFFER_WIDTH:
    case EGL_MAX_PBUFFER_HEIGHT:
    case EGL_MAX_PBUFFER_PIXELS:
    case EGL_NATIVE_VISUAL_ID: return true;
    default: return has == wanted;
  }
}

EGLBoolean choose_config(EGLDisplay handle, const EGLint* attributes, EGLConfig* found, EGLint size,
                         EGLint* count) {
  const EglDisplay* const display = display_of(handle);
  if (display == nullptr) return EGL_FALSE;
  if (count == nullptr) return fail(EGL_BAD_PARAMETER);
  std::map<EGLint, EGLint> wanted = {{EGL_SURFACE_TYPE, EGL_WINDOW_BIT},
                                     {EGL_RENDERABLE_TYPE, EGL_OPENGL_ES_BIT},
                                     {EGL_COLOR_BUFFER_TYPE, EGL_RGB_BUFFER}};
  for (const EGLint* at = attributes; at != nullptr && *at != EGL_NONE; at += 2) {
    if (at[0] != EGL_MATCH_NATIVE_PIXMAP && attribute_of(*display, configs[0], at[0]) == -1)
      return fail(EGL_BAD_ATTRIBUTE);
    wanted[at[0]] = at[1];
  }
  if (wanted.contains(EGL_CONFIG_ID) && wanted[EGL_CONFIG_ID] != EGL_DONT_CARE)
    std::erase_if(wanted, [](const auto& its) { return its.first != EGL_CONFIG_ID; });
  *count = 0;
  for (const Config& config : configs) {
    const auto is_good = [&](const auto& its) {
      return suits(*display, config, its.first, its.second);
    };
    if (!std::ranges::all_of(wanted, is_good)) continue;
    if (found != nullptr && *count >= size) break;
    if (found != nullptr) found[*count] = handle_of(config);
    ++*count;
  }
  return good(EGL_TRUE);
}

EGLBoolean get_configs(EGLDisplay handle, EGLConfig* found, EGLint size, EGLint* count) {
  if (display_of(handle) == nullptr) return EGL_FALSE;
  if (count == nullptr) return fail(EGL_BAD_PARAMETER);
  *count = 0;
  for (const Config& config : configs) {
    if (found != nullptr && *count >= size) break;
    if (found != nullptr) found[*count] = handle_of(config);
    ++*count;
  }
  return good(EGL_TRUE);
}

EGLBoolean get_config_attrib(EGLDisplay handle, EGLConfig which, EGLint name, EGLint* value) {
  const EglDisplay* const display = display_of(handle);
  if (display == nullptr) return EGL_FALSE;
  const Config* const config = config_of(which);
  if (config == nullptr) return fail(EGL_BAD_CONFIG);
  const EGLint has = attribute_of(*display, *config, name);
  if (has == -1) return fail(EGL_BAD_ATTRIBUTE);
  *value = has;
  return good(EGL_TRUE);
}

// -------------------------------------------------------------------------------------- contexts

struct Wanted {
  std::uint32_t major = 1, minor = 0;
  EGLint flags = 0, profile = EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT;
};

bool read_attributes(const EGLint* attributes, Wanted& wanted) {
  const auto flag = [&](EGLint bit, EGLint value) {
    if (value != 0) wanted.flags |= bit;
  };
  for (const EGLint* at = attributes; at != nullptr && *at != EGL_NONE; at += 2) {
    switch (at[0]) {
      case EGL_CONTEXT_MAJOR_VERSION: wanted.major = static_cast<std::uint32_t>(at[1]); break;
      case EGL_CONTEXT_MINOR_VERSION: wanted.minor = static_cast<std::uint32_t>(at[1]); break;
      case EGL_CONTEXT_OPENGL_PROFILE_MASK: wanted.profile = at[1]; break;
      case EGL_CONTEXT_FLAGS_KHR: wanted.flags |= at[1]; break;
      case EGL_CONTEXT_OPENGL_DEBUG: flag(EGL_CONTEXT_OPENGL_DEBUG_BIT_KHR, at[1]); break;
      case EGL_CONTEXT_OPENGL_FORWARD_COMPATIBLE:
        flag(EGL_CONTEXT_OPENGL_FORWARD_COMPATIBLE_BIT_KHR, at[1]);
        break;
      // The server's contexts are all robust, and none loses its state.
      case EGL_CONTEXT_OPENGL_ROBUST_ACCESS:
      case EGL_CONTEXT_OPENGL_ROBUST_ACCESS_EXT:
      case EGL_CONTEXT_OPENGL_RESET_NOTIFICATION_STRATEGY:
      case EGL_CONTEXT_OPENGL_RESET_NOTIFICATION_STRATEGY_EXT:
      case EGL_CONTEXT_OPENGL_NO_ERROR_KHR: break;
      default: return false;
    }
  }
  return true;
}

bool is_version(std::uint32_t major, std::uint32_t minor, bool is_es) {
  static constexpr std::uint32_t last_minor[] = {0, 5, 1, 3, 6};  // OpenGL, by major version
  static constexpr std::uint32_t last_es_minor[] = {0, 1, 0, 2};
  if (is_es) return major >= 1 && major <= 3 && minor <= last_es_minor[major];
  return major >= 1 && major <= 4 && minor <= last_minor[major];
}

EGLContext create_context(EGLDisplay handle, EGLConfig config, EGLContext shares,
                          const EGLint* attributes) {
  EglDisplay* const display = display_of(handle);
  if (display == nullptr) return EGL_NO_CONTEXT;
  if (config != EGL_NO_CONFIG_KHR && config_of(config) == nullptr)
    return fail<EGLContext>(EGL_BAD_CONFIG);
  Wanted wanted;
  if (!read_attributes(attributes, wanted)) return fail<EGLContext>(EGL_BAD_ATTRIBUTE);
  const EGLenum api = global().exports->getCurrentApi();
  const bool is_es = api == EGL_OPENGL_ES_API;
  if (!is_version(wanted.major, wanted.minor, is_es)) return fail<EGLContext>(EGL_BAD_MATCH);
  const auto* const other = static_cast<const EglContext*>(shares);
  {
    const std::lock_guard lock(global().mutex);
    if (other != nullptr && !display->contexts.contains(const_cast<EglContext*>(other)))
      return fail<EGLContext>(EGL_BAD_CONTEXT);
  }
  std::uint32_t version = wanted.major * 10 + wanted.minor;
  blink_stream_api kind = is_es ? BLINK_GL_ES : BLINK_GL_COMPATIBILITY;
  if (!is_es && version >= 32 && wanted.profile == EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT)
    kind = BLINK_GL_CORE;
  if (!is_es && version < 32) version = 0;  // the newest that is compatible with it
  auto made = std::make_unique<EglContext>();
  made->context = std::make_unique<Context>(*Connection::get(), kind, version,
                                            other != nullptr ? other->context.get() : nullptr);
  if (made->context->stream.stream() == 0) return fail<EGLContext>(EGL_BAD_ALLOC);
  made->config = config;
  made->api = api;
  made->version = static_cast<EGLint>(wanted.major);
  const std::lock_guard lock(global().mutex);
  display->contexts.insert(made.get());
  return good<EGLContext>(made.release());
}

EGLBoolean destroy_context(EGLDisplay handle, EGLContext which) {
  EglDisplay* const display = display_of(handle);
  if (display == nullptr) return EGL_FALSE;
  auto* const context = static_cast<EglContext*>(which);
  const std::lock_guard lock(global().mutex);
  if (display->contexts.erase(context) == 0) return fail(EGL_BAD_CONTEXT);
  destroy(context);
  return good(EGL_TRUE);
}

EGLBoolean query_context(EGLDisplay handle, EGLContext which, EGLint name, EGLint* value) {
  EglDisplay* const display = display_of(handle);
  if (display == nullptr) return EGL_FALSE;
  auto* const context = static_cast<EglContext*>(which);
  const std::lock_guard lock(global().mutex);
  if (!display->contexts.contains(context)) return fail(EGL_BAD_CONTEXT);
  const Config* const config = config_of(context->config);
  switch (name) {
    case EGL_CONFIG_ID: *value = config != nullptr ? config->id : 0; break;
    case EGL_CONTEXT_CLIENT_TYPE: *value = static_cast<EGLint>(context->api); break;
    case EGL_CONTEXT_CLIENT_VERSION: *value = context->version; break;
    case EGL_RENDER_BUFFER:
      *value = here.context == context && here.surface != nullptr ? EGL_BACK_BUFFER : EGL_NONE;
      break;
    default: return fail(EGL_BAD_ATTRIBUTE);
  }
  return good(EGL_TRUE);
}

// -------------------------------------------------------------------------------------- surfaces

EGLSurface put_surface(EglDisplay& display, std::unique_ptr<EglSurface> made) {
  const std::lock_guard lock(global().mutex);
  display.surfaces.insert(made.get());
  return good<EGLSurface>(made.release());
}

EGLSurface create_window_surface(EGLDisplay handle, EGLConfig config, EGLNativeWindowType window,
                                 const EGLint*) {
  EglDisplay* const display = display_of(handle);
  if (display == nullptr) return EGL_NO_SURFACE;
  if (config_of(config) == nullptr) return fail<EGLSurface>(EGL_BAD_CONFIG);
  auto made = std::make_unique<EglSurface>();
  made->config = config;
  made->window = window;
  if (display->x == nullptr || window == 0 || !size_of(display->x, window, &made->size))
    return fail<EGLSurface>(EGL_BAD_NATIVE_WINDOW);
  return put_surface(*display, std::move(made));
}

// Here the window is a pointer to it.
EGLSurface create_platform_window_surface(EGLDisplay handle, EGLConfig config, void* window,
                                          const EGLAttrib*) {
  return create_window_surface(handle, config,
                               window != nullptr ? *static_cast<Window*>(window) : 0, nullptr);
}

EGLSurface create_pbuffer_surface(EGLDisplay handle, EGLConfig config, const EGLint* attributes) {
  EglDisplay* const display = display_of(handle);
  if (display == nullptr) return EGL_NO_SURFACE;
  if (config_of(config) == nullptr) return fail<EGLSurface>(EGL_BAD_CONFIG);
  auto made = std::make_unique<EglSurface>();
  made->config = config;
  EGLint width = 0, height = 0;
  for (const EGLint* at = attributes; at != nullptr && *at != EGL_NONE; at += 2) {
    switch (at[0]) {
      case EGL_WIDTH: width = at[1]; break;
      case EGL_HEIGHT: height = at[1]; break;
      case EGL_LARGEST_PBUFFER: made->is_largest_wanted = at[1] != 0; break;
      case EGL_GL_COLORSPACE:
      case EGL_VG_COLORSPACE:
      case EGL_VG_ALPHA_FORMAT: break;
      case EGL_MIPMAP_TEXTURE:
      case EGL_TEXTURE_FORMAT:
      case EGL_TEXTURE_TARGET:
        if (at[1] != EGL_NO_TEXTURE && at[1] != 0) return fail<EGLSurface>(EGL_BAD_MATCH);
        break;
      default: return fail<EGLSurface>(EGL_BAD_ATTRIBUTE);
    }
  }
  if (width < 0 || height < 0) return fail<EGLSurface>(EGL_BAD_PARAMETER);
  if (!made->is_largest_wanted && (width > pbuffer_side_max || height > pbuffer_side_max))
    return fail<EGLSurface>(EGL_BAD_ALLOC);
  // Nothing has no size.
  made->size.width = static_cast<unsigned>(std::clamp(width, 1, pbuffer_side_max));
  made->size.height = static_cast<unsigned>(std::clamp(height, 1, pbuffer_side_max));
  return put_surface(*display, std::move(made));
}

EGLSurface create_pixmap_surface(EGLDisplay handle, EGLConfig, EGLNativePixmapType, const EGLint*) {
  return display_of(handle) == nullptr ? EGL_NO_SURFACE : fail<EGLSurface>(EGL_BAD_MATCH);
}

EGLSurface create_platform_pixmap_surface(EGLDisplay handle, EGLConfig, void*, const EGLAttrib*) {
  return display_of(handle) == nullptr ? EGL_NO_SURFACE : fail<EGLSurface>(EGL_BAD_MATCH);
}

EGLSurface create_pbuffer_from_client_buffer(EGLDisplay, EGLenum, EGLClientBuffer, EGLConfig,
                                             const EGLint*) {
  return fail<EGLSurface>(EGL_BAD_PARAMETER);  // of OpenVG's images, which there are none
}

EGLBoolean destroy_surface(EGLDisplay handle, EGLSurface which) {
  EglDisplay* const display = display_of(handle);
  if (display == nullptr) return EGL_FALSE;
  auto* const surface = static_cast<EglSurface*>(which);
  const std::lock_guard lock(global().mutex);
  if (display->surfaces.erase(surface) == 0) return fail(EGL_BAD_SURFACE);
  destroy(surface);
  return good(EGL_TRUE);
}

// Null: there is no such surface.
EglSurface* surface_of(EglDisplay& display, EGLSurface which) {
  auto* const surface = static_cast<EglSurface*>(which);
  const std::lock_guard lock(global().mutex);
  return display.surfaces.contains(surface) ? surface : fail<EglSurface*>(EGL_BAD_SURFACE);
}

EGLBoolean query_surface(EGLDisplay handle, EGLSurface which, EGLint name, EGLint* value) {
  EglDisplay* const display = display_of(handle);
  if (display == nullptr) return EGL_FALSE;
  EglSurface* const surface = surface_of(*display, which);
  if (surface == nullptr) return EGL_FALSE;
  if (surface->window != 0) (void)size_of(display->x, surface->window, &surface->size);
  switch (name) {
    case EGL_WIDTH: *value = static_cast<EGLint>(surface->size.width); break;
    case EGL_HEIGHT: *value = static_cast<EGLint>(surface->size.height); break;
    case EGL_CONFIG_ID: *value = config_of(surface->config)->id; break;
    case EGL_RENDER_BUFFER: *value = EGL_BACK_BUFFER; break;
    case EGL_SWAP_BEHAVIOR: *value = EGL_BUFFER_DESTROYED; break;
    case EGL_MULTISAMPLE_RESOLVE: *value = EGL_MULTISAMPLE_RESOLVE_DEFAULT; break;
    case EGL_LARGEST_PBUFFER: *value = surface->is_largest_wanted; break;
    case EGL_HORIZONTAL_RESOLUTION:
    case EGL_VERTICAL_RESOLUTION:
    case EGL_PIXEL_ASPECT_RATIO: *value = EGL_UNKNOWN; break;
    case EGL_GL_COLORSPACE: *value = EGL_GL_COLORSPACE_LINEAR; break;
    case EGL_TEXTURE_FORMAT:
    case EGL_TEXTURE_TARGET: *value = EGL_NO_TEXTURE; break;
    case EGL_MIPMAP_TEXTURE:
    case EGL_MIPMAP_LEVEL: *value = 0; break;
    default: return fail(EGL_BAD_ATTRIBUTE);
  }
  return good(EGL_TRUE);
}

EGLBoolean surface_attrib(EGLDisplay handle, EGLSurface which, EGLint name, EGLint value) {
  EglDisplay* const display = display_of(handle);
  if (display == nullptr || surface_of(*display, which) == nullptr) return EGL_FALSE;
  switch (name) {
    case EGL_MIPMAP_LEVEL: return good(EGL_TRUE);
    case EGL_MULTISAMPLE_RESOLVE:
      return value == EGL_MULTISAMPLE_RESOLVE_DEFAULT ? good(EGL_TRUE) : fail(EGL_BAD_MATCH);
    case EGL_SWAP_BEHAVIOR:
      return value == EGL_BUFFER_DESTROYED ? good(EGL_TRUE) : fail(EGL_BAD_MATCH);
    default: return fail(EGL_BAD_ATTRIBUTE);
  }
}

// ----------------------------------------------------------------------------------- what is drawn

// As large as its window is now.
void follow_window(const EglDisplay& display, EglSurface& its, Context& context) {
  if (its.window != 0) (void)size_of(display.x, its.window, &its.size);
  const auto side = [](unsigned size) { return std::min(size, static_cast<unsigned>(side_max)); };
  if (its.surface)
    return its.surface->set_size(context.stream, side(its.size.width), side(its.size.height));
  its.surface =
      std::make_shared<Surface>(*Connection::get(), side(its.size.width), side(its.size.height));
  its.surface->announce(context.stream);
  if (its.window != 0) its.surface->show(title_of(display.x, its.window));
}

// From now on nothing is current here.
void let_go() {
  if (here.context != nullptr) {
    here.context->context->stream.flush();
    --here.context->current_on;
    end_if_unused(here.context);
  }
  if (here.surface != nullptr) {
    --here.surface->current_on;
    end_if_unused(here.surface);
  }
  here.context = nullptr;
  here.surface = nullptr;
  here.display = nullptr;
  blink::icd::current = nullptr;
}

EGLBoolean make_current(EGLDisplay handle, EGLSurface draw, EGLSurface read, EGLContext which) {
  if (which == EGL_NO_CONTEXT) {
    if (draw != EGL_NO_SURFACE || read != EGL_NO_SURFACE) return fail(EGL_BAD_MATCH);
    const std::lock_guard lock(global().mutex);
    let_go();
    return good(EGL_TRUE);
  }
  EglDisplay* const display = display_of(handle);
  if (display == nullptr) return EGL_FALSE;
  if (draw != read) return fail(EGL_BAD_MATCH);  // the server's streams have one surface
  auto* const context = static_cast<EglContext*>(which);
  auto* const surface = static_cast<EglSurface*>(draw);
  {
    const std::lock_guard lock(global().mutex);
    if (!display->contexts.contains(context)) return fail(EGL_BAD_CONTEXT);
    if (surface != nullptr && !display->surfaces.contains(surface)) return fail(EGL_BAD_SURFACE);
    if (here.context != context && context->current_on > 0) return fail(EGL_BAD_ACCESS);
    if (surface != nullptr && here.surface != surface && surface->current_on > 0)
      return fail(EGL_BAD_ACCESS);
    // First: what was current may be what will be.
    ++context->current_on;
    if (surface != nullptr) ++surface->current_on;
    let_go();
  }
  here.display = display;
  here.context = context;
  here.surface = surface;
  blink::icd::current = context->context.get();
  if (surface != nullptr) follow_window(*display, *surface, *context->context);
  context->context->draw_to(surface != nullptr ? surface->surface : nullptr);
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
  surface->surface->swap(context.stream);
  follow_window(*display, *surface, context);
  return good(EGL_TRUE);
}

EGLBoolean swap_buffers_with_damage(EGLDisplay handle, EGLSurface which, const EGLint*, EGLint) {
  return swap_buffers(handle, which);
}

EGLBoolean swap_interval(EGLDisplay handle, EGLint) {
  if (display_of(handle) == nullptr) return EGL_FALSE;
  if (here.context == nullptr) return fail(EGL_BAD_CONTEXT);
  return here.surface != nullptr ? good(EGL_TRUE) : fail(EGL_BAD_SURFACE);
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

// ----------------------------------------------------------------------------------- as GLVND asks

struct Function {
  const char* name;
  void* function;
};

template <typename F>
void* address(F* function) {
  return reinterpret_cast<void*>(function);
}

const Function functions[] = {
    {"eglBindTexImage", address(bind_tex_image)},
    {"eglChooseConfig", address(choose_config)},
    {"eglCopyBuffers", address(copy_buffers)},
    {"eglCreateContext", address(create_context)},
    {"eglCreatePbufferFromClientBuffer", address(create_pbuffer_from_client_buffer)},
    {"eglCreatePbufferSurface", address(create_pbuffer_surface)},
    {"eglCreatePixmapSurface", address(create_pixmap_surface)},
    {"eglCreatePlatformPixmapSurface", address(create_platform_pixmap_surface)},
    {"eglCreatePlatformWindowSurface", address(create_platform_window_surface)},
    {"eglCreateWindowSurface", address(create_window_surface)},
    {"eglDestroyContext", address(destroy_context)},
    {"eglDestroySurface", address(destroy_surface)},
    {"eglGetConfigAttrib", address(get_config_attrib)},
    {"eglGetConfigs", address(get_configs)},
    {"eglGetError", address(get_error)},
    {"eglInitialize", address(initialize)},
    {"eglMakeCurrent", address(make_current)},
    {"eglQueryContext", address(query_context)},
    {"eglQueryString", address(query_string)},
    {"eglQuerySurface", address(query_surface)},
    {"eglReleaseTexImage", address(release_tex_image)},
    {"eglReleaseThread", address(release_thread)},
    {"eglSurfaceAttrib", address(surface_attrib)},
    {"eglSwapBuffers", address(swap_buffers)},
    {"eglSwapBuffersWithDamageKHR", address(swap_buffers_with_damage)},
    {"eglSwapInterval", address(swap_interval)},
    {"eglTerminate", address(terminate)},
    {"eglWaitClient", address(wait_client)},
    {"eglWaitGL", address(wait_client)},
    {"eglWaitNative", address(wait_native)},
};

// For the functions of extensions libEGL asks the driver how to find the driver that a call is for.
int index_of_damage = -1;

EGLBoolean dispatch_damage(EGLDisplay display, EGLSurface surface, const EGLint* areas,
                           EGLint count) {
  const __EGLapiExports& exports = *global().exports;
  exports.threadInit();
  __EGLvendorInfo* const vendor = exports.getVendorFromDisplay(display);
  if (vendor == nullptr) {
    exports.setEGLError(EGL_BAD_DISPLAY);
    return EGL_FALSE;
  }
  exports.setLastVendor(vendor);
  auto* const function = reinterpret_cast<decltype(&swap_buffers_with_damage)>(
      exports.fetchDispatchEntry(vendor, index_of_damage));
  return function != nullptr ? function(display, surface, areas, count) : EGL_FALSE;
}

constexpr std::string_view damage_name = "eglSwapBuffersWithDamageKHR";

void* get_proc_address(const char* name) {
  for (const Function& function : functions)
    if (std::string_view(name) == function.name) return function.function;
  return reinterpret_cast<void*>(blink::icd::entry_point(name));
}

void* get_dispatch_address(const char* name) {
  return name == damage_name ? address(dispatch_damage) : nullptr;
}

void set_dispatch_index(const char* name, int index) {
  if (name == damage_name) index_of_damage = index;
}

EGLBoolean get_supports_api(EGLenum api) {
  return api == EGL_OPENGL_API || api == EGL_OPENGL_ES_API;
}

const char* get_vendor_string(int name) {
  return name == __EGL_VENDOR_STRING_PLATFORM_EXTENSIONS
             ? "EGL_EXT_platform_x11 EGL_KHR_platform_x11 EGL_MESA_platform_surfaceless"
             : nullptr;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) EGLBoolean __egl_Main(
    uint32_t version, const __EGLapiExports* exports, __EGLvendorInfo*, __EGLapiImports* imports) {
  if (EGL_VENDOR_ABI_GET_MAJOR_VERSION(version) != EGL_VENDOR_ABI_MAJOR_VERSION) return EGL_FALSE;
  global().exports = exports;
  imports->getPlatformDisplay = get_platform_display;
  imports->getSupportsAPI = get_supports_api;
  imports->getVendorString = get_vendor_string;
  imports->getProcAddress = get_proc_address;
  imports->getDispatchAddress = get_dispatch_address;
  imports->setDispatchIndex = set_dispatch_index;
  return EGL_TRUE;
}
