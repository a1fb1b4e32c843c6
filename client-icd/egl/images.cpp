// EGL: images. The server makes them, and says what is wrong with what they are to be of; their
// handles are their numbers.

#include "client-icd/egl/calls.h"

#include <optional>
#include <vector>

namespace blink::icd::egl {
namespace {

struct Source {
  EGLAttrib level = 0, layer = 0;
};

std::optional<Source> read_attributes(const EGLAttrib* attributes) {
  Source source;
  for (const EGLAttrib* at = attributes; at != nullptr && *at != EGL_NONE; at += 2) {
    switch (at[0]) {
      case EGL_GL_TEXTURE_LEVEL: source.level = at[1]; break;
      case EGL_GL_TEXTURE_ZOFFSET: source.layer = at[1]; break;
      case EGL_IMAGE_PRESERVED: break;  // it always is
      default: return std::nullopt;
    }
  }
  return source;
}

// A context with these objects that nobody else uses now. Under the lock.
std::shared_ptr<Context> usable(const EglContext& its) {
  if (here.context != nullptr && here.context->context->share == its.context->share)
    return here.context->context;
  if (its.current_on == 0) return its.context;
  return std::make_shared<Context>(*Connection::get(), BLINK_GL_COMPATIBILITY, 0,
                                   its.context.get());
}

// What EGL says of it.
EGLint make(StreamWriter& stream, std::uint32_t image, EGLenum target, EGLClientBuffer of,
            const Source& source) {
  Connection::get()->tell_dropped_images(stream);
  auto words = stream.record(gl::StreamOp::create_image, 6);
  words.put(image);
  words.put(target);
  words.put(static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(of)));
  words.put(static_cast<std::uint32_t>(source.level));
  words.put(static_cast<std::uint32_t>(source.layer));
  words.put(StreamWriter::answer_place());
  return stream.ask().result<EGLint>();
}

}  // namespace

EGLImage create_image(EGLDisplay handle, EGLContext which, EGLenum target, EGLClientBuffer of,
                      const EGLAttrib* attributes) {
  EglDisplay* const display = display_of(handle);
  if (display == nullptr) return EGL_NO_IMAGE;
  if (target < EGL_GL_TEXTURE_2D || target > EGL_GL_RENDERBUFFER)
    return fail<EGLImage>(EGL_BAD_PARAMETER);
  const auto source = read_attributes(attributes);
  const std::lock_guard lock(global().mutex);
  auto* const context = static_cast<EglContext*>(which);
  if (!display->contexts.contains(context)) return fail<EGLImage>(EGL_BAD_CONTEXT);
  if (!source) return fail<EGLImage>(EGL_BAD_PARAMETER);
  const auto writer = usable(*context);
  if (here.context != nullptr && here.context->context != writer)
    here.context->context->stream.flush();
  Connection& connection = *Connection::get();
  const std::uint32_t image = connection.add_image();
  const EGLint error = make(writer->stream, image, target, of, *source);
  if (error != EGL_SUCCESS) {
    (void)connection.drop_image(image);
    return fail<EGLImage>(error);
  }
  auto* const made = reinterpret_cast<EGLImage>(std::uintptr_t{image});
  display->images.insert(made);
  return good<EGLImage>(made);
}

EGLImage create_image_khr(EGLDisplay handle, EGLContext which, EGLenum target, EGLClientBuffer of,
                          const EGLint* attributes) {
  std::vector<EGLAttrib> wide;
  for (const EGLint* at = attributes; at != nullptr && *at != EGL_NONE; at += 2)
    wide.insert(wide.end(), {at[0], at[1]});
  wide.push_back(EGL_NONE);
  return create_image(handle, which, target, of, wide.data());
}

EGLBoolean destroy_image(EGLDisplay handle, EGLImage which) {
  EglDisplay* const display = display_of(handle);
  if (display == nullptr) return EGL_FALSE;
  const std::lock_guard lock(global().mutex);
  if (display->images.erase(which) == 0) return fail(EGL_BAD_PARAMETER);
  Connection& connection = *Connection::get();
  (void)connection.drop_image(static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(which)));
  if (here.context != nullptr) connection.tell_dropped_images(here.context->context->stream);
  return good(EGL_TRUE);
}

}  // namespace blink::icd::egl
