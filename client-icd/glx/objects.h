// What GLX' functions are about: configs, contexts and drawables.
//
// What GLX calls a drawable is a window of the X server, where the program expects to draw; what it
// draws is in the server, and shown in a window there that has the same size.
//
// Threads: any, as GLX has it: a lock over what all threads know.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "client-icd/connection.h"
#include "client-icd/context.h"
#include "client-icd/surface.h"

// Last: Xlib takes words like Status for its own.
#include <GL/glx.h>
#include <GL/glxext.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <glvnd/libglxabi.h>

#include "client-icd/x_window.h"

namespace blink::icd::glx {

// A way to draw: one of the X server's visuals with one set of buffers.
struct Config {
  int id = 0;
  int screen = 0;
  VisualID visual = 0;
  int visual_class = 0;
  int depth = 0;
  bool has_two_buffers = false;
  int depth_bits = 0, stencil_bits = 0;
};

struct GlxContext {
  std::unique_ptr<Context> context;
  const Config* config = nullptr;
  GLXDrawable draw = 0;
  int current_on = 0;  // threads
  bool is_destroyed = false;
};

struct Global {
  std::mutex mutex;
  const __GLXapiExports* exports = nullptr;
  // By display and screen; a program keeps pointers to these.
  std::map<std::pair<Display*, int>, std::vector<std::unique_ptr<Config>>> configs;
  std::map<GLXDrawable, std::shared_ptr<Surface>> surfaces;
  std::map<GLXDrawable, int> intervals;  // of swaps, where the program has said one
  std::map<GLXDrawable, XID> windows;    // GLX windows and pixmaps: what they are of X'
  // Neither is of X: nobody but their program sees them.
  struct Pbuffer {
    unsigned width = 1, height = 1;  // nothing has no size
    bool is_preserved = true;
  };
  std::map<GLXDrawable, Pbuffer> pbuffers;
  std::map<GLXDrawable, const Config*> drawable_configs;
  std::set<XID> pixmaps;  // of X
  struct Texture {        // what a pixmap may become
    bool has_alpha = false, is_rectangle = false;
  };
  std::map<GLXDrawable, Texture> textures;
};

Global& global();
extern thread_local GlxContext* current_glx;

inline constexpr int pbuffer_side_max = 4096;

inline GLXFBConfig handle_of(const Config* config) {
  return reinterpret_cast<GLXFBConfig>(const_cast<Config*>(config));
}
inline const Config* config_of(GLXFBConfig handle) {
  return reinterpret_cast<const Config*>(handle);
}
// Null: there is none.
const Config* config_of_visual(Display* display, const XVisualInfo* visual);

// What is drawn to: its size, and what it is of X'; 0: nothing.
struct Geometry {
  XSize size;
  XID window = 0;
};
bool geometry_of(Display* display, GLXDrawable drawable, Geometry* geometry);

inline constexpr int glx_error = 1 << 16;  // or-ed to an error of GLX', numbered by the X server
inline constexpr int bad_fb_config = glx_error | 9, bad_profile = glx_error | 13;
// What GLX calls an error is one of X: the program's handler is told, or the program ends.
std::nullptr_t fail(Display* display, int error, int minor, XID resource = 0);

// Under the lock.
void end_if_unused(GlxContext* context);

}  // namespace blink::icd::glx
