// The gears that two demos show: one lets the server turn them, the other asks for each frame.
//
// `init` compiles each gear into a display list, once. `redraw` draws them as they stand at a time,
// and where that comes from is what the demos differ in. `Gl` has the commands of OpenGL by name: a
// Builder, which writes them into a procedure, or anything else, which may draw at once.

#pragma once

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <numbers>
#include <utility>
#include <vector>

#include "jit/builder/procedure_builder.h"

namespace blink::demos {

using namespace blink::jit;
using namespace blink::gl;

// Pixels of the window's sides; the second argument, if there is one.
inline std::uint32_t gears_side_of(int argc, char** argv) {
  return argc > 2 ? static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10)) : 380;
}

struct Gear {
  float bore, radius, depth;  // the hole's radius, the one where teeth meet, and how thick it is
  int teeth;
  float hub, rim;  // radii between which the face lies deeper; none where they are equal
  float colour[4];
  float x, y, speed, phase;  // where it turns: degrees for each second, degrees at second 0
};
// Where two of them meet, a tooth of the one is in the middle between two of the other.
constexpr Gear gears[] = {
    {0.8f, 4, 1.0f, 20, 1.5f, 3.1f, {0.90f, 0.62f, 0.25f, 1}, -3.0f, -2.0f, 40, 0},
    {0.5f, 2, 2.0f, 10, 0.9f, 1.4f, {0.42f, 0.60f, 0.82f, 1}, 3.1f, -2.0f, -80, 18},
    {1.2f, 2, 0.5f, 10, 1.2f, 1.2f, {0.80f, 0.36f, 0.30f, 1}, -3.0f, 4.1f, -80, 0},
};
// A tooth from its one foot to the other: along the gear, in parts of the way to the next tooth,
// and outwards from where teeth meet.
struct Corner {
  float along, height;
};
constexpr Corner tooth[] = {{-0.31f, -0.42f}, {-0.20f, 0.04f}, {-0.10f, 0.36f},
                            {0.10f, 0.36f},   {0.20f, 0.04f},  {0.31f, -0.42f}};
constexpr float groove = 0.25f, bevel = 0.2f;

// All of it turns around the z axis: angles are those of the corners of teeth, and a place is an
// angle, a radius and z. A normal is given by how much it points outwards, and along z.
template <class Gl>
class GearShape {
 public:
  GearShape(Gl& gl, const Gear& gear) : gl_(gl), gear_(gear) {
    for (int i = 0; i <= gear.teeth; ++i)
      for (const Corner& corner : tooth) {
        const float turn = (static_cast<float>(i) + corner.along) / static_cast<float>(gear.teeth);
        outline_.push_back({2 * std::numbers::pi_v<float> * turn, gear.radius + corner.height});
      }
    outline_.resize(outline_.size() - std::size(tooth) + 1);  // back where it began
  }

  // Nobody sees the back.
  void draw_solid() {
    const float half = gear_.depth / 2, low = half - groove;
    float face = gear_.bore;
    if (gear_.hub < gear_.rim) {
      ring(gear_.bore, half, gear_.hub, half, 0, 1);
      ring(gear_.hub, half, gear_.hub + bevel, low, 1, 1);
      ring(gear_.hub + bevel, low, gear_.rim - bevel, low, 0, 1);
      ring(gear_.rim - bevel, low, gear_.rim, half, -1, 1);
      face = gear_.rim;
    }
    gl_.Begin(GL_QUAD_STRIP);
    for (const Point& point : outline_) {
      vertex(point.angle, face, half, 0, 1);
      vertex(point.angle, point.radius, half, 0, 1);
    }
    gl_.End();
    ring(gear_.bore, half, gear_.bore, -half, -1, 0);
    sides(half);
  }
  // Nothing else is smooth at its edges: drivers smooth lines, not what is filled. Edges shine as
  // if they were rounded.
  void draw_edges() {
    const float half = gear_.depth / 2;
    gl_.Begin(GL_LINE_STRIP);
    for (const Point& point : outline_)
      vertex(point.angle, point.radius, half, 1, 1);
    gl_.End();
    gl_.Begin(GL_LINE_STRIP);
    for (const Point& point : outline_)
      vertex(point.angle, point.radius, -half, 1, -1);
    gl_.End();
    gl_.Begin(GL_LINE_STRIP);
    for (const Point& point : outline_)
      vertex(point.angle, gear_.bore, half, -1, 1);
    gl_.End();
    gl_.Begin(GL_LINES);
    for (std::size_t i = 1; i < outline_.size(); ++i) {
      // Where it ends it begins anew.
      outwards(outline_[i - 1], outline_[i + 1 < outline_.size() ? i + 1 : 1]);
      place(outline_[i], half);
      place(outline_[i], -half);
    }
    gl_.End();
  }

 private:
  struct Point {
    float angle, radius;
  };
  void vertex(float angle, float radius, float z, float outwards, float along_z) {
    const float x = std::cos(angle), y = std::sin(angle);
    gl_.Normal3f(x * outwards, y * outwards, along_z);
    gl_.Vertex3f(x * radius, y * radius, z);
  }
  void ring(float from, float from_z, float to, float to_z, float outwards, float along_z) {
    gl_.Begin(GL_QUAD_STRIP);
    for (const Point& point : outline_) {
      vertex(point.angle, from, from_z, outwards, along_z);
      vertex(point.angle, to, to_z, outwards, along_z);
    }
    gl_.End();
  }
  // Each is flat.
  void sides(float half) {
    gl_.Begin(GL_QUADS);
    for (std::size_t i = 1; i < outline_.size(); ++i) {
      const Point from = outline_[i - 1], to = outline_[i];
      outwards(from, to);
      for (const auto& [point, z] : {std::pair{from, half}, {from, -half}, {to, -half}, {to, half}})
        place(point, z);
    }
    gl_.End();
  }
  void place(const Point& point, float z) {
    gl_.Vertex3f(point.radius * std::cos(point.angle), point.radius * std::sin(point.angle), z);
  }
  // The normal of a side between two points.
  void outwards(const Point& from, const Point& to) {
    gl_.Normal3f(to.radius * std::sin(to.angle) - from.radius * std::sin(from.angle),
                 from.radius * std::cos(from.angle) - to.radius * std::cos(to.angle), 0);
  }

  Gl& gl_;
  const Gear& gear_;
  std::vector<Point> outline_;
};

// For each gear a list of what is filled, and one of its edges.
template <class Gl>
void compile_gears(Gl& gl) {
  int list = 0;
  for (const Gear& gear : gears) {
    GearShape shape(gl, gear);
    gl.NewList(++list, GL_COMPILE);
    gl.Materialfv(GL_FRONT_AND_BACK, GL_AMBIENT_AND_DIFFUSE,
                  {gear.colour[0], gear.colour[1], gear.colour[2], gear.colour[3]});
    shape.draw_solid();
    gl.EndList();
    gl.NewList(++list, GL_COMPILE);
    gl.Materialfv(GL_FRONT_AND_BACK, GL_AMBIENT_AND_DIFFUSE,
                  {gear.colour[0], gear.colour[1], gear.colour[2], gear.colour[3]});
    shape.draw_edges();
    gl.EndList();
  }
}

// A warm lamp to the upper left of whoever looks, and a little of a blue sky from the right.
template <class Gl>
void light_gears(Gl& gl) {
  gl.Lightfv(GL_LIGHT0, GL_POSITION, {-9, 13, -8, 1});
  gl.Lightfv(GL_LIGHT0, GL_DIFFUSE, {1, 0.96f, 0.90f, 1});
  gl.Lightfv(GL_LIGHT1, GL_POSITION, {8, -2, 3, 0});
  gl.Lightfv(GL_LIGHT1, GL_DIFFUSE, {0.16f, 0.20f, 0.28f, 1});
  gl.LightModelf(GL_LIGHT_MODEL_LOCAL_VIEWER, 1);
  gl.Materialfv(GL_FRONT_AND_BACK, GL_SPECULAR, {0.40f, 0.38f, 0.35f, 1});
  gl.Materialf(GL_FRONT_AND_BACK, GL_SHININESS, 24);
  for (const GLenum what : {GL_LIGHTING, GL_LIGHT0, GL_LIGHT1, GL_DEPTH_TEST, GL_NORMALIZE})
    gl.Enable(what);
}

// Numbers that are known when it draws: registers, or floats.
template <class Gl, class Number>
void turn_gears(Gl& gl, const Number& time, float distance, int first_list) {
  gl.PushMatrix();
  gl.Translatef(0, 0, -distance);
  gl.Rotatef(18, 1, 0, 0);
  gl.Rotatef(gl.sin(time * 0.4f) * 25 + 20, 0, 1, 0);
  gl.Translatef(0.9f, 0, 0);  // their middle
  for (const Gear& gear : gears) {
    gl.PushMatrix();
    gl.Translatef(gear.x, gear.y, 0);
    gl.Rotatef(time * gear.speed + gear.phase, 0, 0, 1);
    gl.CallList(first_list);
    gl.PopMatrix();
    first_list += 2;
  }
  gl.PopMatrix();
}

template <class Gl, class Number>
void draw_gears(Gl& gl, const Number& width, const Number& height, const Number& time) {
  gl.ClearColor(0.06f, 0.07f, 0.09f, 1);
  gl.Clear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT);
  light_gears(gl);
  // All of it is seen, whichever side of the window is the smaller.
  const Number side = gl.min(width, height);
  const Number x = width / side, y = height / side;
  gl.MatrixMode(GL_PROJECTION);
  gl.Frustum(-x, x, -y, y, 5, 60);
  gl.MatrixMode(GL_MODELVIEW);
  turn_gears(gl, time, 38, 1);
  gl.Enable(GL_LINE_SMOOTH);
  gl.Enable(GL_BLEND);
  gl.BlendFunc(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA);
  gl.DepthMask(GL_FALSE);
  turn_gears(gl, time, 37.95f, 2);  // a little before what they are the edges of
  gl.DepthMask(GL_TRUE);
  gl.Disable(GL_BLEND);
  gl.Disable(GL_LINE_SMOOTH);
}

inline std::vector<Word> gears_init() {
  Builder sp(Callback::init);
  compile_gears(sp);
  return sp.finish();
}

// `time(sp)`: the seconds, in a register.
inline std::vector<Word> gears_redraw(const std::function<Register(Builder&)>& time) {
  Builder sp(Callback::redraw);
  draw_gears(sp, sp.input(Input::window_width), sp.input(Input::window_height), time(sp));
  return sp.finish();
}

}  // namespace blink::demos
