// The functions of EGL, without their prefix: what each does is in EGL 1.5.

#pragma once

#include "client-icd/egl/objects.h"

namespace blink::icd::egl {

EGLDisplay get_platform_display(EGLenum platform, void* native, const EGLAttrib*);
EGLDeviceEXT the_device();
EGLBoolean query_devices(EGLint size, EGLDeviceEXT* devices, EGLint* count);
const char* query_device_string(EGLDeviceEXT device, EGLint name);
EGLBoolean query_device_attrib(EGLDeviceEXT device, EGLint name, EGLAttrib* value);
EGLBoolean query_display_attrib(EGLDisplay handle, EGLint name, EGLAttrib* value);
EGLBoolean initialize(EGLDisplay handle, EGLint* major, EGLint* minor);
EGLBoolean terminate(EGLDisplay handle);
const char* query_string(EGLDisplay handle, EGLint name);
EGLBoolean choose_config(EGLDisplay handle, const EGLint* attributes, EGLConfig* found, EGLint size,
                         EGLint* count);
EGLBoolean get_configs(EGLDisplay handle, EGLConfig* found, EGLint size, EGLint* count);
EGLBoolean get_config_attrib(EGLDisplay handle, EGLConfig which, EGLint name, EGLint* value);
EGLContext create_context(EGLDisplay handle, EGLConfig config, EGLContext shares,
                          const EGLint* attributes);
EGLBoolean destroy_context(EGLDisplay handle, EGLContext which);
EGLBoolean query_context(EGLDisplay handle, EGLContext which, EGLint name, EGLint* value);
EGLSurface create_window_surface(EGLDisplay handle, EGLConfig config, EGLNativeWindowType window,
                                 const EGLint*);
EGLSurface create_platform_window_surface(EGLDisplay handle, EGLConfig config, void* window,
                                          const EGLAttrib*);
EGLSurface create_pbuffer_surface(EGLDisplay handle, EGLConfig config, const EGLint* attributes);
EGLSurface create_pixmap_surface(EGLDisplay handle, EGLConfig, EGLNativePixmapType, const EGLint*);
EGLSurface create_platform_pixmap_surface(EGLDisplay handle, EGLConfig, void*, const EGLAttrib*);
EGLSurface create_pbuffer_from_client_buffer(EGLDisplay, EGLenum, EGLClientBuffer, EGLConfig,
                                             const EGLint*);
EGLBoolean destroy_surface(EGLDisplay handle, EGLSurface which);
EGLBoolean query_surface(EGLDisplay handle, EGLSurface which, EGLint name, EGLint* value);
EGLBoolean surface_attrib(EGLDisplay handle, EGLSurface which, EGLint name, EGLint value);
EGLBoolean make_current(EGLDisplay handle, EGLSurface draw, EGLSurface read, EGLContext which);
EGLBoolean swap_buffers(EGLDisplay handle, EGLSurface which);
EGLBoolean swap_buffers_with_damage(EGLDisplay handle, EGLSurface which, const EGLint*, EGLint);
EGLBoolean swap_interval(EGLDisplay handle, EGLint);
EGLBoolean wait_client();
EGLBoolean wait_native(EGLint);
EGLBoolean copy_buffers(EGLDisplay handle, EGLSurface, EGLNativePixmapType);
EGLBoolean bind_tex_image(EGLDisplay handle, EGLSurface, EGLint);
EGLBoolean release_tex_image(EGLDisplay handle, EGLSurface, EGLint);
EGLBoolean release_thread();
EGLSync create_sync(EGLDisplay handle, EGLenum type, const EGLAttrib* attributes);
EGLSync create_sync_khr(EGLDisplay handle, EGLenum type, const EGLint* attributes);
EGLBoolean destroy_sync(EGLDisplay handle, EGLSync which);
EGLint client_wait_sync(EGLDisplay handle, EGLSync which, EGLint, EGLTime timeout);
EGLBoolean wait_sync(EGLDisplay handle, EGLSync which, EGLint flags);
EGLint wait_sync_khr(EGLDisplay handle, EGLSync which, EGLint flags);
EGLBoolean get_sync_attrib(EGLDisplay handle, EGLSync which, EGLint name, EGLAttrib* value);
EGLBoolean get_sync_attrib_khr(EGLDisplay handle, EGLSync which, EGLint name, EGLint* value);
EGLImage create_image(EGLDisplay handle, EGLContext, EGLenum, EGLClientBuffer, const EGLAttrib*);
EGLImage create_image_khr(EGLDisplay handle, EGLContext, EGLenum, EGLClientBuffer, const EGLint*);
EGLBoolean destroy_image(EGLDisplay handle, EGLImage);

}  // namespace blink::icd::egl
