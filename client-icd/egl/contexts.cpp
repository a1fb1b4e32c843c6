// EGL: contexts.

#include "client-icd/egl/calls.h"

namespace blink::icd::egl {

namespace {

struct Wanted {
  std::uint32_t major = 1, minor = 0;
  EGLint profile = EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT;
};

bool read_attributes(const EGLint* attributes, Wanted& wanted) {
  for (const EGLint* at = attributes; at != nullptr && *at != EGL_NONE; at += 2) {
    switch (at[0]) {
      case EGL_CONTEXT_MAJOR_VERSION: wanted.major = static_cast<std::uint32_t>(at[1]); break;
      case EGL_CONTEXT_MINOR_VERSION: wanted.minor = static_cast<std::uint32_t>(at[1]); break;
      case EGL_CONTEXT_OPENGL_PROFILE_MASK: wanted.profile = at[1]; break;
      // Nothing here depends on these.
      case EGL_CONTEXT_FLAGS_KHR:
      case EGL_CONTEXT_OPENGL_DEBUG:
      case EGL_CONTEXT_OPENGL_FORWARD_COMPATIBLE: break;
      // The server's contexts are all robust, and none loses its state.
      case EGL_CONTEXT_OPENGL_ROBUST_ACCESS:
      case EGL_CONTEXT_OPENGL_ROBUST_ACCESS_EXT:
      case EGL_CONTEXT_OPENGL_RESET_NOTIFICATION_STRATEGY:
      case EGL_CONTEXT_OPENGL_RESET_NOTIFICATION_STRATEGY_EXT:
      case EGL_CONTEXT_OPENGL_NO_ERROR_KHR: break;
      default: return false;
    }
  }
  return true;
}

}  // namespace

EGLContext create_context(EGLDisplay handle, EGLConfig config, EGLContext shares,
                          const EGLint* attributes) {
  EglDisplay* const display = display_of(handle);
  if (display == nullptr) return EGL_NO_CONTEXT;
  if (config != EGL_NO_CONFIG_KHR && config_of(config) == nullptr)
    return fail<EGLContext>(EGL_BAD_CONFIG);
  Wanted wanted;
  if (!read_attributes(attributes, wanted)) return fail<EGLContext>(EGL_BAD_ATTRIBUTE);
  const EGLenum api = global().exports->getCurrentApi();
  const bool is_es = api == EGL_OPENGL_ES_API;
  if (!is_version(wanted.major, wanted.minor, is_es)) return fail<EGLContext>(EGL_BAD_MATCH);
  const auto* const other = static_cast<const EglContext*>(shares);
  {
    const std::lock_guard lock(global().mutex);
    if (other != nullptr && !display->contexts.contains(const_cast<EglContext*>(other)))
      return fail<EGLContext>(EGL_BAD_CONTEXT);
  }
  std::uint32_t version = wanted.major * 10 + wanted.minor;
  blink_stream_api kind = is_es ? BLINK_GL_ES : BLINK_GL_COMPATIBILITY;
  if (!is_es && version >= 32 && wanted.profile == EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT)
    kind = BLINK_GL_CORE;
  if (!is_es && version < 32) version = 0;  // the newest that is compatible with it
  auto made = std::make_unique<EglContext>();
  made->context = std::make_unique<Context>(*Connection::get(), kind, version,
                                            other != nullptr ? other->context.get() : nullptr);
  if (made->context->stream.stream() == 0) return fail<EGLContext>(EGL_BAD_ALLOC);
  made->config = config;
  made->api = api;
  made->version = static_cast<EGLint>(wanted.major);
  const std::lock_guard lock(global().mutex);
  display->contexts.insert(made.get());
  return good<EGLContext>(made.release());
}

EGLBoolean destroy_context(EGLDisplay handle, EGLContext which) {
  EglDisplay* const display = display_of(handle);
  if (display == nullptr) return EGL_FALSE;
  auto* const context = static_cast<EglContext*>(which);
  const std::lock_guard lock(global().mutex);
  if (display->contexts.erase(context) == 0) return fail(EGL_BAD_CONTEXT);
  destroy(context);
  return good(EGL_TRUE);
}

EGLBoolean query_context(EGLDisplay handle, EGLContext which, EGLint name, EGLint* value) {
  EglDisplay* const display = display_of(handle);
  if (display == nullptr) return EGL_FALSE;
  auto* const context = static_cast<EglContext*>(which);
  const std::lock_guard lock(global().mutex);
  if (!display->contexts.contains(context)) return fail(EGL_BAD_CONTEXT);
  const Config* const config = config_of(context->config);
  switch (name) {
    case EGL_CONFIG_ID: *value = config != nullptr ? config->id : 0; break;
    case EGL_CONTEXT_CLIENT_TYPE: *value = static_cast<EGLint>(context->api); break;
    case EGL_CONTEXT_CLIENT_VERSION: *value = context->version; break;
    case EGL_RENDER_BUFFER:
      *value = here.context == context && here.surface != nullptr ? EGL_BACK_BUFFER : EGL_NONE;
      break;
    default: return fail(EGL_BAD_ATTRIBUTE);
  }
  return good(EGL_TRUE);
}

}  // namespace blink::icd::egl
