// Images of EGL's, as OpenGL takes them: a handle is the number of an image.

#include "client-icd/connection.h"
#include "client-icd/context.h"
#include "client-icd/encode.h"

namespace blink::icd {

using namespace gl;

namespace {

void take_image(WireOp op, GLenum target, GLeglImageOES image) {
  Context* const c = current_context();
  if (c == nullptr) return;
  const auto number = reinterpret_cast<std::uintptr_t>(image);
  const auto id = static_cast<std::uint32_t>(number);
  const bool is_there = number == id && Connection::get()->has_image(id);
  auto words = c->stream.record(op, 2);
  words.put(target);
  words.put(is_there ? id : 0u);
}

}  // namespace

void GL_APIENTRY icd_EGLImageTargetTexture2DOES(GLenum target, GLeglImageOES image) {
  take_image(WireOp::EGLImageTargetTexture2DOES, target, image);
}

void GL_APIENTRY icd_EGLImageTargetRenderbufferStorageOES(GLenum target, GLeglImageOES image) {
  take_image(WireOp::EGLImageTargetRenderbufferStorageOES, target, image);
}

}  // namespace blink::icd
