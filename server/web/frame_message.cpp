#include "server/web/frame_message.h"

#include <turbojpeg.h>
#include <algorithm>
#include <cstring>
#include <memory>
#include <new>

#include "server/screen/png_file.h"

namespace blink::server {
namespace {

constexpr int jpeg_quality = 80;  // in motion; what stands still is sent again as PNG

struct Box {
  std::uint32_t x, y, width, height;
};

Box pixels_of(const TileArea& area, ScreenSize size) {
  const std::uint32_t x = area.column * tile_side, y = area.row * tile_side;
  return {x, y, std::min(area.columns * tile_side, size.width - x),
          std::min(area.rows * tile_side, size.height - y)};
}

struct DestroyJpeg {
  void operator()(void* handle) const { ::tjDestroy(handle); }
};

// Colours are not thinned out: coloured letters stay legible.
Result<std::vector<std::byte>> encode_jpeg(const ScreenFrame& frame, const Box& box) {
  thread_local const std::unique_ptr<void, DestroyJpeg> handle(::tjInitCompress());
  if (!handle) throw std::bad_alloc();
  const int width = static_cast<int>(box.width), height = static_cast<int>(box.height);
  std::vector<std::byte> jpeg(::tjBufSize(width, height, TJSAMP_444));
  auto* to = reinterpret_cast<unsigned char*>(jpeg.data());
  unsigned long bytes = jpeg.size();
  const auto* lowest =
      reinterpret_cast<const unsigned char*>(frame.at(box.x, box.y + box.height - 1));
  if (::tjCompress2(handle.get(), lowest, width, static_cast<int>(frame.row_bytes()), height,
                    TJPF_RGBX, &to, &bytes, TJSAMP_444, jpeg_quality,
                    TJFLAG_BOTTOMUP | TJFLAG_NOREALLOC | TJFLAG_FASTDCT) != 0)
    return Status::system(std::string("cannot make a JPEG: ") + ::tjGetErrorStr2(handle.get()));
  jpeg.resize(bytes);
  return jpeg;
}

Result<std::vector<std::byte>> encode_exactly(const ScreenFrame& frame, const Box& box) {
  std::vector<std::byte> rows;
  rows.reserve(std::size_t{box.width} * box.height * 4);
  for (std::uint32_t y = box.y; y < box.y + box.height; ++y) {
    const std::byte* row = frame.at(box.x, y);
    rows.insert(rows.end(), row, row + std::size_t{box.width} * 4);
  }
  return encode_png(rows, box.width, box.height);
}

}  // namespace

FrameMessage::FrameMessage(std::uint32_t number, ScreenSize size, std::size_t room_before)
    : bytes_(room_before) {
  put(number, 4);
  put(size.width, 2);
  put(size.height, 2);
}

Status FrameMessage::add(const ScreenFrame& frame, const TileArea& area, AreaCoding coding) {
  const Box box = pixels_of(area, frame.size);
  BLINK_ASSIGN(const auto picture,
               coding == AreaCoding::jpeg ? encode_jpeg(frame, box) : encode_exactly(frame, box));
  put(box.x, 2);
  put(box.y, 2);
  put(static_cast<std::uint32_t>(coding), 4);
  put(static_cast<std::uint32_t>(picture.size()), 4);
  bytes_.insert(bytes_.end(), picture.begin(), picture.end());
  return {};
}

void FrameMessage::put(std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i)
    bytes_.push_back(static_cast<std::byte>(value >> (8 * i)));
}

}  // namespace blink::server
