#pragma once

#include "common/status.h"
#include "gl/generated/dispatch.h"

namespace blink::server {

// A program of two shaders. `whose` names it when the driver does not take it.
Result<gl::GLuint> link_program(const gl::Dispatch& gl, const char* whose, const char* vertex,
                                const char* fragment);

}  // namespace blink::server
