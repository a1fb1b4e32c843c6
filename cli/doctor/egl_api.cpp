#include "cli/doctor/egl_api.h"

#include <dlfcn.h>
#include <string>

namespace blink::doctor::egl {
namespace {

template <typename F>
bool find(void* library, const char* name, F& function) {
  function = reinterpret_cast<F>(::dlsym(library, name));
  return function != nullptr;
}

template <typename F>
void find_extension(const Api& api, const char* name, F& function) {
  function = reinterpret_cast<F>(api.get_proc_address(name));
}

}  // namespace

Result<Api> load() {
  void* const library = ::dlopen("libEGL.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char* const why = ::dlerror();
    return Status::system(why ? why : "libEGL.so.1 cannot be loaded");
  }
  Api api;
  const bool is_complete = find(library, "eglGetProcAddress", api.get_proc_address) &&
                           find(library, "eglQueryString", api.query_string) &&
                           find(library, "eglInitialize", api.initialize) &&
                           find(library, "eglBindAPI", api.bind_api) &&
                           find(library, "eglChooseConfig", api.choose_config) &&
                           find(library, "eglCreateContext", api.create_context) &&
                           find(library, "eglDestroyContext", api.destroy_context) &&
                           find(library, "eglMakeCurrent", api.make_current) &&
                           find(library, "eglGetError", api.get_error);
  if (!is_complete) return Status::system("libEGL.so.1 lacks functions of EGL 1.4");
  find_extension(api, "eglGetPlatformDisplayEXT", api.get_platform_display);
  find_extension(api, "eglQueryDevicesEXT", api.query_devices);
  find_extension(api, "eglQueryDeviceStringEXT", api.query_device_string);
  find_extension(api, "eglCreateImageKHR", api.create_image);
  find_extension(api, "eglDestroyImageKHR", api.destroy_image);
  find_extension(api, "eglCreateSyncKHR", api.create_sync);
  find_extension(api, "eglDestroySyncKHR", api.destroy_sync);
  find_extension(api, "eglWaitSyncKHR", api.wait_sync);
  return api;
}

bool has_extension(const char* list, std::string_view name) {
  std::string_view rest = list ? list : "";
  while (!rest.empty()) {
    const std::size_t space = rest.find(' ');
    if (rest.substr(0, space) == name) return true;
    rest = space == std::string_view::npos ? std::string_view() : rest.substr(space + 1);
  }
  return false;
}

}  // namespace blink::doctor::egl
