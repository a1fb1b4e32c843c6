// EGL: devices, of which there is one: the server.

#include "client-icd/egl/calls.h"

namespace blink::icd::egl {

EGLDeviceEXT the_device() {
  static char it;
  return &it;
}

EGLBoolean query_devices(EGLint size, EGLDeviceEXT* devices, EGLint* count) {
  if (count == nullptr || (devices != nullptr && size < 1)) return fail(EGL_BAD_PARAMETER);
  *count = Connection::get() != nullptr;
  if (devices != nullptr && *count != 0) *devices = the_device();
  return good(EGL_TRUE);
}

const char* query_device_string(EGLDeviceEXT device, EGLint name) {
  if (device != the_device()) return fail<const char*>(EGL_BAD_DEVICE_EXT);
  return name == EGL_EXTENSIONS ? good("") : fail<const char*>(EGL_BAD_PARAMETER);
}

EGLBoolean query_device_attrib(EGLDeviceEXT device, EGLint, EGLAttrib*) {
  return fail(device == the_device() ? EGL_BAD_ATTRIBUTE : EGL_BAD_DEVICE_EXT);
}

EGLBoolean query_display_attrib(EGLDisplay handle, EGLint name, EGLAttrib* value) {
  if (display_of(handle) == nullptr) return EGL_FALSE;
  if (value == nullptr) return fail(EGL_BAD_PARAMETER);
  if (name != EGL_DEVICE_EXT) return fail(EGL_BAD_ATTRIBUTE);
  *value = reinterpret_cast<EGLAttrib>(the_device());
  return good(EGL_TRUE);
}

}  // namespace blink::icd::egl
