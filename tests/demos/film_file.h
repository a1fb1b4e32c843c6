// Films for tests, made by the program ffmpeg in a folder of their own.

#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace blink::test {

class FilmTest : public testing::Test {
 protected:
  void SetUp() override { make_folder(); }
  void make_folder() {
    if (std::system("ffmpeg -version >/dev/null 2>&1") != 0)
      GTEST_SKIP() << "the program ffmpeg is not here: it makes the films (package ffmpeg)";
    char name[] = "/tmp/blink-films-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  void TearDown() override {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  // `filters` is a source of ffmpeg's lavfi. What ends in mkv is as it was made: lossless.
  std::string film(const std::string& name, const std::string& filters,
                   const std::string& options = "-c:v ffv1") const {
    const std::string command = "ffmpeg -v error -y -f lavfi -i '" + filters + "' " + options +
                                " " + path(name) + " </dev/null";
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    return path(name);
  }
  // Two pictures of one grey each, which follow each other for ever.
  static constexpr int dark = 40, bright = 200;
  std::string greys(const std::string& size, const std::string& rate) const {
    return film("greys.mkv", "color=s=" + size + ":r=" + rate +
                                 ",trim=end_frame=2,format=yuv420p,geq=lum=50+138*N:cb=128:cr=128");
  }
  std::string cut(const std::string& whole, const std::string& name, std::uintmax_t bytes) const {
    std::filesystem::copy_file(whole, path(name));
    std::filesystem::resize_file(path(name), bytes);
    return path(name);
  }

 private:
  std::string folder_;
};

}  // namespace blink::test
