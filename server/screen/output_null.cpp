#include "server/screen/output_null.h"

#include "gl/generated/enums.h"
#include "server/screen/output_headless.h"

namespace blink::server {

gl::Dispatch idle_driver() {
  gl::Dispatch driver = gl::null_dispatch();
  driver.GetShaderiv =
      driver.GetProgramiv = [](gl::GLuint, gl::GLenum, gl::GLint* value) { *value = 1; };
  driver.CheckFramebufferStatus = [](gl::GLenum) -> gl::GLenum {
    return gl::GL_FRAMEBUFFER_COMPLETE;
  };
  return driver;
}

Result<std::shared_ptr<Output>> open_null_output(ScreenSize size) {
  BLINK_ASSIGN(auto display, EglDisplay::open_with(idle_driver()));
  return HeadlessOutput::on(std::move(display), size);
}

}  // namespace blink::server
