// EGL: the driver as GLVND's libEGL loads it (libeglabi.h), for programs on X11, and for those that
// draw where nobody sees it.

#include <string_view>

#include "client-icd/egl/calls.h"
#include "client-icd/entry_points.h"

namespace blink::icd::egl {
namespace {

const Function functions[] = {
    {"eglBindTexImage", address(bind_tex_image)},
    {"eglChooseConfig", address(choose_config)},
    {"eglClientWaitSync", address(client_wait_sync)},
    {"eglCopyBuffers", address(copy_buffers)},
    {"eglCreateContext", address(create_context)},
    {"eglCreateImage", address(create_image)},
    {"eglCreatePbufferFromClientBuffer", address(create_pbuffer_from_client_buffer)},
    {"eglCreatePbufferSurface", address(create_pbuffer_surface)},
    {"eglCreatePixmapSurface", address(create_pixmap_surface)},
    {"eglCreatePlatformPixmapSurface", address(create_platform_pixmap_surface)},
    {"eglCreatePlatformWindowSurface", address(create_platform_window_surface)},
    {"eglCreateSync", address(create_sync)},
    {"eglCreateWindowSurface", address(create_window_surface)},
    {"eglDestroyContext", address(destroy_context)},
    {"eglDestroyImage", address(destroy_image)},
    {"eglDestroySurface", address(destroy_surface)},
    {"eglDestroySync", address(destroy_sync)},
    {"eglGetConfigAttrib", address(get_config_attrib)},
    {"eglGetConfigs", address(get_configs)},
    {"eglGetError", address(get_error)},
    {"eglGetSyncAttrib", address(get_sync_attrib)},
    {"eglInitialize", address(initialize)},
    {"eglMakeCurrent", address(make_current)},
    {"eglQueryContext", address(query_context)},
    {"eglQueryDevicesEXT", address(query_devices)},
    {"eglQueryString", address(query_string)},
    {"eglQuerySurface", address(query_surface)},
    {"eglReleaseTexImage", address(release_tex_image)},
    {"eglReleaseThread", address(release_thread)},
    {"eglSurfaceAttrib", address(surface_attrib)},
    {"eglSwapBuffers", address(swap_buffers)},
    {"eglSwapInterval", address(swap_interval)},
    {"eglTerminate", address(terminate)},
    {"eglWaitClient", address(wait_client)},
    {"eglWaitGL", address(wait_client)},
    {"eglWaitNative", address(wait_native)},
    {"eglWaitSync", address(wait_sync)},
};

// For the functions of extensions libEGL asks the driver how to find the driver that a call is for.
enum class First : std::uint8_t { display, device };  // the first argument
template <auto function, First first = First::display>
struct Extension;
template <typename Result, typename... Rest, Result (*function)(void*, Rest...), First first>
struct Extension<function, first> {
  static inline int index = -1;
  static Result dispatch(void* of, Rest... rest) {
    const __EGLapiExports& exports = *global().exports;
    exports.threadInit();
    constexpr bool is_display = first == First::display;
    __EGLvendorInfo* const vendor =
        is_display ? exports.getVendorFromDisplay(of) : exports.getVendorFromDevice(of);
    if (vendor == nullptr) {
      exports.setEGLError(is_display ? EGL_BAD_DISPLAY : EGL_BAD_DEVICE_EXT);
      return {};
    }
    exports.setLastVendor(vendor);
    auto* const its =
        reinterpret_cast<decltype(function)>(exports.fetchDispatchEntry(vendor, index));
    return its != nullptr ? its(of, rest...) : Result();
  }
};

struct Dispatched {
  const char* name;
  void *function, *dispatch;
  int* index;
};

template <auto function, First first = First::display>
Dispatched dispatched(const char* name) {
  using Its = Extension<function, first>;
  return {name, address(function), address(Its::dispatch), &Its::index};
}

// Of functions with two names each needs an index of its own.
EGLBoolean swap_buffers_with_damage_ext(EGLDisplay handle, EGLSurface which, const EGLint*,
                                        EGLint) {
  return swap_buffers(handle, which);
}
EGLBoolean destroy_sync_khr(EGLDisplay handle, EGLSync which) {
  return destroy_sync(handle, which);
}
EGLBoolean destroy_image_khr(EGLDisplay handle, EGLImage which) {
  return destroy_image(handle, which);
}
EGLint client_wait_sync_khr(EGLDisplay handle, EGLSync which, EGLint flags, EGLTime timeout) {
  return client_wait_sync(handle, which, flags, timeout);
}

const Dispatched extension_functions[] = {
    dispatched<client_wait_sync_khr>("eglClientWaitSyncKHR"),
    dispatched<create_image_khr>("eglCreateImageKHR"),
    dispatched<create_sync_khr>("eglCreateSyncKHR"),
    dispatched<destroy_image_khr>("eglDestroyImageKHR"),
    dispatched<destroy_sync_khr>("eglDestroySyncKHR"),
    dispatched<get_sync_attrib_khr>("eglGetSyncAttribKHR"),
    dispatched<query_device_attrib, First::device>("eglQueryDeviceAttribEXT"),
    dispatched<query_device_string, First::device>("eglQueryDeviceStringEXT"),
    dispatched<query_display_attrib>("eglQueryDisplayAttribEXT"),
    dispatched<swap_buffers_with_damage_ext>("eglSwapBuffersWithDamageEXT"),
    dispatched<swap_buffers_with_damage>("eglSwapBuffersWithDamageKHR"),
    dispatched<wait_sync_khr>("eglWaitSyncKHR"),
};

const Dispatched* extension_function(std::string_view name) {
  for (const Dispatched& function : extension_functions)
    if (name == function.name) return &function;
  return nullptr;
}

void* get_proc_address(const char* name) {
  for (const Function& function : functions)
    if (std::string_view(name) == function.name) return function.function;
  if (const Dispatched* const function = extension_function(name)) return function->function;
  return reinterpret_cast<void*>(blink::icd::entry_point(name));
}

void* get_dispatch_address(const char* name) {
  const Dispatched* const function = extension_function(name);
  return function != nullptr ? function->dispatch : nullptr;
}

void set_dispatch_index(const char* name, int index) {
  if (const Dispatched* const function = extension_function(name)) *function->index = index;
}

EGLBoolean get_supports_api(EGLenum api) {
  return api == EGL_OPENGL_API || api == EGL_OPENGL_ES_API;
}

const char* get_vendor_string(int name) {
  return name == __EGL_VENDOR_STRING_PLATFORM_EXTENSIONS
             ? "EGL_EXT_platform_device EGL_EXT_platform_x11 EGL_KHR_platform_x11 "
               "EGL_MESA_platform_surfaceless"
             : nullptr;
}

}  // namespace
}  // namespace blink::icd::egl

using namespace blink::icd::egl;

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
