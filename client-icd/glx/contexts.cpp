// GLX: contexts.

#include "client-icd/glx/calls.h"

namespace blink::icd::glx {

namespace {

constexpr int create_attribs_minor = 34;

GLXContext make_context(const Config* config, GLXContext shares, blink_stream_api api,
                        std::uint32_t version) {
  Connection* const connection = Connection::get();
  if (connection == nullptr || config == nullptr) return nullptr;
  const auto* const other = reinterpret_cast<const GlxContext*>(shares);
  auto made = std::make_unique<GlxContext>();
  made->context = std::make_unique<Context>(*connection, api, version,
                                            other != nullptr ? other->context.get() : nullptr);
  if (made->context->stream.stream() == 0) return nullptr;
  made->config = config;
  return reinterpret_cast<GLXContext>(made.release());
}

struct Wanted {
  std::uint32_t major = 1, minor = 0;
  int flags = 0, profile = GLX_CONTEXT_CORE_PROFILE_BIT_ARB, render_type = GLX_RGBA_TYPE;
};

bool read_attributes(const int* attributes, Wanted& wanted) {
  for (const int* at = attributes; at != nullptr && *at != None; at += 2) {
    switch (at[0]) {
      case GLX_CONTEXT_MAJOR_VERSION_ARB: wanted.major = static_cast<std::uint32_t>(at[1]); break;
      case GLX_CONTEXT_MINOR_VERSION_ARB: wanted.minor = static_cast<std::uint32_t>(at[1]); break;
      case GLX_CONTEXT_PROFILE_MASK_ARB: wanted.profile = at[1]; break;
      case GLX_CONTEXT_FLAGS_ARB: wanted.flags = at[1]; break;
      case GLX_RENDER_TYPE: wanted.render_type = at[1]; break;
      default: return false;
    }
  }
  return true;
}

// What is wrong with that, as an error of X; Success: nothing (GLX_ARB_create_context, GLX_ARB_
// create_context_profile).
int fault_of(const Wanted& wanted) {
  constexpr int known_flags = GLX_CONTEXT_DEBUG_BIT_ARB | GLX_CONTEXT_FORWARD_COMPATIBLE_BIT_ARB;
  const bool is_es = wanted.profile == GLX_CONTEXT_ES2_PROFILE_BIT_EXT;
  const std::uint32_t version = wanted.major * 10 + wanted.minor;
  if (wanted.render_type != GLX_RGBA_TYPE && wanted.render_type != GLX_COLOR_INDEX_TYPE)
    return BadValue;
  if (wanted.render_type != GLX_RGBA_TYPE) return BadMatch;
  if ((wanted.flags & ~known_flags) != 0) return BadValue;
  if (!is_version(wanted.major, wanted.minor, is_es)) return BadMatch;
  if ((wanted.flags & GLX_CONTEXT_FORWARD_COMPATIBLE_BIT_ARB) != 0 && (is_es || version < 30))
    return BadMatch;
  const bool is_one = wanted.profile == GLX_CONTEXT_CORE_PROFILE_BIT_ARB ||
                      wanted.profile == GLX_CONTEXT_COMPATIBILITY_PROFILE_BIT_ARB;
  if (!is_es && !is_one) return bad_profile;
  return Success;
}

}  // namespace

GLXContext create_context(Display* display, XVisualInfo* visual, GLXContext shares, Bool) {
  return make_context(config_of_visual(display, visual), shares, BLINK_GL_COMPATIBILITY, 0);
}

GLXContext create_new_context(Display*, GLXFBConfig config, int, GLXContext shares, Bool) {
  return make_context(config_of(config), shares, BLINK_GL_COMPATIBILITY, 0);
}

GLXContext create_context_attribs(Display* display, GLXFBConfig handle, GLXContext shares, Bool,
                                  const int* attributes) {
  Wanted wanted;
  const Config* const config = config_of(handle);
  if (config == nullptr) return fail(display, bad_fb_config, create_attribs_minor);
  const int fault = read_attributes(attributes, wanted) ? fault_of(wanted) : BadValue;
  if (fault != Success) return fail(display, fault, create_attribs_minor);
  const std::uint32_t version = wanted.major * 10 + wanted.minor;
  blink_stream_api api = BLINK_GL_COMPATIBILITY;
  if (wanted.profile == GLX_CONTEXT_ES2_PROFILE_BIT_EXT) api = BLINK_GL_ES;
  // 3.1 has no profiles: without what is deprecated it is as a core context.
  else if ((version == 31 && (wanted.flags & GLX_CONTEXT_FORWARD_COMPATIBLE_BIT_ARB) != 0) ||
           (version >= 32 && wanted.profile == GLX_CONTEXT_CORE_PROFILE_BIT_ARB))
    api = BLINK_GL_CORE;
  const GLXContext made = make_context(config, shares, api,
                                       api == BLINK_GL_COMPATIBILITY && version < 32 ? 0 : version);
  return made != nullptr ? made : fail(display, bad_fb_config, create_attribs_minor);
}

void destroy_context(Display*, GLXContext handle) {
  auto* const context = reinterpret_cast<GlxContext*>(handle);
  if (context == nullptr) return;
  const std::lock_guard lock(global().mutex);
  context->is_destroyed = true;
  end_if_unused(context);
}

}  // namespace blink::icd::glx
