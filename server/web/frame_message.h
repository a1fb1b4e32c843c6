// FrameMessage: areas of a frame as the page in the browser takes them (docs/formats/web.md).

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/status.h"
#include "server/screen/screen_frame.h"
#include "server/web/changed_areas.h"

namespace blink::server {

enum class AreaCoding : std::uint8_t {
  jpeg = 0,  // small and quick, not quite sharp
  png = 1    // exact
};

class FrameMessage {
 public:
  // `room_before`: bytes left free for whoever sends it.
  FrameMessage(std::uint32_t number, ScreenSize size, std::size_t room_before);

  Status add(const ScreenFrame& frame, const TileArea& area, AreaCoding coding);

  // With the room before it.
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  void put(std::uint32_t value, int bytes);

  std::vector<std::byte> bytes_;
};

}  // namespace blink::server
