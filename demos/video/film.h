// Film: the pictures of a video file, one after the other, each with its time. FFmpeg's libraries
// read and decode it; what they cannot decode is left out.
//
// Threads: one at a time.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "common/status.h"

struct AVCodecContext;
struct AVFormatContext;
struct AVFrame;
struct AVPacket;
struct AVStream;
struct SwsContext;

namespace blink::demos {

class Film {
 public:
  static Result<std::unique_ptr<Film>> open(const std::string& path);
  ~Film();
  Film(const Film&) = delete;

  // Of a picture. Films of more pixels than a screen has are made smaller.
  std::uint32_t width() const { return width_; }
  std::uint32_t height() const { return height_; }
  // How wide it is to be seen, in heights: pixels need not be square.
  double aspect() const { return aspect_; }

  // Decodes the next picture, and says at which second it is to be seen. After the last one comes
  // the first again, and the time goes on.
  Result<double> next();
  // Writes that picture: rows of blue, green, red, and a byte that means nothing.
  Status write(std::uint8_t* pixels);
  std::uint32_t row_bytes() const { return (width_ * 4 + 63) / 64 * 64; }
  // One row more than there are: many pixels are written at once, at the end beyond the last.
  std::uint64_t bytes() const { return std::uint64_t{row_bytes()} * (height_ + 1); }

 private:
  Film() = default;
  Status find_pictures();
  Status open_decoder();
  void feed();
  Status begin_again();
  double time_of_frame();

  AVFormatContext* file_ = nullptr;
  AVStream* stream_ = nullptr;  // of file_
  AVCodecContext* decoder_ = nullptr;
  AVPacket* packet_ = nullptr;
  AVFrame* frame_ = nullptr;
  SwsContext* scaler_ = nullptr;

  std::uint32_t width_ = 0, height_ = 0;
  double aspect_ = 1;
  double frame_seconds_ = 0.04;  // as the file says, for frames that do not
  double time_ = 0;              // of frame_, since the first one of all
  std::optional<double> stamp_;  // of frame_ in the file, seconds; none: no frame yet
  bool has_frame_ = false;       // since the film began, or began again
};

}  // namespace blink::demos
