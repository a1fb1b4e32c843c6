// Pictures held against golden ones, tests/golden/NAME.png. Drivers and versions of libraries round
// differently, so a colour may be off by a little, and few pixels by more.
//
// One that differs leaves three pictures in the test's output folder, and the failure names them.
// BLINK_RENEW_GOLDENS=1 in the environment writes the golden picture anew instead: look at it, then
// commit it.

#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "tests/support/png_pixels.h"

namespace blink::test {

constexpr int golden_colour_off_max = 10;        // of 255, in each of red, green and blue
constexpr double golden_pixels_off_max = 0.004;  // parts of all

inline void write_png(const Picture& picture, const std::filesystem::path& path) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = picture.width;
  image.height = picture.height;
  image.format = PNG_FORMAT_RGB;
  std::filesystem::create_directories(path.parent_path());
  EXPECT_TRUE(png_image_write_to_file(&image, path.c_str(), 0, picture.rgb.data(), 0, nullptr))
      << path << ": " << image.message;
}

inline std::optional<Picture> read_png(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  return picture_of(std::as_bytes(std::span(bytes)));
}

inline Picture part_of(const Picture& whole, std::uint32_t left, std::uint32_t top,
                       std::uint32_t width, std::uint32_t height) {
  Picture part{width, height, {}};
  for (std::uint32_t y = top; y < top + height; ++y) {
    const auto row = whole.rgb.begin() + (std::size_t{y} * whole.width + left) * 3;
    part.rgb.insert(part.rgb.end(), row, row + std::size_t{width} * 3);
  }
  return part;
}

// How far each colour is off, made easy to see.
inline Picture difference_of(const Picture& a, const Picture& b) {
  Picture difference = a;
  for (std::size_t i = 0; i < a.rgb.size(); ++i)
    difference.rgb[i] = static_cast<std::uint8_t>(std::min(255, std::abs(a.rgb[i] - b.rgb[i]) * 8));
  return difference;
}

inline bool is_alike(const Picture& a, const Picture& b) {
  if (a.width != b.width || a.height != b.height) return false;
  std::size_t pixels_off = 0;
  for (std::size_t i = 0; i < a.rgb.size(); i += 3) {
    bool is_off = false;
    for (std::size_t j = i; j < i + 3; ++j)
      is_off |= std::abs(a.rgb[j] - b.rgb[j]) > golden_colour_off_max;
    pixels_off += is_off;
  }
  return static_cast<double>(pixels_off) <=
         golden_pixels_off_max * static_cast<double>(a.rgb.size() / 3);
}

class Golden {
 public:
  explicit Golden(std::string name)
      : name_(std::move(name)),
        path_(std::filesystem::path(BLINK_GOLDEN_FOLDER) / (name_ + ".png")),
        is_renewed_(std::getenv("BLINK_RENEW_GOLDENS") != nullptr) {
    if (const auto read = read_png(path_)) expected_ = *read;
  }

  // Whether there is one to wait for.
  bool is_there() const { return !is_renewed_ && !expected_.rgb.empty(); }
  bool is_like(const Picture& actual) const { return is_alike(expected_, actual); }

  // `as`: in which setting, for the names of files.
  void expect(const Picture& actual, const std::string& as) const {
    if (is_renewed_) return write_png(actual, path_);
    if (is_alike(expected_, actual)) return;
    const std::string stem =
        std::filesystem::path(BLINK_TEST_OUTPUT_FOLDER) / (name_ + "." + as + ".");
    write_png(actual, stem + "actual.png");
    if (expected_.rgb.empty()) {
      ADD_FAILURE() << "there is no " << path_ << "; it should be like " << stem << "actual.png";
      return;
    }
    write_png(expected_, stem + "expected.png");
    if (expected_.width == actual.width && expected_.height == actual.height)
      write_png(difference_of(expected_, actual), stem + "difference.png");
    ADD_FAILURE() << name_ << " does not look as it should: compare\n  " << stem
                  << "expected.png\n  " << stem << "actual.png\n  " << stem << "difference.png";
  }

 private:
  const std::string name_;
  const std::filesystem::path path_;
  const bool is_renewed_;
  Picture expected_;
};

}  // namespace blink::test
