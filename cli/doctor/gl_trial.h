// Drawing something and looking at it: a driver that gives a context has not yet drawn anything.

#pragma once

#include <string>

#include "cli/doctor/egl_api.h"
#include "common/status.h"

namespace blink::doctor {

// glGetString of the current context.
struct GlStrings {
  std::string vendor;
  std::string renderer;
  std::string version;
};
GlStrings read_gl_strings(const egl::Api& api);

// In the current context: clears a texture to a colour, and reads that colour back.
Status try_drawing(const egl::Api& api);

// The way of a finished image from a session to the compositor: a texture of one context becomes an
// EGLImage, is fenced, and is seen by another context that shares nothing with it. Leaves the
// second context current.
Status try_sharing(const egl::Api& api, egl::Display display, egl::Context from, egl::Context to);

}  // namespace blink::doctor
