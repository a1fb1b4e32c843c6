// Flat shapes with smooth edges, for procedures: discs, bars and boxes with round corners.
//
// All of them are boxes, and one shader says for each pixel how far it is from the box's edge. What
// it must know of a box goes with its corners, as texture coordinates: so a shape is a few commands
// of which any number may be a register.
//
//   init:    compile_shapes(sp, client);
//   redraw:  begin_shapes(sp);                // from now on in pixels, from the upper left
//            disc(sp, {200, 100}, 40, amber);

#pragma once

#include <span>
#include <string_view>

#include "demos/client.h"
#include "jit/builder/procedure_builder.h"

namespace blink::demos {

using namespace blink::jit;
using namespace blink::gl;

struct Colour {
  Number red, green, blue, alpha = 1;
};
struct Point {
  Number x, y;
};
// From its middle to its sides; half of its smaller side as radius makes its ends round.
struct Half {
  Number width, height;
};

constexpr int shapes_program = 1000;  // the client's own number: not for anything else

inline void compile_shapes(Builder& sp, Client& client) {
  constexpr std::string_view vertex = R"(#version 120
void main() {
  gl_Position = ftransform();
  gl_TexCoord[0] = gl_MultiTexCoord0;  // this corner, from the box's middle
  gl_TexCoord[1] = gl_MultiTexCoord1;  // half its width and height, radius, softness
  gl_FrontColor = gl_Color;
}
)";
  constexpr std::string_view fragment = R"(#version 120
void main() {
  vec2 beyond = abs(gl_TexCoord[0].xy) - gl_TexCoord[1].xy + gl_TexCoord[1].z;
  float distance = length(max(beyond, 0.0)) + min(max(beyond.x, beyond.y), 0.0) - gl_TexCoord[1].z;
  float covered = smoothstep(0.0, 1.0, 0.5 - distance / gl_TexCoord[1].w);
  gl_FragColor = vec4(gl_Color.rgb, gl_Color.a * covered);
}
)";
  int shader = shapes_program;
  sp.CreateProgram(shapes_program);
  for (const auto& [type, text] :
       {std::pair(GL_VERTEX_SHADER, vertex), {GL_FRAGMENT_SHADER, fragment}}) {
    sp.CreateShader(++shader, type);
    sp.ShaderSource(shader, {client.give_data(std::as_bytes(std::span(text))), 0, text.size()});
    sp.CompileShader(shader);
    sp.AttachShader(shapes_program, shader);
  }
  sp.LinkProgram(shapes_program);
}

inline void begin_shapes(Builder& sp) {
  sp.MatrixMode(GL_PROJECTION);
  sp.Ortho(0, sp.input(Input::window_width), sp.input(Input::window_height), 0, -1, 1);
  sp.MatrixMode(GL_MODELVIEW);
  sp.Enable(GL_BLEND);
  sp.BlendFunc(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA);
  sp.UseProgram(shapes_program);
}

// `softness`: pixels from full to nothing at the edge; large ones make shadows and glows.
inline void box(Builder& sp, const Point& middle, const Half& half, const Number& radius,
                const Colour& colour, const Number& softness = 1.4f) {
  const Register x = sp.copy(half.width) + sp.copy(softness),
                 y = sp.copy(half.height) + sp.copy(softness);
  sp.Color4f(colour.red, colour.green, colour.blue, colour.alpha);
  sp.MultiTexCoord4f(GL_TEXTURE1, half.width, half.height, radius, softness);
  sp.PushMatrix();
  sp.Translatef(middle.x, middle.y, 0);
  sp.Begin(GL_QUADS);
  for (const auto& [right, below] : {std::pair(-1, -1), {1, -1}, {1, 1}, {-1, 1}}) {
    const Register u = x * right, v = y * below;
    sp.TexCoord2f(u, v);
    sp.Vertex2f(u, v);
  }
  sp.End();
  sp.PopMatrix();
}

inline void disc(Builder& sp, const Point& middle, const Number& radius, const Colour& colour,
                 const Number& softness = 1.4f) {
  box(sp, middle, {radius, radius}, radius, colour, softness);
}

}  // namespace blink::demos
