// What EGL's functions are about: displays, and their contexts, surfaces and syncs.
//
// Threads: any, as EGL has it; what all threads know is guarded by the one lock.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

#include "client-icd/connection.h"
#include "client-icd/context.h"
#include "client-icd/surface.h"

// Last: Xlib takes words like Status for its own.
#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <glvnd/libeglabi.h>

#include "client-icd/x_window.h"

namespace blink::icd::egl {

inline constexpr EGLint side_max = 16'384, pbuffer_side_max = 4'096;

struct Config {
  EGLint id = 0, depth_bits = 0, stencil_bits = 0;
};
// As eglChooseConfig sorts them.
inline constexpr Config configs[] = {{1, 0, 0}, {2, 24, 0}, {3, 24, 8}};

struct EglContext {
  std::shared_ptr<Context> context;  // who waits for a sync keeps it, too
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

// When the server has come so far in a context's stream.
struct EglSync {
  std::weak_ptr<Context> context;  // once it has gone, so has all that it had to do
  std::uint64_t submitted = 0;
};

struct EglDisplay {
  Display* x = nullptr;
  bool is_up = false;
  std::set<EglContext*> contexts;
  std::set<EglSurface*> surfaces;
  std::map<EGLSync, EglSync> syncs;
  std::uintptr_t syncs_made = 0;
  std::set<EGLImage> images;  // numbers of the connection's
};

struct Global {
  std::mutex mutex;
  const __EGLapiExports* exports = nullptr;
  std::map<std::pair<EGLenum, void*>, std::unique_ptr<EglDisplay>> displays;
};

Global& global();

struct Thread {
  EGLint error = EGL_SUCCESS;
  EglDisplay* display = nullptr;
  EglContext* context = nullptr;
  EglSurface *surface = nullptr, *read = nullptr;  // where it draws, and reads from
};
extern thread_local Thread here;

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

// Null: there is no such display, or it is not in use; the error says which.
EglDisplay* display_of(EGLDisplay handle);
// Null: there is no such config.
const Config* config_of(EGLConfig handle);

// Null: there is no such surface, and the error says so.
EglSurface* surface_of(EglDisplay& display, EGLSurface which);
// And there is none afterwards.
EGLint get_error();

// Under the lock.
void end_if_unused(EglContext* context);
void end_if_unused(EglSurface* surface);
template <typename T>
void destroy(T* it) {
  it->is_destroyed = true;
  end_if_unused(it);
}

}  // namespace blink::icd::egl
