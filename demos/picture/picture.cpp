// A picture through a shared object: paints into pages that the server reads, and publishes
// versions, one for each that was seen.
//
//   demo-picture [SOCKET]
//
// The sea at dusk, by arithmetic alone. Sky and hills are painted once; the sea moves, 30 times a
// second where somebody sees it, until its window is closed.

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <thread>
#include <utility>
#include <vector>

#include "vso/blink_client.h"

namespace {

constexpr int width = 800, height = 500;
constexpr int horizon = 300;  // the first row of the sea

// Lengths are in heights of the picture: u to the right of its middle, v up from the horizon.
float u_of(float column) { return (column + 0.5f - width / 2.0f) / height; }
float v_of(float row) { return (horizon - row - 0.5f) / height; }

struct Colour {
  float r, g, b;
};
Colour operator+(Colour a, Colour b) { return {a.r + b.r, a.g + b.g, a.b + b.b}; }
Colour operator*(Colour a, float t) { return {a.r * t, a.g * t, a.b * t}; }
Colour mix(Colour a, Colour b, float t) { return a * (1 - t) + b * t; }

float smooth(float from, float to, float x) {
  const float t = std::clamp((x - from) / (to - from), 0.0f, 1.0f);
  return t * t * (3 - 2 * t);
}

std::size_t index_of(int row, int column) { return static_cast<std::size_t>(row * width + column); }

void put(std::uint8_t* pixels, int row, int column, Colour colour) {
  const auto byte = [](float light) {
    return static_cast<std::uint8_t>(std::clamp(light, 0.0f, 1.0f) * 255 + 0.5f);
  };
  std::uint8_t* pixel = pixels + index_of(row, column) * 4;
  pixel[0] = byte(colour.r);
  pixel[1] = byte(colour.g);
  pixel[2] = byte(colour.b);
  pixel[3] = 255;
}

// --- Sky and hills ------------------------------------------------------------------------------

// 0 to 1, as if by chance.
float chance(int x, int y) {
  auto bits =
      static_cast<std::uint32_t>(x) * 0x9E3779B1u ^ static_cast<std::uint32_t>(y) * 0x85EBCA77u;
  bits = (bits ^ bits >> 15) * 0x2C1B3C6Du;
  bits = (bits ^ bits >> 12) * 0x297A2D39u;
  return static_cast<float>(bits >> 8) / (1 << 24);
}

float noise(float x, float y) {
  const float left = std::floor(x), top = std::floor(y);
  const int i = static_cast<int>(left), j = static_cast<int>(top);
  const float s = smooth(0, 1, x - left), t = smooth(0, 1, y - top);
  return std::lerp(std::lerp(chance(i, j), chance(i + 1, j), s),
                   std::lerp(chance(i, j + 1), chance(i + 1, j + 1), s), t);
}

// Noise with finer noise on it.
float rough(float x, float y, int octaves) {
  float sum = 0, scale = 0.5f;
  for (int i = 0; i < octaves; ++i, scale /= 2, x = x * 2 + 17, y = y * 2 + 5)
    sum += scale * noise(x, y);
  return sum;
}

constexpr float sun_v = 0.085f, sun_radius = 0.05f;
constexpr Colour sunlight{1.0f, 0.84f, 0.58f};

Colour gradient(float v) {
  static constexpr struct {
    float v;
    Colour colour;
  } stops[] = {{0.00f, {1.00f, 0.70f, 0.42f}},
               {0.09f, {0.96f, 0.53f, 0.38f}},
               {0.21f, {0.74f, 0.35f, 0.43f}},
               {0.38f, {0.34f, 0.22f, 0.42f}},
               {0.62f, {0.08f, 0.09f, 0.23f}}};
  std::size_t i = 1;
  while (i + 1 < std::size(stops) && v > stops[i].v)
    ++i;
  return mix(stops[i - 1].colour, stops[i].colour,
             std::clamp((v - stops[i - 1].v) / (stops[i].v - stops[i - 1].v), 0.0f, 1.0f));
}

float cloud(float u, float v) {
  const float bands = smooth(0.06f, 0.16f, v) * smooth(0.52f, 0.24f, v);
  return bands * smooth(0.44f, 0.78f, rough(u * 2.1f + 40, v * 13 + u * 0.6f, 5));
}

float star(float u, float v) {
  const float x = u * 36, y = v * 36;
  const int i = static_cast<int>(std::floor(x)), j = static_cast<int>(std::floor(y));
  const float dx = x - static_cast<float>(i) - 0.2f - 0.6f * chance(i, j);
  const float dy = y - static_cast<float>(j) - 0.2f - 0.6f * chance(j, i + 99);
  const float light = smooth(0.80f, 1.0f, chance(i + 7, j + 31));
  return light * std::exp(-(dx * dx + dy * dy) * 190) * smooth(0.30f, 0.55f, v);
}

Colour sky(float u, float v) {
  const float distance = std::hypot(u, v - sun_v);
  Colour colour = gradient(v);
  colour =
      mix(colour, sunlight, 0.50f * std::exp(-distance * 6) + 0.35f * std::exp(-distance * 22));
  colour = colour + Colour{0.8f, 0.8f, 0.9f} * star(u, v);
  // A cloud is dark, but for its edge towards the sun.
  const float density = cloud(u, v);
  const float edge = std::clamp(density - cloud(u * 0.985f, v - 0.014f), 0.0f, 1.0f);
  const Colour shade = mix(gradient(v + 0.16f), {0.80f, 0.38f, 0.38f}, 0.35f);
  colour = mix(colour, shade, 0.62f * density);
  return mix(colour, {1.0f, 0.70f, 0.46f}, edge * 0.85f * std::exp(-distance * 1.6f));
}

Colour with_sun(Colour behind, float u, float v) {
  const Colour disc = mix({1.0f, 0.80f, 0.50f}, {1.0f, 0.96f, 0.82f},
                          smooth(sun_v - sun_radius, sun_v + sun_radius, v));
  const float distance = std::hypot(u, v - sun_v);
  return mix(behind, disc, smooth(sun_radius + 0.003f, sun_radius - 0.003f, distance));
}

struct Ridge {
  float height, scale, place;  // how high, how many hills, which
  float from, to;              // as seen from the middle: where it rises out of the sea
  Colour colour;
};
constexpr Ridge ridges[] = {
    {0.150f, 3.1f, 3.0f, 0.10f, 0.95f, {0.70f, 0.37f, 0.39f}},
    {0.170f, 3.7f, 8.0f, 0.26f, 1.00f, {0.43f, 0.22f, 0.33f}},
    {0.215f, 4.3f, 22.0f, 0.42f, 1.00f, {0.13f, 0.09f, 0.19f}},
};

float ridge_height(const Ridge& ridge, float u) {
  return ridge.height * smooth(ridge.from, ridge.to, std::abs(u) * 1.25f) *
         (0.35f + 1.1f * rough(u * ridge.scale + ridge.place, ridge.place, 6));
}

// Where the ridges end in one column, and how many rows a pixel's width of that edge takes.
class Skyline {
 public:
  explicit Skyline(int column) {
    const float u = u_of(static_cast<float>(column));
    for (std::size_t i = 0; i < std::size(ridges); ++i) {
      tops_[i] = ridge_height(ridges[i], u);
      const float slope = (ridge_height(ridges[i], u + 0.001f) - tops_[i]) / 0.001f;
      rows_[i] = std::sqrt(1 + slope * slope);
    }
  }
  Colour before(Colour colour, float v) const {
    const float mist = 0.24f * std::exp(-v * 30);
    for (std::size_t i = 0; i < std::size(ridges); ++i) {
      const float covered = (tops_[i] - v) * height / rows_[i] + 0.5f;
      colour = mix(colour, mix(ridges[i].colour, {0.92f, 0.45f, 0.42f}, mist),
                   std::clamp(covered, 0.0f, 1.0f));
    }
    return colour;
  }

 private:
  std::array<float, std::size(ridges)> tops_{}, rows_{};
};

// What is above the horizon, row by row, but for the sun.
std::vector<Colour> scenery() {
  std::vector<Colour> colours(width * horizon);
  for (int column = 0; column < width; ++column) {
    const Skyline skyline(column);
    const float u = u_of(static_cast<float>(column));
    for (int row = 0; row < horizon; ++row) {
      const float v = v_of(static_cast<float>(row));
      colours[index_of(row, column)] = skyline.before(sky(u, v), v);
    }
  }
  return colours;
}

// --- The sea ------------------------------------------------------------------------------------

// The scenery as water shows it: blurred.
class Mirror {
 public:
  explicit Mirror(std::vector<Colour> colours) : colours_(std::move(colours)) {
    for (int row = horizon - 1; row >= 0; --row) {
      for (int column = 1; column < width; ++column)
        blend(row, column, row, column - 1, 0.7f);
      for (int column = width - 2; column >= 0; --column)
        blend(row, column, row, column + 1, 0.7f);
      for (int column = 0; column < width && row + 1 < horizon; ++column)
        blend(row, column, row + 1, column, 0.8f);
    }
  }
  Colour at(float u, float v) const {
    const auto column = static_cast<int>(u * height + width / 2.0f);
    const auto row = static_cast<int>(horizon - v * height);
    return colours_[index_of(std::clamp(row, 0, horizon - 1), std::clamp(column, 0, width - 1))];
  }

 private:
  void blend(int row, int column, int other_row, int other_column, float share) {
    Colour& colour = colours_[index_of(row, column)];
    colour = mix(colour, colours_[index_of(other_row, other_column)], share);
  }
  std::vector<Colour> colours_;
};

// A train of waves that crosses the sea: wave numbers across and away, and how steep it is.
struct Wave {
  float across, away, steepness;
};
constexpr auto waves = [] {
  std::array<Wave, 8> all{};
  constexpr float turns[] = {0.30f, -0.45f, 0.62f, -0.15f, 0.42f, -0.70f, 0.10f, 0.55f};
  float number = 2.2f;
  for (std::size_t i = 0; i < all.size(); ++i, number *= 1.7f)
    all[i] = {number * turns[i], number, 0.050f};
  return all;
}();

// Nearly exp(-x), and cheap.
float fall(float x) {
  const float t = 1 / (1 + x / 4);
  return t * t * t * t;
}

constexpr float eye_height = 0.30f;

// One row, from the horizon down. What is too fine for its pixels only spreads the sun's light.
void paint_sea_row(std::uint8_t* pixels, int row, float time, const Mirror& mirror) {
  const float depth = -v_of(static_cast<float>(row));
  const float away = eye_height / depth;
  const float away_per_row = away / (depth * height);

  // Sine and cosine of each wave along the row, and by how much a pixel turns them.
  using Waves = std::array<float, waves.size()>;
  Waves sine, cosine, turn_sine, turn_cosine, steep_across, steep_away;
  float spread = 0.0006f;
  for (std::size_t i = 0; i < waves.size(); ++i) {
    const Wave& wave = waves[i];
    const float number = std::hypot(wave.across, wave.away);
    const float seen = smooth(2.2f, 0.5f, wave.away * away_per_row);
    const float phase = wave.across * u_of(0) * away + wave.away * away +
                        time * 1.1f * std::sqrt(number) + static_cast<float>(i * i);
    const float turn = wave.across * away / height;
    sine[i] = std::sin(phase);
    cosine[i] = std::cos(phase);
    turn_sine[i] = std::sin(turn);
    turn_cosine[i] = std::cos(turn);
    steep_across[i] = wave.steepness * seen * wave.across / number;
    steep_away[i] = wave.steepness * seen * wave.away / number;
    spread += wave.steepness * wave.steepness * (1 - seen);
  }

  const Colour deep = mix({0.12f, 0.10f, 0.20f}, {0.03f, 0.06f, 0.14f}, smooth(0, 0.4f, depth));
  const float sharpness = 1 / (1.4f * spread + 0.006f);
  for (int column = 0; column < width; ++column) {
    float slope_across = 0, slope_away = 0;
    for (std::size_t i = 0; i < waves.size(); ++i) {
      slope_across += cosine[i] * steep_across[i];
      slope_away += cosine[i] * steep_away[i];
    }
    for (std::size_t i = 0; i < waves.size(); ++i) {
      const float before = sine[i];
      sine[i] = before * turn_cosine[i] + cosine[i] * turn_sine[i];
      cosine[i] = cosine[i] * turn_cosine[i] - before * turn_sine[i];
    }
    const float u = u_of(static_cast<float>(column));
    const float seen_u = u + slope_across * 0.8f;
    const float seen_v = std::abs(depth + 2 * slope_away * (0.25f + depth));
    const float reflected = 0.34f + 0.58f * fall(4.5f * depth + 3 * slope_away);
    Colour colour = mix(deep, mirror.at(seen_u, seen_v), std::min(reflected, 0.95f));
    // The sun, where the slope or what is finer sends it here.
    const float off_u = u + 2 * slope_across, off_v = (sun_v - depth) * 0.55f - 2 * slope_away;
    const float glitter = fall((off_u * off_u * 4 + off_v * off_v * 0.6f) * sharpness);
    colour = mix(colour, {1.0f, 0.92f, 0.70f}, glitter * 0.85f);
    put(pixels, row, column, colour);
  }
}

void paint_sky(std::uint8_t* pixels, const std::vector<Colour>& colours) {
  for (int row = 0; row < horizon; ++row)
    for (int column = 0; column < width; ++column)
      put(pixels, row, column,
          with_sun(colours[index_of(row, column)], u_of(static_cast<float>(column)),
                   v_of(static_cast<float>(row))));
}

int fail() {
  std::fprintf(stderr, "demo-picture: %s\n", blink_error());
  return 1;
}

enum class Seen { yes, closed, never };

// What was published last. The pages are ours again by then; and nothing is painted for nobody.
Seen wait_until_seen(blink_client* client) {
  for (;;) {
    blink_client_event event;
    if (blink_next_event(client, &event, 60'000) == 1) {
      if (event.type == BLINK_EVENT_SHOWN) return Seen::yes;
      if (event.type == BLINK_EVENT_CLOSE) return Seen::closed;
      if (event.type != BLINK_EVENT_RELEASE) continue;
      blink_release(client);  // the machine is frozen, for as long as it takes
      while (blink_reconnect(client, 60'000) != 0 && blink_ended(client) == 2)
        ;
    } else if (const int ended = blink_ended(client); ended != 0) {
      if (ended != 2 || blink_reconnect(client, 60'000) != 0) return Seen::never;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  using Clock = std::chrono::steady_clock;
  constexpr std::uint64_t bytes = width * height * 4, sea_begin = width * horizon * 4;

  if (argc > 1 && argv[1][0] == '-') return std::puts("usage: demo-picture [SOCKET]") < 0;
  blink_client* client = blink_connect(argc > 1 ? argv[1] : nullptr, "picture", 0);
  if (client == nullptr) return fail();
  blink_array* array = blink_array_add(client, 16);
  if (array == nullptr) return fail();

  const std::uint32_t parameters[8] = {width, height, BLINK_FORMAT_RGBX8, width * 4};
  const std::uint32_t picture = blink_object_create(array, BLINK_OBJECT_PICTURE, bytes, parameters);
  if (picture == 0) return fail();
  auto* pixels = static_cast<std::uint8_t*>(blink_object_content(array, picture));

  std::vector<Colour> colours = scenery();
  paint_sky(pixels, colours);
  const Mirror mirror(std::move(colours));
  std::uint64_t changed_begin = 0;  // at first everything, then the sea
  const auto start = Clock::now();
  Seen seen = Seen::yes;
  for (auto now = start; seen == Seen::yes; now = Clock::now()) {
    blink_object_begin(array, picture);
    const float time = std::chrono::duration<float>(now - start).count();
    for (int row = horizon; row < height; ++row)
      paint_sea_row(pixels, row, time, mirror);
    blink_object_end(array, picture, changed_begin, bytes);
    changed_begin = sea_begin;
    seen = wait_until_seen(client);
    std::this_thread::sleep_until(now + std::chrono::milliseconds(33));
  }
  if (seen == Seen::closed) {
    blink_bye(client);
    blink_close(client);
    return 0;
  }
  const int status = fail();
  blink_close(client);
  return status;
}
