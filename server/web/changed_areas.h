// What of a frame is to be sent: the screen is a grid of tiles, and an area is a rectangle of them.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "server/screen/screen_frame.h"

namespace blink::server {

inline constexpr std::uint32_t tile_side = 64;  // pixels; those at the right and below may be cut

struct TileGrid {
  explicit TileGrid(ScreenSize size)
      : columns((size.width + tile_side - 1) / tile_side),
        rows((size.height + tile_side - 1) / tile_side) {}
  std::size_t count() const { return std::size_t{columns} * rows; }

  std::uint32_t columns, rows;
};

// One for each tile, row by row from the upper left.
using TileSet = std::vector<bool>;

// In tiles.
struct TileArea {
  std::uint32_t column = 0, row = 0, columns = 0, rows = 0;

  std::size_t count() const { return std::size_t{columns} * rows; }
  bool operator==(const TileArea&) const = default;
};

// Both of one size.
TileSet changed_tiles(const ScreenFrame& before, const ScreenFrame& now);
// Areas that cover each tile of the set once, and no other.
std::vector<TileArea> areas_of(const TileSet& tiles, const TileGrid& grid);

}  // namespace blink::server
