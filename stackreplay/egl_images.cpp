// Images of EGL's: textures and renderbuffers that contexts have in common which share nothing
// else.

#include "gl/generated/enums.h"
#include "stackreplay/answer.h"
#include "stackreplay/replay.h"
#include "stackreplay/thunks.h"

namespace blink::stackreplay {

using namespace gl;

namespace {

// EGL 1.5, section 3.9.
constexpr GLenum egl_2d = 0x30B1, egl_renderbuffer = 0x30B9, egl_bad_parameter = 0x300C;

using Target = void (*Dispatch::*)(GLenum, GLeglImageOES);

void take_image(Replay& r, Record& in, Target command) {
  const auto target = in.scalar<GLenum>();
  const auto image = in.scalar<GLuint>();
  if (in.is_bad()) return;
  void* const its = r.host().find_image(image);
  if (its == nullptr) return r.raise(GL_INVALID_VALUE);
  (r.gl.*command)(target, its);
}

}  // namespace

Status Replay::create_image(Record& in) {
  const auto image = in.scalar<GLuint>();
  ReplayHost::ImageSource source;
  source.target = in.scalar<GLenum>();
  const auto client = in.scalar<GLuint>();
  source.level = in.scalar<GLint>();
  source.layer = in.scalar<GLint>();
  Answer answer = this->answer(in.scalar<GLuint>());
  if (in.is_bad()) return {};
  GLenum said = egl_bad_parameter;
  if (source.target >= egl_2d && source.target <= egl_renderbuffer) {
    source.name = known_name(
        source.target == egl_renderbuffer ? NameKind::renderbuffer : NameKind::texture, client);
    BLINK_ASSIGN(said, host_.create_image(image, source));
  }
  answer.give([&] { answer.result(said); });
  return {};
}

void eval_EGLImageTargetTexture2DOES(Replay& r, Record& in) {
  take_image(r, in, &Dispatch::EGLImageTargetTexture2DOES);
}

void eval_EGLImageTargetRenderbufferStorageOES(Replay& r, Record& in) {
  take_image(r, in, &Dispatch::EGLImageTargetRenderbufferStorageOES);
}

}  // namespace blink::stackreplay
