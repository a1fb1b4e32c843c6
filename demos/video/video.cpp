// A film, decoded ahead of its time: it goes on while its program does something else.
//
//   demo-video [--update | --at SECOND] [SOCKET] FILE
//
// The next pictures lie in shared memory, each with the time at which it is to be seen. The server
// has a time of its own for every frame of the screen, and `redraw` mixes the two pictures around
// it: so a film of 24 pictures a second looks smooth on a screen of 60. Stop the program, and the
// film goes on for as long as there are pictures; then the last one stays.
//
// With --update the program says when each picture is drawn, and the server shows what was drawn
// last: how it is done elsewhere, for comparison. With --at the film stands still at that second.

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "demos/client.h"
#include "demos/video/film.h"

using namespace blink::demos;
using namespace blink::jit;
using namespace blink::gl;

namespace {

// --- What the server runs -----------------------------------------------------------------------

constexpr int pictures_ahead = 8;
using Pictures = std::array<std::uint32_t, pictures_ahead>;

// Params: when each picture is to be seen, in seconds of the session; by what its time is
// multiplied (0: it stands still), and what is added to that.
constexpr int time_of_first = 0, speed = pictures_ahead, offset = pictures_ahead + 1;
constexpr float never = 1e30f;
constexpr int half_width = 0, half_height = 1;  // cells: of the film, in halves of the window
// No screen shows more than about 80 pictures a second.
constexpr double seconds_between_min = 0.012;

std::vector<Word> init() {
  Builder sp(Callback::init);
  for (const int texture : {1, 2}) {
    sp.GenTextures(texture);
    sp.BindTexture(GL_TEXTURE_2D, texture);
    for (const GLenum filter : {GL_TEXTURE_MIN_FILTER, GL_TEXTURE_MAG_FILTER})
      sp.TexParameteri(GL_TEXTURE_2D, filter, GL_LINEAR);
    for (const GLenum side : {GL_TEXTURE_WRAP_S, GL_TEXTURE_WRAP_T})
      sp.TexParameteri(GL_TEXTURE_2D, side, GL_CLAMP_TO_EDGE);
  }
  sp.post(0, 0);
  return sp.finish();
}

// As large as the window allows, with bars at two sides where that has another shape.
std::vector<Word> reshape(double aspect) {
  Builder sp(Callback::reshape);
  const Register width = sp.input(Input::window_width), height = sp.input(Input::window_height);
  const Register shape = width / height / static_cast<float>(aspect);
  // At least a line: some films are very flat.
  sp.set_cell(half_width, sp.max(sp.min(1, 1 / shape), 2 / width));
  sp.set_cell(half_height, sp.max(sp.min(1, shape), 2 / height));
  return sp.finish();
}

void texture_env(Builder& sp, GLenum name, GLenum value) {
  sp.TexEnvf(GL_TEXTURE_ENV, name, static_cast<float>(value));
}

void use_picture(Builder& sp, int texture, const Integer& picture) {
  sp.Enable(GL_TEXTURE_2D);
  sp.BindTexture(GL_TEXTURE_2D, texture);
  sp.EGLImageTargetTexture2DOES(GL_TEXTURE_2D, picture);
  texture_env(sp, GL_TEXTURE_ENV_MODE, GL_REPLACE);
}

enum class FirstRow : std::uint8_t { upper, lower };

void draw_pictures(Builder& sp, const Number& width, const Number& height,
                   FirstRow first = FirstRow::upper) {
  const Register x = sp.copy(width), y = sp.copy(height);
  const float above = first == FirstRow::upper ? 0 : 1;
  sp.Begin(GL_QUADS);
  for (const auto& [right, below] : {std::pair(0.0f, 0.0f), {1, 0}, {1, 1}, {0, 1}}) {
    for (const GLenum unit : {GL_TEXTURE0, GL_TEXTURE1})
      sp.MultiTexCoord2f(unit, right, std::abs(below - above));
    sp.Vertex2f(x * (right * 2 - 1), y * (1 - below * 2));
  }
  sp.End();
}

// Of what was chosen before, so much gives way to this picture.
void mix_picture(Builder& sp, int texture, const Integer& picture, const Number& much) {
  sp.ActiveTexture(GL_TEXTURE1);
  use_picture(sp, texture, picture);
  sp.TexEnvfv(GL_TEXTURE_ENV, GL_TEXTURE_ENV_COLOR, {0, 0, 0, much});
  texture_env(sp, GL_TEXTURE_ENV_MODE, GL_COMBINE);
  texture_env(sp, GL_COMBINE_RGB, GL_INTERPOLATE);
  texture_env(sp, GL_SRC0_RGB, GL_TEXTURE);
  texture_env(sp, GL_SRC1_RGB, GL_PREVIOUS);
  texture_env(sp, GL_SRC2_RGB, GL_CONSTANT);
  texture_env(sp, GL_OPERAND2_RGB, GL_SRC_ALPHA);
}

// The newest picture whose time has come, and in it the next one, the more the nearer its time.
std::vector<Word> redraw(const Pictures& pictures) {
  Builder sp(Callback::redraw);
  sp.ClearColor(0, 0, 0, 1);
  sp.Clear(GL_COLOR_BUFFER_BIT);

  const Register now = sp.input(Input::time) * sp.param(speed) + sp.param(offset);
  const Register shown = sp.copy(0), shown_time = sp.copy(-never);
  const Register next = sp.copy(0), next_time = sp.copy(never);
  for (int i = 0; i < pictures_ahead; ++i) {
    const Register time = sp.param(time_of_first + i);
    const Register if_come = sp.select_less(now, time, -never, time);
    sp.select_less(shown, shown_time, if_come, pictures[i], shown);
    sp.max(shown_time, shown_time, if_come);
    const Register if_to_come = sp.select_less(now, time, time, never);
    sp.select_less(next, if_to_come, next_time, pictures[i], next);
    sp.min(next_time, next_time, if_to_come);
  }
  const Register width = sp.cell(half_width), height = sp.cell(half_height);
  const Label end = sp.label(), alone = sp.label();
  sp.jump_equal(shown, 0, end);
  use_picture(sp, 1, shown);
  sp.jump_equal(next, 0, alone);
  mix_picture(sp, 2, next, (now - shown_time) / (next_time - shown_time));
  sp.place(alone);
  draw_pictures(sp, width, height);
  sp.place(end);
  return sp.finish();
}

std::vector<Word> update(std::uint32_t picture) {
  Builder sp(Callback::update);
  use_picture(sp, 1, picture);
  draw_pictures(sp, 1, 1);
  return sp.finish();
}

std::vector<Word> redraw_updated(std::uint32_t window) {
  Builder sp(Callback::redraw);
  sp.ClearColor(0, 0, 0, 1);
  sp.Clear(GL_COLOR_BUFFER_BIT);
  use_picture(sp, 1, window);
  draw_pictures(sp, sp.cell(half_width), sp.cell(half_height), FirstRow::lower);
  return sp.finish();
}

// --- What this program does ---------------------------------------------------------------------

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

std::uint32_t add_picture(Client& client, const Film& film) {
  return client.add_picture(film.width(), film.height(), film.row_bytes(), film.bytes());
}

int milliseconds(double seconds) {
  return static_cast<int>(std::ceil(std::clamp(seconds, 0.0, 60.0) * 1000));
}

// Both end when the window is closed, or with what went wrong.

blink::Status play(Client& client, Film& film, std::optional<double> at) {
  std::array<float, pictures_ahead + 2> params;
  params.fill(-never);
  params[speed] = at ? 0 : 1;
  params[offset] = at ? static_cast<float>(*at) : 0;
  client.set_params(params);
  Pictures pictures;
  for (std::uint32_t& picture : pictures)
    picture = add_picture(client, film);
  client.give(init());
  client.give(reshape(film.aspect()));
  client.give(redraw(pictures));
  // `init` posts, and the event says when in the session that was.
  std::optional<Clock::time_point> session_begin;
  const auto hear = [&](const blink_client_event& event) {
    if (event.type == BLINK_EVENT_POST)
      session_begin = Clock::now() - std::chrono::microseconds(event.time_us);
  };
  while (!session_begin)
    if (!client.listen(60'000, hear)) return {};
  const auto now = [&] { return at ? *at : Seconds(Clock::now() - *session_begin).count(); };

  double film_begin = at ? 0 : now() + 0.1, last = -1;
  for (std::size_t i = 0;; i = (i + 1) % pictures_ahead) {
    // A picture is seen until the next one's time has come; and a frame may be on its way.
    const double free_at = params[(i + 1) % pictures_ahead] + 0.05;
    double left;
    do {
      left = free_at - now();
      if (!client.listen(milliseconds(at && left > 0 ? 60 : left), hear)) return {};
    } while (left > 0);

    double time;
    do {
      BLINK_ASSIGN(time, film.next());
    } while (time - last < seconds_between_min);
    last = time;
    BLINK_TRY(film.write(client.begin_picture(pictures[i])));
    client.end_picture(pictures[i]);
    // A program that was stopped goes on with the picture after the last one seen.
    if (!at) film_begin = std::max(film_begin, now() - time);
    params[time_of_first + i] = static_cast<float>(film_begin + time);
    client.set_params(params);
  }
}

blink::Status play_by_update(Client& client, Film& film) {
  const std::uint32_t picture = add_picture(client, film);
  client.give(init());
  client.give(reshape(film.aspect()));
  client.give(update(picture));
  client.give(redraw_updated(client.window()));
  for (auto film_begin = Clock::now();;) {
    BLINK_ASSIGN(const double time, film.next());
    BLINK_TRY(film.write(client.begin_picture(picture)));
    double left;
    do {
      left = time - Seconds(Clock::now() - film_begin).count();
      if (!client.listen(milliseconds(left))) return {};
    } while (left > 0);
    if (left < -0.2) film_begin += std::chrono::duration_cast<Clock::duration>(Seconds(-left));
    client.end_picture(picture);
    client.update();
  }
}

// What the film is shown in at first: not larger than a screen, and large enough to be found.
std::uint32_t window_side(double side, double scale) {
  return static_cast<std::uint32_t>(std::max(64.0, std::round(side * scale)));
}

int fail(const blink::Status& status) {
  std::fprintf(stderr, "demo-video: %s\n", std::string(status.text()).c_str());
  return 1;
}

int usage(bool is_asked_for) {
  std::fputs("usage: demo-video [--update | --at SECOND] [SOCKET] FILE\n",
             is_asked_for ? stdout : stderr);
  return is_asked_for ? 0 : 2;
}

}  // namespace

int main(int argc, char** argv) {
  bool is_by_update = false;
  std::optional<double> at;
  std::vector<const char*> names;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--help" || argument == "-h") return usage(true);
    if (argument == "--update")
      is_by_update = true;
    else if (argument == "--at" && i + 1 < argc)
      at = std::strtod(argv[++i], nullptr);
    else
      names.push_back(argv[i]);
  }
  if (names.empty() || names.size() > 2 || (is_by_update && at)) return usage(false);

  const std::string path = names.back();
  auto film = Film::open(path);
  if (!film.is_ok()) return fail(film.status());
  Film& its = *film.value();
  Client client("video", names.size() == 2 ? names[0] : nullptr,
                its.bytes() * pictures_ahead + (16 << 20));
  const double width = its.height() * its.aspect(), height = its.height();
  const double scale = std::min({1.0, 1280 / width, 800 / height});
  client.open(std::filesystem::path(path).filename().string(), window_side(width, scale),
              window_side(height, scale));
  const blink::Status status = is_by_update ? play_by_update(client, its) : play(client, its, at);
  return status.is_ok() ? 0 : fail(status);
}
