#include "server/screen/shader_program.h"

#include <string>

#include "gl/generated/enums.h"

namespace blink::server {

Result<gl::GLuint> link_program(const gl::Dispatch& gl, const char* whose, const char* vertex,
                                const char* fragment) {
  const gl::GLuint program = gl.CreateProgram();
  char log[1024] = {};
  for (const auto& [type, source] :
       {std::pair(gl::GL_VERTEX_SHADER, vertex), std::pair(gl::GL_FRAGMENT_SHADER, fragment)}) {
    const gl::GLuint shader = gl.CreateShader(type);
    gl.ShaderSource(shader, 1, &source, nullptr);
    gl.CompileShader(shader);
    gl::GLint is_good = 0;
    gl.GetShaderiv(shader, gl::GL_COMPILE_STATUS, &is_good);
    if (is_good == 0 && log[0] == '\0') gl.GetShaderInfoLog(shader, sizeof log, nullptr, log);
    gl.AttachShader(program, shader);
    gl.DeleteShader(shader);
  }
  gl.LinkProgram(program);
  gl::GLint is_good = 0;
  gl.GetProgramiv(program, gl::GL_LINK_STATUS, &is_good);
  if (is_good != 0) return program;
  if (log[0] == '\0') gl.GetProgramInfoLog(program, sizeof log, nullptr, log);
  gl.DeleteProgram(program);
  return Status::system(std::string("the GL driver does not take the shaders of ") + whose + ": " +
                        log);
}

}  // namespace blink::server
