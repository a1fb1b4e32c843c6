// GLX: the driver as GLVND's libGLX loads it (libglxabi.h), for programs on X11.

#include <string_view>

#include "client-icd/entry_points.h"
#include "client-icd/glx/calls.h"

namespace blink::icd::glx {
namespace {

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
    "GLX_EXT_swap_control GLX_EXT_texture_from_pixmap GLX_MESA_swap_control GLX_SGI_swap_control";

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
};

// For the functions of extensions libGLX asks the driver how to find the driver that a call is for:
// it is in the entry that libGLX has made for that function.
template <auto function>
struct Entry {
  static inline int index = -1;
  static decltype(function) of(__GLXvendorInfo* vendor) {
    if (vendor == nullptr || index < 0) return nullptr;
    return reinterpret_cast<decltype(function)>(
        global().exports->fetchDispatchEntry(vendor, index));
  }
};

// Nothing is what a call gives that no driver takes.
template <auto function, typename Result, typename... Arguments>
Result call(__GLXvendorInfo* vendor, Result otherwise, Arguments... arguments) {
  auto* const its = Entry<function>::of(vendor);
  return its != nullptr ? its(arguments...) : otherwise;
}

GLXContext dispatch_create(Display* display, GLXFBConfig config, GLXContext shares, Bool direct,
                           const int* attributes) {
  const __GLXapiExports& exports = *global().exports;
  __GLXvendorInfo* const vendor = exports.vendorFromFBConfig(display, config);
  const GLXContext made = call<create_context_attribs>(vendor, GLXContext{}, display, config,
                                                       shares, direct, attributes);
  if (made != nullptr) exports.addVendorContextMapping(display, made, vendor);
  return made;
}

// The driver that a drawable is of.
template <auto function>
struct ByDrawable;
template <typename... Rest, void (*function)(Display*, GLXDrawable, Rest...)>
struct ByDrawable<function> {
  static void dispatch(Display* display, GLXDrawable drawable, Rest... rest) {
    auto* const its = Entry<function>::of(global().exports->vendorFromDrawable(display, drawable));
    if (its != nullptr) its(display, drawable, rest...);
  }
};

__GLXvendorInfo* current_vendor() { return global().exports->getCurrentDynDispatch(); }

int dispatch_mesa(unsigned interval) {
  return call<swap_interval>(current_vendor(), GLX_BAD_CONTEXT, interval);
}
int dispatch_get() { return call<get_swap_interval>(current_vendor(), 0); }
int dispatch_sgi(int interval) {
  return call<swap_interval_sgi>(current_vendor(), GLX_BAD_CONTEXT, interval);
}

struct Dispatched {
  const char* name;
  void *function, *dispatch;
  int* index;
};

template <auto function>
Dispatched dispatched(const char* name, void* dispatch) {
  return {name, address(function), dispatch, &Entry<function>::index};
}
template <auto function>
Dispatched by_drawable(const char* name) {
  return dispatched<function>(name, address(ByDrawable<function>::dispatch));
}

const Dispatched extension_functions[] = {
    dispatched<create_context_attribs>("glXCreateContextAttribsARB", address(dispatch_create)),
    by_drawable<bind_tex_image>("glXBindTexImageEXT"),
    by_drawable<release_tex_image>("glXReleaseTexImageEXT"),
    by_drawable<swap_interval_ext>("glXSwapIntervalEXT"),
    dispatched<swap_interval>("glXSwapIntervalMESA", address(dispatch_mesa)),
    dispatched<get_swap_interval>("glXGetSwapIntervalMESA", address(dispatch_get)),
    dispatched<swap_interval_sgi>("glXSwapIntervalSGI", address(dispatch_sgi)),
};

const Dispatched* extension_function(std::string_view name) {
  for (const Dispatched& function : extension_functions)
    if (name == function.name) return &function;
  return nullptr;
}

std::string_view view(const GLubyte* name) { return reinterpret_cast<const char*>(name); }

Bool is_screen_supported(Display*, int) { return Connection::get() != nullptr; }

void* get_proc_address(const GLubyte* name) {
  for (const Function& function : functions)
    if (view(name) == function.name) return function.function;
  if (const Dispatched* const function = extension_function(view(name))) return function->function;
  return reinterpret_cast<void*>(blink::icd::entry_point(reinterpret_cast<const char*>(name)));
}

void* get_dispatch_address(const GLubyte* name) {
  const Dispatched* const function = extension_function(view(name));
  return function != nullptr ? function->dispatch : nullptr;
}

void set_dispatch_index(const GLubyte* name, int index) {
  if (const Dispatched* const function = extension_function(view(name))) *function->index = index;
}

}  // namespace
}  // namespace blink::icd::glx

using namespace blink::icd::glx;

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
