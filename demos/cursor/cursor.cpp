// Dots that follow the pointer, the later ones more lazily: motion without a program.
//
//   demo-cursor [SOCKET]
//
// A dot glides towards where the pointer is, ever more slowly: its place is a function of the time
// since the pointer moved, and of where it was then. `input` writes both into cells when the
// pointer moves, and `redraw` works out the places, however often it runs. The program sleeps.

#include "demos/client.h"
#include "demos/shapes.h"

using namespace blink::demos;

namespace {

constexpr int width = 400, height = 280;  // pixels of the window
constexpr int dots = 20;

// Cells: where the dots glide to, since when, and where each of them came from.
constexpr int target_x = 0, target_y = 1, since = 2, from_x = 3, from_y = 4;
int of_dot(int dot, int cell) { return cell + dot * 2; }

// A place on the way from one to another, `age` seconds after the beginning.
float halves_a_second(int dot) { return 30.0f / static_cast<float>(1 + dot); }
Register on_the_way(Builder& sp, const Register& from, const Register& to, const Register& age,
                    int dot) {
  return sp.mix(to, from, sp.exp2(age * -halves_a_second(dot)));
}
Register place(Builder& sp, const Register& age, int dot, int from, int target) {
  return on_the_way(sp, sp.cell(of_dot(dot, from)), sp.cell(target), age, dot);
}

void rest_in_the_middle(Builder& sp, const Register& x, const Register& y) {
  sp.mul(x, sp.input(Input::window_width), 0.5f);
  sp.mul(y, sp.input(Input::window_height), 0.5f);
}

std::vector<Word> init(Client& client) {
  Builder sp(Callback::init);
  compile_shapes(sp, client);
  const Register x = sp.copy(0), y = sp.copy(0);
  rest_in_the_middle(sp, x, y);
  sp.set_cell(target_x, x);
  sp.set_cell(target_y, y);
  for (int dot = 0; dot < dots; ++dot) {
    sp.set_cell(of_dot(dot, from_x), x);
    sp.set_cell(of_dot(dot, from_y), y);
  }
  return sp.finish();
}

std::vector<Word> input() {
  Builder sp(Callback::input);
  const Register now = sp.input(Input::time);
  const Register age = now - sp.cell(since);
  for (int dot = 0; dot < dots; ++dot) {
    sp.set_cell(of_dot(dot, from_x), place(sp, age, dot, from_x, target_x));
    sp.set_cell(of_dot(dot, from_y), place(sp, age, dot, from_y, target_y));
  }
  sp.set_cell(since, now);
  const Register x = sp.input(Input::pointer_x), y = sp.input(Input::pointer_y);
  const auto is_inside = sp.label();
  sp.jump_equal(sp.input(Input::pointer_inside), 1, is_inside);
  rest_in_the_middle(sp, x, y);
  sp.place(is_inside);
  sp.set_cell(target_x, x);
  sp.set_cell(target_y, y);
  return sp.finish();
}

// From amber to blue along the dots.
Colour colour_of(int dot) {
  const float t = static_cast<float>(dot) / (dots - 1);
  const auto between = [&](float from, float to) { return from + (to - from) * t; };
  return {between(0.98f, 0.32f), between(0.74f, 0.50f), between(0.45f, 0.95f), between(1, 0.35f)};
}

std::vector<Word> redraw() {
  Builder sp(Callback::redraw);
  sp.ClearColor(0.06f, 0.07f, 0.09f, 1);
  sp.Clear(GL_COLOR_BUFFER_BIT);
  begin_shapes(sp);
  const Register time = sp.input(Input::time);
  const Register age = time - sp.cell(since);
  for (int dot = dots - 1; dot >= 0; --dot) {
    // Each circles around its place, so that they are never quite at rest.
    const float t = static_cast<float>(dot);
    const Register angle = time * 1.4f - t * 0.55f;
    const Register x = place(sp, age, dot, from_x, target_x) + sp.cos(angle) * (t * 2.6f);
    const Register y = place(sp, age, dot, from_y, target_y) + sp.sin(angle) * (t * 2.6f);
    const float radius = 15 - t * 0.55f;
    Colour glow = colour_of(dot);
    glow.alpha = 0.22f;
    disc(sp, {x, y}, radius, glow, radius * 2);
    disc(sp, {x, y}, radius, colour_of(dot));
  }
  return sp.finish();
}

}  // namespace

int main(int argc, char** argv) {
  Client client("cursor", argc, argv);
  client.open("Follow the pointer", width, height);
  client.give(init(client));
  client.give(input());
  client.give(redraw());
  return client.run();
}
