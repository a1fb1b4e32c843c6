#include "server/screen/scene.h"

#include "gl/generated/enums.h"
#include "server/screen/shader_program.h"

namespace blink::server {
namespace {

constexpr char vertex_source[] = R"(#version 330 core
uniform vec2 screen;  // pixels
uniform vec4 quad;    // left, top, width, height in pixels
out vec2 unit;        // 0..1 over the quad, from the top left
out vec2 pixel;
void main() {
  unit = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  pixel = quad.xy + unit * quad.zw;
  vec2 at = pixel / screen * 2.0 - 1.0;
  gl_Position = vec4(at.x, -at.y, 0.0, 1.0);
}
)";

constexpr char fragment_source[] = R"(#version 330 core
uniform int kind;
uniform vec2 screen;
uniform sampler2D pixels;
in vec2 unit;
in vec2 pixel;
out vec4 colour;

float noise(vec2 at) {  // against visible bands in the gradient
  return fract(sin(dot(at, vec2(12.9898, 78.233))) * 43758.5453) - 0.5;
}

void main() {
  if (kind == 0) {
    vec2 at = pixel / screen;
    vec3 base = mix(vec3(0.115, 0.135, 0.180), vec3(0.050, 0.058, 0.082), at.y);
    float glow = exp(-3.0 * length((at - vec2(0.5, 0.38)) * vec2(1.2, 1.0)));
    colour = vec4(base + glow * vec3(0.055, 0.075, 0.115) + noise(pixel) / 255.0, 1.0);
  } else {
    colour = vec4(texture(pixels, unit).rgb, 1.0);
  }
}
)";

}  // namespace

Status Scene::prepare() {
  BLINK_ASSIGN(program_, link_program(gl_, "the scene", vertex_source, fragment_source));
  screen_ = gl_.GetUniformLocation(program_, "screen");
  quad_ = gl_.GetUniformLocation(program_, "quad");
  kind_ = gl_.GetUniformLocation(program_, "kind");
  gl_.GenVertexArrays(1, &vertices_);
  return {};
}

void Scene::release() {
  gl_.DeleteProgram(program_);
  gl_.DeleteVertexArrays(1, &vertices_);
}

void Scene::set_size(std::uint32_t width, std::uint32_t height) {
  width_ = static_cast<float>(width);
  height_ = static_cast<float>(height);
}

void Scene::begin() {
  gl_.Viewport(0, 0, static_cast<gl::GLsizei>(width_), static_cast<gl::GLsizei>(height_));
  resume();
  draw(Kind::background, {0, 0, width_, height_});
}

void Scene::resume() {
  gl_.UseProgram(program_);
  gl_.Uniform2f(screen_, width_, height_);
  gl_.BindVertexArray(vertices_);
  gl_.Enable(gl::GL_BLEND);
  gl_.BlendFunc(gl::GL_SRC_ALPHA, gl::GL_ONE_MINUS_SRC_ALPHA);
}

void Scene::pause() {
  gl_.UseProgram(0);
  gl_.BindVertexArray(0);
  gl_.BindTexture(gl::GL_TEXTURE_2D, 0);
  gl_.Disable(gl::GL_BLEND);
  gl_.BlendFunc(gl::GL_ONE, gl::GL_ZERO);
}

void Scene::draw_picture(gl::GLuint texture, Rect where, FirstRow first) {
  gl_.BindTexture(gl::GL_TEXTURE_2D, texture);
  if (first == FirstRow::lower) where = {where.x, where.bottom(), where.width, -where.height};
  draw(Kind::picture, where);
}

void Scene::draw(Kind kind, Rect quad) {
  gl_.Uniform1i(kind_, static_cast<int>(kind));
  gl_.Uniform4f(quad_, quad.x, quad.y, quad.width, quad.height);
  gl_.DrawArrays(gl::GL_TRIANGLE_STRIP, 0, 4);
}

}  // namespace blink::server
