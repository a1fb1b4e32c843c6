#include "gl/sink.h"

#include <string>

namespace blink::gl {
namespace {

const char* error_name(GLenum error) {
  switch (error) {
    case GL_INVALID_ENUM: return "invalid enum";
    case GL_INVALID_VALUE: return "invalid value";
    case GL_INVALID_OPERATION: return "invalid operation";
    case GL_INVALID_FRAMEBUFFER_OPERATION: return "invalid framebuffer operation";
    case GL_OUT_OF_MEMORY: return "out of memory";
    case GL_CONTEXT_LOST: return "context lost";
    default: return "unknown error";
  }
}

}  // namespace

Status Sink::take_errors(std::string_view what) const {
  // A driver may keep several errors at once, and one whose context is lost has one more for ever.
  constexpr int errors_max = 16;
  std::string text;
  for (int i = 0; i < errors_max; ++i) {
    const GLenum error = dispatch_.GetError();
    if (error == GL_NO_ERROR) break;
    if (i < 3) text += std::string(text.empty() ? "" : ", ") + error_name(error);
    if (error == GL_CONTEXT_LOST) break;
  }
  if (text.empty()) return Status::ok();
  return Status::system("OpenGL could not " + std::string(what) + ": " + text);
}

}  // namespace blink::gl
