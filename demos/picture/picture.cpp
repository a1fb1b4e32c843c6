// A picture through a shared object: paints into pages that the server reads, and publishes
// versions.
//
//   demo-picture [SOCKET]
//
// The sea at dusk, by arithmetic alone. It moves until the server ends the session.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>

#include "vso/blink_client.h"

namespace {

constexpr std::uint32_t width = 800;
constexpr std::uint32_t height = 500;
constexpr float horizon = 0.60f;

struct Colour {
  float r, g, b;
};

Colour mix(Colour a, Colour b, float t) {
  return {a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t, a.b + (b.b - a.b) * t};
}

float smooth(float from, float to, float x) {
  const float t = std::clamp((x - from) / (to - from), 0.0f, 1.0f);
  return t * t * (3 - 2 * t);
}

Colour sky(float x, float y) {
  const Colour high{0.07f, 0.10f, 0.26f};
  const Colour middle{0.55f, 0.26f, 0.42f};
  const Colour low{0.99f, 0.66f, 0.36f};
  const float t = y / horizon;
  Colour colour =
      t < 0.6f ? mix(high, middle, smooth(0, 0.6f, t)) : mix(middle, low, smooth(0.6f, 1.0f, t));
  const float dx = (x - 0.5f) * 1.6f;
  const float distance = std::sqrt(dx * dx + (y - 0.52f) * (y - 0.52f));
  colour = mix(colour, {1.0f, 0.86f, 0.60f}, 0.75f * std::exp(-distance * 7));
  return mix(colour, {1.0f, 0.96f, 0.84f}, smooth(0.076f, 0.072f, distance));
}

// A ridge of hills: its height over x.
float ridge(float x, float scale, float phase) {
  return 0.5f + 0.25f * std::sin(x * scale + phase) +
         0.15f * std::sin(x * scale * 2.3f + phase * 2) +
         0.07f * std::sin(x * scale * 5.1f + phase * 3);
}

Colour sea(float x, float y, float time) {
  const float depth = (y - horizon) / (1 - horizon);
  const float wave = std::sin(60 / (depth + 0.12f) + time * 2.0f + std::sin(x * 22 + time) * 1.4f);
  const float shift = wave * 0.012f * (0.3f + depth);
  const Colour mirrored =
      sky(x + shift * 2, std::max(0.0f, horizon - (y - horizon) * 0.9f + shift));
  const Colour water = mix(mirrored, {0.03f, 0.07f, 0.16f}, 0.30f + 0.45f * depth);
  const float glitter = std::exp(-std::pow((x - 0.5f) / (0.03f + 0.16f * depth), 2.0f));
  return mix(water, {1.0f, 0.80f, 0.52f}, glitter * smooth(0.35f, 1.0f, wave) * 0.75f);
}

Colour colour_at(float x, float y, float time) {
  if (y > horizon) return sea(x, y, time);
  Colour colour = sky(x, y);
  const float far =
      horizon - 0.11f * ridge(x, 7, 1.0f) * smooth(0.15f, 0.9f, std::abs(x - 0.45f) * 2);
  const float near =
      horizon - 0.16f * ridge(x, 5, 4.2f) * smooth(0.45f, 1.1f, std::abs(x - 0.5f) * 2);
  if (y > far) colour = mix({0.42f, 0.24f, 0.38f}, colour, 0.35f);
  if (y > near) colour = {0.13f, 0.10f, 0.20f};
  return colour;
}

void paint(std::uint8_t* pixels, float time) {
  for (std::uint32_t row = 0; row < height; ++row)
    for (std::uint32_t column = 0; column < width; ++column) {
      const Colour colour =
          colour_at(static_cast<float>(column) / width, static_cast<float>(row) / height, time);
      std::uint8_t* pixel = pixels + (row * width + column) * 4;
      pixel[0] = static_cast<std::uint8_t>(std::clamp(colour.r, 0.0f, 1.0f) * 255);
      pixel[1] = static_cast<std::uint8_t>(std::clamp(colour.g, 0.0f, 1.0f) * 255);
      pixel[2] = static_cast<std::uint8_t>(std::clamp(colour.b, 0.0f, 1.0f) * 255);
      pixel[3] = 255;
    }
}

int fail() {
  std::fprintf(stderr, "demo-picture: %s\n", blink_error());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  blink_client* client = blink_connect(argc > 1 ? argv[1] : nullptr, "picture", 0);
  if (client == nullptr) return fail();
  blink_array* array = blink_array_add(client, 16);
  if (array == nullptr) return fail();

  const std::uint32_t parameters[8] = {width, height, BLINK_FORMAT_RGBX8, width * 4};
  const std::uint32_t picture =
      blink_object_create(array, BLINK_OBJECT_PICTURE, width * height * 4, parameters);
  if (picture == 0) return fail();
  auto* pixels = static_cast<std::uint8_t*>(blink_object_content(array, picture));

  for (int frame = 0; blink_ended(client) == 0; ++frame) {
    blink_object_begin(array, picture);
    paint(pixels, static_cast<float>(frame) / 25);
    const std::uint64_t version = blink_object_end(array, picture, 0, 0);
    // The pages are ours again when the server has done with them.
    if (blink_object_wait(array, picture, version, 10'000) != 0) break;
  }
  std::printf("demo-picture: %s\n", blink_error());
  blink_close(client);
  return 0;
}
