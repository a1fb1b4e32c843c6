// What of a frame is sent to browsers.

#include "server/web/changed_areas.h"
#include "server/web/viewer.h"

#include <gtest/gtest.h>

#include <random>

namespace blink::server {
namespace {

ScreenFrame frame_with(ScreenSize size, std::uint32_t x, std::uint32_t y) {
  auto rgbx = std::make_shared<std::vector<std::byte>>(std::size_t{size.width} * size.height * 4);
  (*rgbx)[((std::size_t{size.height} - 1 - y) * size.width + x) * 4 + 1] = std::byte{200};
  return {1, size, rgbx};
}

TEST(ChangedAreas, FindTheTileOfEachPixel) {
  const ScreenSize size{150, 130};  // three columns and rows, the last ones narrow
  const TileGrid grid(size);
  EXPECT_EQ(grid.columns, 3u);
  EXPECT_EQ(grid.rows, 3u);
  const ScreenFrame before{0, size, std::make_shared<std::vector<std::byte>>(150 * 130 * 4)};
  EXPECT_EQ(changed_tiles(before, before), TileSet(9));
  for (const std::uint32_t x : {0u, 63u, 64u, 127u, 128u, 149u})
    for (const std::uint32_t y : {0u, 63u, 64u, 127u, 128u, 129u}) {
      TileSet expected(9);
      expected[y / 64 * 3 + x / 64] = true;
      EXPECT_EQ(changed_tiles(before, frame_with(size, x, y)), expected) << x << ' ' << y;
    }
}

// The window that it is also shown in was resized.
TEST(Viewer, AScreenOfAnotherSizeIsAllNew) {
  Viewer viewer;
  const auto now = Viewer::Clock::now();
  const auto sent = [&](ScreenSize size) {
    return viewer.show(frame_with(size, 1, 1), 0, now).size();
  };
  EXPECT_GT(sent({150, 130}), 0u);
  EXPECT_EQ(sent({150, 130}), 0u);
  for (const ScreenSize size : {ScreenSize{130, 150}, {64, 64}, {500, 300}}) {
    EXPECT_GT(sent(size), 0u) << size.width;
    EXPECT_EQ(sent(size), 0u) << size.width;
  }
}

TEST(ChangedAreas, NeighboursAreOneArea) {
  const TileGrid grid({256, 192});                    // 4 x 3
  const TileSet tiles = {false, true,  true,  false,  //
                         false, true,  true,  false,  //
                         true,  false, false, true};
  EXPECT_EQ(areas_of(tiles, grid),
            (std::vector<TileArea>{{1, 0, 2, 2}, {0, 2, 1, 1}, {3, 2, 1, 1}}));
  EXPECT_EQ(areas_of(TileSet(12, true), grid), (std::vector<TileArea>{{0, 0, 4, 3}}));
  EXPECT_TRUE(areas_of(TileSet(12), grid).empty());
}

TEST(ChangedAreas, CoverEachTileOnce) {
  std::mt19937 random(1);
  const TileGrid grid({640, 500});
  for (int i = 0; i < 1000; ++i) {
    TileSet tiles(grid.count());
    for (std::size_t tile = 0; tile < tiles.size(); ++tile)
      tiles[tile] = random() % 3 != 0;
    std::vector<int> covered(grid.count());
    for (const TileArea& area : areas_of(tiles, grid))
      for (std::uint32_t row = area.row; row < area.row + area.rows; ++row)
        for (std::uint32_t column = area.column; column < area.column + area.columns; ++column)
          ++covered[row * grid.columns + column];
    for (std::size_t tile = 0; tile < tiles.size(); ++tile)
      ASSERT_EQ(covered[tile], tiles[tile] ? 1 : 0);
  }
}

}  // namespace
}  // namespace blink::server
