#include "server/screen/colour.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace blink::server {
namespace {

float to_linear(float value) {
  return value <= 0.04045f ? value / 12.92f : std::pow((value + 0.055f) / 1.055f, 2.4f);
}

float from_linear(float value) {
  value = std::clamp(value, 0.0f, 1.0f);
  return value <= 0.0031308f ? value * 12.92f : 1.055f * std::pow(value, 1 / 2.4f) - 0.055f;
}

float luminance(Colour c) {
  return 0.2126f * to_linear(c.red) + 0.7152f * to_linear(c.green) + 0.0722f * to_linear(c.blue);
}

// Oklab (Björn Ottosson, 2020): there, hues of one lightness and chroma look equally light.
Colour from_oklch(float lightness, float chroma, float hue) {
  const float a = chroma * std::cos(hue), b = chroma * std::sin(hue);
  const float l = std::pow(lightness + 0.3963377774f * a + 0.2158037573f * b, 3.0f);
  const float m = std::pow(lightness - 0.1055613458f * a - 0.0638541728f * b, 3.0f);
  const float s = std::pow(lightness - 0.0894841775f * a - 1.2914855480f * b, 3.0f);
  return {from_linear(4.0767416621f * l - 3.3077115913f * m + 0.2309699292f * s),
          from_linear(-1.2684380046f * l + 2.6097574011f * m - 0.3413193965f * s),
          from_linear(-0.0041960863f * l - 0.7034186147f * m + 1.7076147010f * s)};
}

}  // namespace

Colour mix(Colour a, Colour b, float share) {
  return {std::lerp(a.red, b.red, share), std::lerp(a.green, b.green, share),
          std::lerp(a.blue, b.blue, share)};
}

float contrast(Colour a, Colour b) {
  const auto [dark, light] = std::minmax({luminance(a), luminance(b)});
  return (light + 0.05f) / (dark + 0.05f);
}

Colour ink_on(Colour background) {
  constexpr Colour black{0, 0, 0}, white{1, 1, 1};
  const Colour shade = mix(background, black, 0.85f);
  if (contrast(shade, background) >= 5) return shade;
  // One of the two has at least sqrt(21) = 4.58.
  return contrast(black, background) > contrast(white, background) ? black : white;
}

Colour machine_colour(std::string_view name) {
  constexpr std::uint32_t hues = 12, tones = 2;
  // FNV-1a, from where the usual names (personal, work, vault, untrusted...) come to lie apart.
  std::uint32_t hash = 1825;
  for (const char c : name)
    hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  hash ^= hash >> 16;
  const float hue = static_cast<float>(hash % hues) * 2 * std::numbers::pi_v<float> / hues;
  const bool is_light = hash / hues % tones != 0;
  return is_light ? from_oklch(0.82f, 0.105f, hue) : from_oklch(0.68f, 0.145f, hue);
}

}  // namespace blink::server
