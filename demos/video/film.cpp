#include "demos/video/film.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

namespace blink::demos {
namespace {

constexpr std::int64_t decoded_pixels_max = 64 << 20;  // 8192 x 8192
constexpr double shown_pixels_max = 2560 * 1600;
constexpr double shown_side_max = 8192;
// Times that are further apart than that are a mistake in the file.
constexpr double step_seconds_max = 10;

Status failed(int error) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(error, text, sizeof text);
  return Status::system(text);
}

}  // namespace

Result<std::unique_ptr<Film>> Film::open(const std::string& path) {
  av_log_set_level(AV_LOG_QUIET);  // it speaks of every broken packet
  std::unique_ptr<Film> film(new Film);
  const int error = avformat_open_input(&film->file_, path.c_str(), nullptr, nullptr);
  if (error < 0) return failed(error).within(path);
  BLINK_TRY(film->find_pictures().within(path));
  BLINK_TRY(film->open_decoder().within(path));
  // What the file says of itself counts less than its first picture.
  BLINK_TRY(film->next().take_status().within(path));
  const double width = film->frame_->width, height = film->frame_->height;
  const double scale = std::min({1.0, std::sqrt(shown_pixels_max / (width * height)),
                                 shown_side_max / width, shown_side_max / height});
  film->width_ = static_cast<std::uint32_t>(std::max(1.0, std::round(width * scale)));
  film->height_ = static_cast<std::uint32_t>(std::max(1.0, std::round(height * scale)));
  const AVRational pixel = av_guess_sample_aspect_ratio(film->file_, film->stream_, film->frame_);
  film->aspect_ = width / height * (pixel.num > 0 && pixel.den > 0 ? av_q2d(pixel) : 1);
  BLINK_TRY(film->begin_again().within(path));
  film->time_ = 0;
  film->stamp_.reset();
  return film;
}

Film::~Film() {
  sws_freeContext(scaler_);
  av_frame_free(&frame_);
  av_packet_free(&packet_);
  avcodec_free_context(&decoder_);
  avformat_close_input(&file_);
}

Status Film::find_pictures() {
  for (unsigned i = 0; i < file_->nb_streams; ++i) {
    const AVCodecParameters& its = *file_->streams[i]->codecpar;
    if (std::int64_t{its.width} * its.height > decoded_pixels_max)
      return Status::system("pictures of " + std::to_string(its.width) + "x" +
                            std::to_string(its.height) + " are too large");
  }
  // To look into the streams it decodes some of them, too.
  std::vector<AVDictionary*> options(file_->nb_streams);
  for (AVDictionary*& of_stream : options)
    av_dict_set_int(&of_stream, "max_pixels", decoded_pixels_max, 0);
  const int error = avformat_find_stream_info(file_, options.data());
  for (AVDictionary*& of_stream : options)
    av_dict_free(&of_stream);
  if (error < 0) return failed(error);
  const int number = av_find_best_stream(file_, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (number < 0) return Status::system("there are no moving pictures in it");
  stream_ = file_->streams[number];
  // The cover of a piece of music is a stream of pictures as well.
  if ((stream_->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0)
    return Status::system("there are no moving pictures in it");
  for (unsigned i = 0; i < file_->nb_streams; ++i)
    if (file_->streams[i] != stream_) file_->streams[i]->discard = AVDISCARD_ALL;
  const AVRational rate = av_guess_frame_rate(file_, stream_, nullptr);
  if (rate.num > 0 && rate.den > 0) frame_seconds_ = 1 / av_q2d(rate);
  return {};
}

Status Film::open_decoder() {
  const AVCodec* codec = avcodec_find_decoder(stream_->codecpar->codec_id);
  if (codec == nullptr)
    return Status::system(std::string("there is no decoder for ") +
                          avcodec_get_name(stream_->codecpar->codec_id));
  decoder_ = avcodec_alloc_context3(codec);
  packet_ = av_packet_alloc();
  frame_ = av_frame_alloc();
  if (decoder_ == nullptr || packet_ == nullptr || frame_ == nullptr)
    return failed(AVERROR(ENOMEM));
  int error = avcodec_parameters_to_context(decoder_, stream_->codecpar);
  decoder_->pkt_timebase = stream_->time_base;
  decoder_->max_pixels = decoded_pixels_max;
  if (error >= 0) error = avcodec_open2(decoder_, codec, nullptr);
  return error >= 0 ? Status() : failed(error);
}

Result<double> Film::next() {
  for (;;) {
    const int error = avcodec_receive_frame(decoder_, frame_);
    if (error == 0) return time_of_frame();
    if (error == AVERROR_EOF)
      BLINK_TRY(begin_again());
    else
      feed();  // that was all there is by now, or something that cannot be decoded
  }
}

// Hands the decoder a packet, or tells it that there are no more.
void Film::feed() {
  int error;
  do {
    av_packet_unref(packet_);
    error = av_read_frame(file_, packet_);
  } while (error >= 0 && packet_->stream_index != stream_->index);
  // A packet that is refused is a broken one: the film goes on with the next.
  avcodec_send_packet(decoder_, error >= 0 ? packet_ : nullptr);
  av_packet_unref(packet_);
}

Status Film::begin_again() {
  if (!std::exchange(has_frame_, false)) return Status::system("no picture in it can be decoded");
  avcodec_flush_buffers(decoder_);
  int error = avformat_seek_file(file_, -1, INT64_MIN, INT64_MIN, INT64_MAX, 0);
  // A file that is nothing but a stream has no times to look for.
  if (error < 0) error = av_seek_frame(file_, -1, 0, AVSEEK_FLAG_BYTE);
  return error >= 0 ? Status() : failed(error);
}

double Film::time_of_frame() {
  const bool is_first = !std::exchange(has_frame_, true);
  const double stamp =
      frame_->best_effort_timestamp == AV_NOPTS_VALUE
          ? stamp_.value_or(0) + frame_seconds_
          : static_cast<double>(frame_->best_effort_timestamp) * av_q2d(stream_->time_base);
  if (stamp_) {
    const double step = stamp - *stamp_;
    time_ += !is_first && step > 0 && step < step_seconds_max ? step : frame_seconds_;
  }
  stamp_ = stamp;
  return time_;
}

Status Film::write(std::uint8_t* pixels) {
  const auto format = static_cast<AVPixelFormat>(frame_->format);
  // The same one again, unless the film changes its size.
  scaler_ = sws_getCachedContext(scaler_, frame_->width, frame_->height, format,
                                 static_cast<int>(width_), static_cast<int>(height_),
                                 AV_PIX_FMT_BGR0, SWS_BILINEAR, nullptr, nullptr, nullptr);
  if (scaler_ == nullptr) {
    const char* name = av_get_pix_fmt_name(format);
    return Status::system(std::string("cannot convert pixels of the format ") +
                          (name != nullptr ? name : "?"));
  }
  const int* colours = sws_getCoefficients(
      frame_->colorspace == AVCOL_SPC_UNSPECIFIED ? SWS_CS_DEFAULT : frame_->colorspace);
  const bool is_full = frame_->color_range == AVCOL_RANGE_JPEG;
  sws_setColorspaceDetails(scaler_, colours, is_full, colours, 1, 0, 1 << 16, 1 << 16);
  std::uint8_t* const rows[4] = {pixels};
  const int strides[4] = {static_cast<int>(row_bytes())};
  const int error =
      sws_scale(scaler_, frame_->data, frame_->linesize, 0, frame_->height, rows, strides);
  return error >= 0 ? Status() : failed(error);
}

}  // namespace blink::demos
