// EGL: syncs.

#include "client-icd/egl/calls.h"

#include <algorithm>
#include <chrono>
#include <optional>

namespace blink::icd::egl {
namespace {

// It lives until its context's work is waited for, whoever ends either meanwhile.
struct Fence {
  std::shared_ptr<Context> context;
  std::uint64_t submitted = 0;

  [[nodiscard]] bool is_signalled() const {
    return context == nullptr || context->stream.has_done(submitted);
  }
};

// Nothing: there is no such sync.
std::optional<Fence> fence_of(const EglDisplay& display, EGLSync which) {
  const std::lock_guard lock(global().mutex);
  const auto found = display.syncs.find(which);
  if (found == display.syncs.end()) return std::nullopt;
  return Fence{found->second.context.lock(), found->second.submitted};
}

}  // namespace

EGLSync create_sync(EGLDisplay handle, EGLenum type, const EGLAttrib* attributes) {
  EglDisplay* const display = display_of(handle);
  if (display == nullptr) return EGL_NO_SYNC;
  if (type != EGL_SYNC_FENCE || (attributes != nullptr && *attributes != EGL_NONE))
    return fail<EGLSync>(EGL_BAD_ATTRIBUTE);
  if (here.context == nullptr || here.display != display) return fail<EGLSync>(EGL_BAD_MATCH);
  // What comes after it, on whatever thread, finds what came before.
  blink::icd::StreamWriter& stream = here.context->context->stream;
  (void)stream.record(blink::gl::WireOp::Flush, 0, true);
  const std::uint64_t submitted = stream.flush();
  const std::lock_guard lock(global().mutex);
  // A number, as nothing lies there.
  auto* const made = reinterpret_cast<EGLSync>(++display->syncs_made);
  display->syncs[made] = {here.context->context, submitted};
  return good<EGLSync>(made);
}

EGLSync create_sync_khr(EGLDisplay handle, EGLenum type, const EGLint* attributes) {
  constexpr EGLAttrib some[] = {0, EGL_NONE};
  return create_sync(handle, type,
                     attributes != nullptr && *attributes != EGL_NONE ? some : nullptr);
}

EGLBoolean destroy_sync(EGLDisplay handle, EGLSync which) {
  EglDisplay* const display = display_of(handle);
  if (display == nullptr) return EGL_FALSE;
  const std::lock_guard lock(global().mutex);
  return display->syncs.erase(which) != 0 ? good(EGL_TRUE) : fail(EGL_BAD_PARAMETER);
}

EGLint client_wait_sync(EGLDisplay handle, EGLSync which, EGLint, EGLTime timeout) {
  EglDisplay* const display = display_of(handle);
  if (display == nullptr) return EGL_FALSE;
  const std::optional<Fence> fence = fence_of(*display, which);
  if (!fence) return fail<EGLint>(EGL_BAD_PARAMETER);
  using Clock = blink::vso::Client::Clock;
  const auto is_done = [&] { return fence->is_signalled(); };
  blink::vso::Client& client = Connection::get()->client();
  constexpr EGLTime step = 100'000'000;  // so often it looks whether there still is a server
  for (EGLTime left = timeout;;) {
    const EGLTime now = std::min(left, step);
    if (is_done() || client.wait_until(Clock::now() + std::chrono::nanoseconds(now), is_done) ||
        client.ended())
      return good<EGLint>(EGL_CONDITION_SATISFIED);
    if (timeout != EGL_FOREVER) left -= now;
    if (left == 0) return good<EGLint>(EGL_TIMEOUT_EXPIRED);
  }
}

// Who waits here is not ahead of the server.
EGLBoolean wait_sync(EGLDisplay handle, EGLSync which, EGLint flags) {
  if (display_of(handle) == nullptr) return EGL_FALSE;
  if (here.context == nullptr) return fail(EGL_BAD_MATCH);
  if (flags != 0) return fail(EGL_BAD_PARAMETER);
  return client_wait_sync(handle, which, 0, EGL_FOREVER) == EGL_CONDITION_SATISFIED;
}
EGLint wait_sync_khr(EGLDisplay handle, EGLSync which, EGLint flags) {
  return static_cast<EGLint>(wait_sync(handle, which, flags));
}

EGLBoolean get_sync_attrib(EGLDisplay handle, EGLSync which, EGLint name, EGLAttrib* value) {
  EglDisplay* const display = display_of(handle);
  if (display == nullptr) return EGL_FALSE;
  const std::optional<Fence> fence = fence_of(*display, which);
  if (!fence || value == nullptr) return fail(EGL_BAD_PARAMETER);
  switch (name) {
    case EGL_SYNC_TYPE: *value = EGL_SYNC_FENCE; break;
    case EGL_SYNC_CONDITION: *value = EGL_SYNC_PRIOR_COMMANDS_COMPLETE; break;
    case EGL_SYNC_STATUS: *value = fence->is_signalled() ? EGL_SIGNALED : EGL_UNSIGNALED; break;
    default: return fail(EGL_BAD_ATTRIBUTE);
  }
  return good(EGL_TRUE);
}

EGLBoolean get_sync_attrib_khr(EGLDisplay handle, EGLSync which, EGLint name, EGLint* value) {
  EGLAttrib wide = 0;
  const EGLBoolean is_good =
      get_sync_attrib(handle, which, name, value != nullptr ? &wide : nullptr);
  if (is_good != EGL_FALSE) *value = static_cast<EGLint>(wide);
  return is_good;
}

}  // namespace blink::icd::egl
