// A clock: what is shown is a function of the time, and the server has that.
//
//   demo-clock [SOCKET [HH:MM:SS]]
//
// Procedures know how long their session lasts, not what o'clock it is. So `init` posts, the event
// says when that was in the session's time, and the program answers once with a param: what o'clock
// it was when the session began. Given a time, the clock stands still there.

#include <chrono>
#include <cstdio>
#include <ctime>

#include "demos/client.h"
#include "demos/shapes.h"

using namespace blink::demos;

namespace {

constexpr int side = 280;            // pixels of the window
constexpr int seconds_at_begin = 0;  // params: since midnight,
constexpr int seconds_a_second = 1;  // and how fast it goes; 0: it stands still

constexpr float face = 100;  // the face's radius, in units of its own: it grows with the window

void background(Builder& sp) {
  sp.ClearColor(0.06f, 0.07f, 0.09f, 1);
  sp.Clear(GL_COLOR_BUFFER_BIT);
  begin_shapes(sp);
}

// From the middle outwards, turned to the right by `degrees`.
void hand(Builder& sp, const Register& degrees, float from, float to, float width,
          const Colour& colour, const Register& pixel, const Number& below = 0, float blur = 0) {
  sp.PushMatrix();
  sp.Translatef(0, below, 0);
  sp.Rotatef(degrees, 0, 0, 1);
  box(sp, {0, -(from + to) / 2}, {width / 2, (to - from) / 2}, width / 2, colour, pixel + blur);
  sp.PopMatrix();
}

void ticks(Builder& sp, const Register& pixel) {
  for (int i = 0; i < 60; ++i) {
    const bool is_hour = i % 5 == 0;
    const Register degrees = sp.copy(i * 6);
    hand(sp, degrees, is_hour ? 80 : 88, 92, is_hour ? 3.0f : 1.2f,
         {0.75f, 0.80f, 0.90f, is_hour ? 0.95f : 0.35f}, pixel);
  }
}

std::vector<Word> init(Client& client) {
  Builder sp(Callback::init);
  compile_shapes(sp, client);
  sp.post(0, 0);
  return sp.finish();
}

std::vector<Word> redraw() {
  Builder sp(Callback::redraw);
  background(sp);
  const Register width = sp.input(Input::window_width), height = sp.input(Input::window_height);
  sp.Translatef(width / 2, height / 2, 0);
  const Register scale = sp.min(width, height) * (0.44f / face);
  sp.Scalef(scale, scale, 1);
  const Register pixel = 1.4f / scale;

  disc(sp, {0, 4}, face, {0, 0, 0, 0.5f}, 12);
  disc(sp, {0, 0}, face, {0.21f, 0.24f, 0.31f}, pixel);
  disc(sp, {0, 0}, face - 1.5f, {0.115f, 0.135f, 0.180f}, pixel);
  ticks(sp, pixel);

  const Register seconds =
      sp.input(Input::time) * sp.param(seconds_a_second) + sp.param(seconds_at_begin);
  const Register hour = seconds / 120, minute = sp.mod(seconds, 3600) / 10;
  const Register second = sp.mod(seconds, 60) * 6;
  const Colour light{0.90f, 0.93f, 0.98f}, amber{0.94f, 0.66f, 0.41f}, shadow{0, 0, 0, 0.35f};
  hand(sp, hour, -12, 52, 6, shadow, pixel, 2, 4);
  hand(sp, minute, -12, 78, 4, shadow, pixel, 2.5f, 4);
  hand(sp, second, -20, 86, 1.6f, shadow, pixel, 3, 3);
  hand(sp, hour, -12, 52, 6, light, pixel);
  hand(sp, minute, -12, 78, 4, light, pixel);
  hand(sp, second, -20, 86, 1.6f, amber, pixel);
  disc(sp, {0, 0}, 4.5f, amber, pixel);
  disc(sp, {0, 0}, 1.6f, {0.115f, 0.135f, 0.180f}, pixel);
  return sp.finish();
}

// Of today, in local time.
float seconds_since_midnight(std::chrono::system_clock::time_point when) {
  const std::time_t whole = std::chrono::system_clock::to_time_t(when);
  const auto rest = when - std::chrono::system_clock::from_time_t(whole);
  std::tm local{};
  ::localtime_r(&whole, &local);
  return static_cast<float>(local.tm_hour * 3600 + local.tm_min * 60 + local.tm_sec) +
         std::chrono::duration<float>(rest).count();
}

}  // namespace

int main(int argc, char** argv) {
  int hours = 0, minutes = 0, seconds = 0;
  const bool is_fixed = argc > 2;
  if (is_fixed && std::sscanf(argv[2], "%2d:%2d:%2d", &hours, &minutes, &seconds) != 3) {
    std::fprintf(stderr, "demo-clock: '%s' is no time, as 10:08:30 is\n", argv[2]);
    return 2;
  }
  Client client("clock", argc, argv, " [HH:MM:SS]");
  client.open("Clock", side, side);
  client.give(init(client));
  client.give(redraw());
  return client.run([&](const blink_client_event& event) {
    if (event.type != BLINK_EVENT_POST) return;
    const auto begin = std::chrono::system_clock::now() - std::chrono::microseconds(event.time_us);
    const float fixed = static_cast<float>(hours * 3600 + minutes * 60 + seconds);
    const float params[] = {is_fixed ? fixed : seconds_since_midnight(begin),
                            is_fixed ? 0.0f : 1.0f};
    client.set_params(params);
  });
}
