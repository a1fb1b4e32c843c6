#include "server/screen/picture_budget.h"

#include <string>

#include "common/limits.h"
#include "vso/blink_vso.h"

namespace blink::server {
namespace {

std::atomic<std::uint64_t> server_pictures{0};
std::atomic<std::uint64_t> server_bytes{0};

bool take_from(std::atomic<std::uint64_t>& taken, std::uint64_t more, std::uint64_t max) {
  if (taken.fetch_add(more) + more <= max) return true;
  taken.fetch_sub(more);
  return false;
}

Status over(std::uint64_t max, const char* what) {
  return Status::guest(BLINK_END_QUOTA, "picture: more than " + std::to_string(max) + what);
}

}  // namespace

PictureBudget::Share& PictureBudget::Share::operator=(Share&& other) noexcept {
  std::swap(of_, other.of_);
  std::swap(pictures_, other.pictures_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

PictureBudget::Share::~Share() {
  if (!of_) return;
  of_->pictures_ -= pictures_;
  server_pictures -= pictures_;
  of_->bytes_ -= bytes_;
  server_bytes -= bytes_;
}

Result<PictureBudget::Share> PictureBudget::take(std::uint32_t pictures,
                                                 std::uint64_t texture_bytes) {
  Share share;  // gives back what it has, wherever this ends
  share.of_ = shared_from_this();
  if (!take_from(pictures_, pictures, limits::session_pictures_max))
    return over(limits::session_pictures_max, " in this session");
  if (!take_from(server_pictures, pictures, limits::server_pictures_max)) {
    pictures_ -= pictures;
    return over(limits::server_pictures_max, " on the screen");
  }
  share.pictures_ = pictures;
  if (!take_from(bytes_, texture_bytes, limits::session_texture_bytes_max))
    return over(limits::session_texture_bytes_max, " bytes of textures in this session");
  if (!take_from(server_bytes, texture_bytes, limits::server_texture_bytes_max)) {
    bytes_ -= texture_bytes;
    return over(limits::server_texture_bytes_max, " bytes of textures on the screen");
  }
  share.bytes_ = texture_bytes;
  return share;
}

}  // namespace blink::server
