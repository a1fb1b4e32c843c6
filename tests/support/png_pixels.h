// The pixels of a PNG in memory.

#pragma once

#include <gtest/gtest.h>
#include <png.h>

#include <cstdint>
#include <span>
#include <vector>

namespace blink::test {

struct Picture {
  std::uint32_t width = 0, height = 0;
  std::vector<std::uint8_t> rgb;

  std::uint32_t at(std::uint32_t x, std::uint32_t y) const {
    const std::uint8_t* pixel = &rgb[(std::size_t{y} * width + x) * 3];
    return static_cast<std::uint32_t>(pixel[0] << 16 | pixel[1] << 8 | pixel[2]);
  }
  bool operator==(const Picture&) const = default;
};

inline Picture picture_of(std::span<const std::byte> png) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  EXPECT_TRUE(png_image_begin_read_from_memory(&image, png.data(), png.size()));
  image.format = PNG_FORMAT_RGB;
  Picture picture{image.width, image.height, std::vector<std::uint8_t>(PNG_IMAGE_SIZE(image))};
  EXPECT_TRUE(png_image_finish_read(&image, nullptr, picture.rgb.data(), 0, nullptr));
  return picture;
}

}  // namespace blink::test
