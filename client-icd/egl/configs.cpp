// EGL: configs, which are the ways to draw.

#include "client-icd/egl/calls.h"

#include <algorithm>
#include <map>

namespace blink::icd::egl {

namespace {

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
    case EGL_MAX_SWAP_INTERVAL: return Surface::interval_max;
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

}  // namespace

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

}  // namespace blink::icd::egl
