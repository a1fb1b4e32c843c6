#include "server/web/changed_areas.h"

#include <algorithm>
#include <cstring>

#include "common/check.h"

namespace blink::server {

TileSet changed_tiles(const ScreenFrame& before, const ScreenFrame& now) {
  CHECK(before.rgbx->size() == now.rgbx->size());
  const TileGrid grid(now.size);
  TileSet changed(grid.count());
  for (std::uint32_t y = 0; y < now.size.height; ++y) {
    const std::byte* was = before.at(0, y);
    const std::byte* is = now.at(0, y);
    if (std::memcmp(was, is, now.row_bytes()) == 0) continue;
    for (std::uint32_t column = 0; column < grid.columns; ++column) {
      const std::size_t tile = std::size_t{y / tile_side} * grid.columns + column;
      const std::size_t begin = std::size_t{column} * tile_side * 4;
      const std::size_t bytes = std::min<std::size_t>(tile_side * 4, now.row_bytes() - begin);
      if (!changed[tile]) changed[tile] = std::memcmp(was + begin, is + begin, bytes) != 0;
    }
  }
  return changed;
}

std::vector<TileArea> areas_of(const TileSet& tiles, const TileGrid& grid) {
  CHECK(tiles.size() == grid.count());
  std::vector<TileArea> areas;
  // Runs of a row; one just below another of the same columns makes that longer.
  for (std::uint32_t row = 0; row < grid.rows; ++row) {
    const auto has = [&](std::uint32_t column) {
      return tiles[std::size_t{row} * grid.columns + column];
    };
    for (std::uint32_t column = 0; column < grid.columns;) {
      const std::uint32_t begin = column;
      while (column < grid.columns && has(column))
        ++column;
      if (column == begin) {
        ++column;
        continue;
      }
      const auto above = std::ranges::find_if(areas, [&](const TileArea& area) {
        return area.column == begin && area.columns == column - begin &&
               area.row + area.rows == row;
      });
      if (above != areas.end())
        ++above->rows;
      else
        areas.push_back({begin, row, column - begin, 1});
    }
  }
  return areas;
}

}  // namespace blink::server
