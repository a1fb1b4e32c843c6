// EGL: displays.

#include "client-icd/egl/calls.h"

#include <algorithm>
#include <cstdlib>

namespace blink::icd::egl {

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
    case EGL_PLATFORM_DEVICE_EXT:
      if (native != the_device()) return fail<EGLDisplay>(EGL_BAD_PARAMETER);
      break;
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

EGLBoolean terminate(EGLDisplay handle) {
  EglDisplay* const display = display_of(handle);
  if (display == nullptr) return here.error == EGL_NOT_INITIALIZED ? good(EGL_TRUE) : EGL_FALSE;
  const std::lock_guard lock(global().mutex);
  display->is_up = false;
  for (EglContext* context : std::exchange(display->contexts, {}))
    destroy(context);
  for (EglSurface* surface : std::exchange(display->surfaces, {}))
    destroy(surface);
  for (EGLImage image : std::exchange(display->images, {}))
    (void)Connection::get()->drop_image(
        static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(image)));
  return good(EGL_TRUE);
}

namespace {

constexpr const char* extensions =
    "EGL_EXT_create_context_robustness EGL_EXT_swap_buffers_with_damage EGL_KHR_create_context "
    "EGL_KHR_create_context_no_error EGL_KHR_fence_sync EGL_KHR_get_all_proc_addresses "
    "EGL_KHR_gl_renderbuffer_image EGL_KHR_gl_texture_2D_image EGL_KHR_gl_texture_3D_image "
    "EGL_KHR_gl_texture_cubemap_image EGL_KHR_image_base "
    "EGL_KHR_no_config_context EGL_KHR_surfaceless_context EGL_KHR_swap_buffers_with_damage "
    "EGL_KHR_wait_sync";

// Of no display: what libEGL offers of it where some driver has it.
constexpr const char* client_extensions =
    "EGL_EXT_client_extensions EGL_EXT_device_base EGL_EXT_device_enumeration "
    "EGL_EXT_device_query EGL_EXT_platform_base EGL_EXT_platform_device "
    "EGL_KHR_client_get_all_proc_addresses";

}  // namespace

const char* query_string(EGLDisplay handle, EGLint name) {
  if (handle == EGL_NO_DISPLAY && name == EGL_EXTENSIONS) return good(client_extensions);
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

}  // namespace blink::icd::egl
