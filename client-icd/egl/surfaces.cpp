// EGL: surfaces.

#include "client-icd/egl/calls.h"

#include <algorithm>

namespace blink::icd::egl {

namespace {

EGLSurface put_surface(EglDisplay& display, std::unique_ptr<EglSurface> made) {
  const std::lock_guard lock(global().mutex);
  display.surfaces.insert(made.get());
  return good<EGLSurface>(made.release());
}

}  // namespace

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

}  // namespace blink::icd::egl
