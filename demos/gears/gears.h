// The gears that two demos show: one lets the server turn them, the other asks for each frame.
//
// `init` compiles each gear into a display list, once. `redraw` draws them as they stand at a time,
// and where that comes from is what the demos differ in. `Gl` has the commands of OpenGL by name: a
// Builder, which writes them into a procedure, or anything else, which may draw at once.

#pragma once

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <numbers>
#include <vector>

#include "jit/builder/procedure_builder.h"

namespace blink::demos {

using namespace blink::jit;
using namespace blink::gl;

// Pixels of the window; the second argument, if there is one.
inline std::uint32_t gears_side_of(int argc, char** argv) {
  return argc > 2 ? static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10)) : 380;
}

struct Gear {
  float inner, outer, depth;  // radii, and how thick it is
  int teeth;
  float colour[4];
  float x, y, speed, phase;  // where it turns: degrees for each second, degrees at second 0
};
constexpr float tooth_height = 0.7f;
constexpr Gear gears[] = {
    {1.0f, 4.0f, 1.0f, 20, {0.80f, 0.22f, 0.16f, 1}, -3.0f, -2.0f, 40, 0},
    {0.5f, 2.0f, 2.0f, 10, {0.16f, 0.66f, 0.38f, 1}, 3.1f, -2.0f, -80, -9},
    {1.3f, 2.0f, 0.5f, 10, {0.22f, 0.42f, 0.90f, 1}, -3.1f, 4.2f, -80, -25},
};

// A tooth is four corners, from r1 up to r2 and down again.
template <class Gl>
class GearShape {
 public:
  GearShape(Gl& gl, const Gear& gear)
      : gl_(gl),
        gear_(gear),
        r1_(gear.outer - tooth_height / 2),
        r2_(gear.outer + tooth_height / 2),
        step_(2 * std::numbers::pi_v<float> / static_cast<float>(gear.teeth)) {}

  void draw() {
    const float half = gear_.depth / 2;
    gl_.ShadeModel(GL_FLAT);
    gl_.Normal3f(0, 0, 1);
    face(half);
    gl_.Normal3f(0, 0, -1);
    face(-half);
    rim(half);
    gl_.ShadeModel(GL_SMOOTH);
    gl_.Begin(GL_QUAD_STRIP);
    for (int i = 0; i <= gear_.teeth; ++i) {
      const float angle = static_cast<float>(i) * step_;
      gl_.Normal3f(-std::cos(angle), -std::sin(angle), 0);
      vertex(gear_.inner, angle, -half);
      vertex(gear_.inner, angle, half);
    }
    gl_.End();
  }

 private:
  struct Corner {
    float radius, angle;
  };
  Corner corner(int i) const {
    const float angle = static_cast<float>(i) * step_ / 4;
    return {i % 4 == 1 || i % 4 == 2 ? r2_ : r1_, angle};
  }
  void vertex(float radius, float angle, float z) {
    gl_.Vertex3f(radius * std::cos(angle), radius * std::sin(angle), z);
  }
  // Drawn from either side: nothing is culled.
  void face(float z) {
    gl_.Begin(GL_QUAD_STRIP);
    for (int i = 0; i <= gear_.teeth * 4; ++i) {
      const Corner at = corner(i);
      vertex(gear_.inner, at.angle, z);
      vertex(at.radius, at.angle, z);
    }
    gl_.End();
  }
  void rim(float half) {
    gl_.Begin(GL_QUADS);
    for (int i = 0; i < gear_.teeth * 4; ++i) {
      const Corner from = corner(i), to = corner(i + 1);
      const float u = to.radius * std::cos(to.angle) - from.radius * std::cos(from.angle);
      const float v = to.radius * std::sin(to.angle) - from.radius * std::sin(from.angle);
      const float length = std::hypot(u, v);
      gl_.Normal3f(v / length, -u / length, 0);
      vertex(from.radius, from.angle, half);
      vertex(from.radius, from.angle, -half);
      vertex(to.radius, to.angle, -half);
      vertex(to.radius, to.angle, half);
    }
    gl_.End();
  }

  Gl& gl_;
  const Gear& gear_;
  const float r1_, r2_, step_;
};

template <class Gl>
void compile_gears(Gl& gl) {
  int list = 0;
  for (const Gear& gear : gears) {
    gl.NewList(++list, GL_COMPILE);
    gl.Materialfv(GL_FRONT_AND_BACK, GL_AMBIENT_AND_DIFFUSE,
                  {gear.colour[0], gear.colour[1], gear.colour[2], gear.colour[3]});
    GearShape(gl, gear).draw();
    gl.EndList();
  }
}

// Numbers that are known when it draws: registers, or floats.
template <class Gl, class Number>
void draw_gears(Gl& gl, const Number& width, const Number& height, const Number& time) {
  gl.ClearColor(0.06f, 0.07f, 0.09f, 1);
  gl.Clear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT);
  gl.Lightfv(GL_LIGHT0, GL_POSITION, {5, 5, 10, 0});
  for (const GLenum what : {GL_LIGHTING, GL_LIGHT0, GL_DEPTH_TEST, GL_NORMALIZE})
    gl.Enable(what);
  // All of it is seen, whichever side of the window is the smaller.
  const Number side = gl.min(width, height);
  const Number x = width / side, y = height / side;
  gl.MatrixMode(GL_PROJECTION);
  gl.Frustum(-x, x, -y, y, 5, 60);
  gl.MatrixMode(GL_MODELVIEW);
  gl.Translatef(0, 0, -40);
  gl.Rotatef(20, 1, 0, 0);
  gl.Rotatef(gl.sin(time * 0.4f) * 30 + 30, 0, 1, 0);
  int list = 0;
  for (const Gear& gear : gears) {
    gl.PushMatrix();
    gl.Translatef(gear.x, gear.y, 0);
    gl.Rotatef(time * gear.speed + gear.phase, 0, 0, 1);
    gl.CallList(++list);
    gl.PopMatrix();
  }
}

inline std::vector<Word> gears_init() {
  Builder sp(Callback::init);
  compile_gears(sp);
  return sp.finish();
}

// `time` in seconds, from the builder given.
inline std::vector<Word> gears_redraw(Register (*time)(Builder&)) {
  Builder sp(Callback::redraw);
  draw_gears(sp, sp.input(Input::window_width), sp.input(Input::window_height), time(sp));
  return sp.finish();
}

}  // namespace blink::demos
