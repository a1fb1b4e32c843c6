// A panel that answers while its program is stopped: a lamp with buttons, a slider and a switch.
//
//   demo-buttons [SOCKET]
//
// `input` runs whenever the user does something in the window, and writes into cells what became of
// it. `redraw` reads them. What a control has done is told the program with `post`, for whenever it
// has time; here it only prints that.

#include <cmath>
#include <cstdio>

#include "demos/client.h"
#include "demos/labels.h"
#include "demos/shapes.h"

using namespace blink::demos;

namespace {

constexpr int panel_width = 340, panel_height = 312;  // pixels of the window

// The controls, by number; a number is also that of its label. 0 is none.
constexpr int slider = 4, toggle = 5, controls = 5;
const std::vector<std::string> names = {"", "Amber", "Mint", "Sky", "Brightness", "Light"};

struct Control {
  float x, y, half_width, half_height;  // its middle, in the panel
};
constexpr Control places[controls + 1] = {
    {},
    {64, 182, 48, 18},
    {170, 182, 48, 18},
    {276, 182, 48, 18},
    {226, 233, 104, 14},
    {302, 276, 24, 14},
};
constexpr float track_left = 134, track_length = 184;

struct Light {
  float red, green, blue;
};
constexpr Light lights[] = {
    {}, {0.98f, 0.72f, 0.42f}, {0.42f, 0.84f, 0.64f}, {0.42f, 0.66f, 0.98f}};

// Cells: which light is chosen, how bright, whether it is on; which control the pointer holds, and
// whether the button was down when `input` last ran.
constexpr int chosen = 0, brightness = 1, is_on = 2, held = 3, was_down = 4;

// Where the panel is when the window is larger, in whole pixels.
struct Origin {
  Register x, y;
};
Origin origin_of(Builder& sp) {
  const auto before = [&](Input side, int size) {
    return sp.floor((sp.input(side) - size) * 0.5f);
  };
  return {before(Input::window_width, panel_width), before(Input::window_height, panel_height)};
}

// The control that the pointer is over. While one is held there is no other.
Register control_at_pointer(Builder& sp, const Register& x, const Register& y) {
  Register over = sp.copy(0);
  for (int i = 1; i <= controls; ++i) {
    const Control& at = places[i];
    const Register fits =
        sp.select_less(sp.abs(y - at.y), at.half_height, sp.input(Input::pointer_inside), 0);
    sp.select_less(over, sp.abs(x - at.x), at.half_width, sp.add(over, fits * i), over);
  }
  const Register holds = sp.cell(held);
  return sp.select_equal(holds, 0, over, sp.select_equal(holds, over, over, 0));
}

std::vector<Word> init(Client& client, const Labels& labels) {
  Builder sp(Callback::init);
  compile_shapes(sp, client);
  labels.upload(sp, client);
  sp.set_cell(chosen, 1);
  sp.set_cell(brightness, 0.7f);
  sp.set_cell(is_on, 1);
  return sp.finish();
}

std::vector<Word> input() {
  Builder sp(Callback::input);
  const Origin origin = origin_of(sp);
  const Register x = sp.input(Input::pointer_x) - origin.x;
  const Register y = sp.input(Input::pointer_y) - origin.y;
  const Register over = control_at_pointer(sp, x, y);
  const Register down = sp.input(Input::button_left);
  const Register change = down - sp.cell(was_down);
  sp.set_cell(was_down, down);

  const auto pressed = sp.label();
  sp.jump_not_equal(change, 1, pressed);
  sp.set_cell(held, over);
  sp.place(pressed);

  const auto dragged = sp.label();
  sp.jump_not_equal(sp.cell(held), slider, dragged);
  sp.set_cell(brightness, sp.clamp((x - track_left) / track_length, 0, 1));
  sp.place(dragged);

  const auto released = sp.label();
  sp.jump_not_equal(change, -1, released);
  for (int button = 1; button < slider; ++button) {
    const auto clicked = sp.label();
    sp.jump_not_equal(over, button, clicked);
    sp.set_cell(chosen, button);
    sp.post(button, 1);
    sp.place(clicked);
  }
  const auto slid = sp.label(), switched = sp.label();
  sp.jump_not_equal(sp.cell(held), slider, slid);
  sp.post(slider, sp.cell(brightness));
  sp.place(slid);
  sp.jump_not_equal(over, toggle, switched);
  sp.set_cell(is_on, sp.sub(1, sp.cell(is_on)));
  sp.post(toggle, sp.cell(is_on));
  sp.place(switched);
  sp.set_cell(held, 0);
  sp.place(released);
  return sp.finish();
}

// --- What it looks like -------------------------------------------------------------------------

void draw_lamp(Builder& sp) {
  const Register light = sp.cell(chosen);
  const auto part = [&](float Light::*colour) {
    return sp.select_equal(light, 1, lights[1].*colour,
                           sp.select_equal(light, 2, lights[2].*colour, lights[3].*colour));
  };
  const Register red = part(&Light::red), green = part(&Light::green), blue = part(&Light::blue);
  const Register power = sp.cell(brightness) * sp.cell(is_on);
  const Point middle{panel_width / 2, 78};
  disc(sp, middle, 40, {red, green, blue, power * 0.30f}, 190);
  disc(sp, middle, 36, {red, green, blue, power * 0.45f}, 60);
  disc(sp, middle, 31, {0.16f, 0.18f, 0.23f});
  disc(sp, middle, 30, {red, green, blue, power * 0.85f + 0.10f});
  disc(sp, {panel_width / 2, 71}, 14, {1, 1, 1, power * 0.45f}, 26);
}

void draw_button(Builder& sp, int button, const Register& over) {
  const Control& at = places[button];
  const Register is_over = sp.select_equal(over, button, 1, 0);
  const Register is_held = sp.select_equal(sp.cell(held), button, is_over, 0);
  const Register is_chosen = sp.select_equal(sp.cell(chosen), button, 1, 0);
  const Register lift = is_over * 0.05f - is_held * 0.11f;
  const Register y = is_held + at.y;
  const Light& light = lights[button];
  box(sp, {at.x, y + 2}, {at.half_width, at.half_height}, 9, {0, 0, 0, 0.35f}, 7);
  box(sp, {at.x, y}, {at.half_width, at.half_height}, 9,
      {light.red, light.green, light.blue, is_chosen * 0.75f + 0.12f});
  box(sp, {at.x, y}, {at.half_width - 1.5f, at.half_height - 1.5f}, 7.5f,
      {lift + 0.155f, lift + 0.180f, lift + 0.235f});
  disc(sp, {at.x - 31, y}, 5, {light.red, light.green, light.blue});
}

void draw_slider(Builder& sp, const Register& over) {
  const float y = places[slider].y;
  const Register is_over = sp.select_equal(over, slider, 1, 0);
  const Register part = sp.cell(brightness);
  const Register knob = part * track_length + track_left;
  const Register half = part * (track_length / 2);
  box(sp, {track_left + track_length / 2, y}, {track_length / 2, 3}, 3, {0.20f, 0.23f, 0.30f});
  box(sp, {half + track_left, y}, {half, 3}, 3, {0.55f, 0.64f, 0.80f});
  disc(sp, {knob, y}, 15, {0.55f, 0.64f, 0.80f, is_over * 0.22f});
  disc(sp, {knob, y + 1.5f}, 9, {0, 0, 0, 0.5f}, 6);
  disc(sp, {knob, y}, 9, {0.90f, 0.93f, 0.98f});
}

void draw_toggle(Builder& sp, const Register& over) {
  const Control& at = places[toggle];
  const Register on = sp.cell(is_on);
  const Register is_over = sp.select_equal(over, toggle, 1, 0);
  box(sp, {at.x, at.y}, {23, 12}, 12,
      {on * 0.10f + is_over * 0.04f + 0.20f, on * 0.35f + is_over * 0.04f + 0.23f,
       on * 0.22f + is_over * 0.04f + 0.30f});
  disc(sp, {on * 22 + (at.x - 11), at.y + 1}, 9, {0, 0, 0, 0.4f}, 5);
  disc(sp, {on * 22 + (at.x - 11), at.y}, 9, {0.90f, 0.93f, 0.98f});
}

void draw_labels(Builder& sp, const Labels& labels) {
  labels.begin(sp);
  const Colour ink{0.86f, 0.89f, 0.95f};
  const float above = static_cast<float>(labels.height()) / 2;
  for (int i = 1; i <= controls; ++i) {
    const bool is_button = i < slider;
    const Register is_held = sp.select_equal(sp.cell(held), i, is_button ? 1 : 0, 0);
    labels.at(sp, i, {is_button ? places[i].x - 18 : 18, is_held + std::floor(places[i].y - above)},
              ink);
  }
}

std::vector<Word> redraw(const Labels& labels) {
  Builder sp(Callback::redraw);
  sp.ClearColor(0.075f, 0.088f, 0.115f, 1);
  sp.Clear(GL_COLOR_BUFFER_BIT);
  begin_shapes(sp);
  const Origin origin = origin_of(sp);
  sp.Translatef(origin.x, origin.y, 0);
  const Register over = control_at_pointer(sp, sp.input(Input::pointer_x) - origin.x,
                                           sp.input(Input::pointer_y) - origin.y);
  draw_lamp(sp);
  for (int button = 1; button < slider; ++button)
    draw_button(sp, button, over);
  draw_slider(sp, over);
  draw_toggle(sp, over);
  draw_labels(sp, labels);
  return sp.finish();
}

void tell(int control, float value) {
  const char* name = names[static_cast<std::size_t>(control)].c_str();
  if (control < slider)
    std::printf("demo-buttons: %s\n", name);
  else if (control == slider)
    std::printf("demo-buttons: %s %.0f %%\n", name, static_cast<double>(value * 100));
  else
    std::printf("demo-buttons: %s %s\n", name, value != 0 ? "on" : "off");
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  Client client("buttons", argc, argv);
  const Labels labels(names, 14);
  client.open("Lamp", panel_width, panel_height);
  client.give(init(client, labels));
  client.give(input());
  client.give(redraw(labels));
  return client.run([](const blink_client_event& event) {
    if (event.type != BLINK_EVENT_POST) return;
    tell(static_cast<int>(event.number[0]), event.number[1]);
  });
}
