// Pictures from a client's pages to the screen, on the real GL driver, pixel by pixel.

#include <gtest/gtest.h>

#include <linux/input-event-codes.h>
#include <png.h>
#include <random>

#include "server/picture_objects.h"
#include "server/screen/compositor.h"
#include "tests/support/raw_region.h"

namespace blink::server {
namespace {

using Pixels = std::vector<std::uint8_t>;  // red, green, blue

class PictureTest : public ::testing::Test {
 protected:
  static constexpr std::uint32_t screen_width = 640, screen_height = 400;
  static constexpr std::uint32_t width = 64, height = 48, stride = 68 * 4;

  PictureTest() {
    auto started = Compositor::start({screen_width, screen_height});
    EXPECT_TRUE(started.is_ok()) << started.status().text();
    compositor = started.take();
    session_screen =
        std::make_unique<SessionScreen>(SessionIdentity{1, "test", nullptr}, *compositor);
    objects = std::make_unique<PictureObjects>(*session_screen);
    params[BLINK_PICTURE_WIDTH] = width;
    params[BLINK_PICTURE_HEIGHT] = height;
    params[BLINK_PICTURE_FORMAT] = BLINK_FORMAT_RGBX8;
    params[BLINK_PICTURE_STRIDE] = stride;
  }

  Pixels screen() {
    auto png = compositor->screenshot();
    EXPECT_TRUE(png.is_ok());
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    EXPECT_TRUE(png_image_begin_read_from_memory(&image, png->data(), png->size()));
    image.format = PNG_FORMAT_RGB;
    Pixels pixels(PNG_IMAGE_SIZE(image));
    EXPECT_TRUE(png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr));
    EXPECT_EQ(image.width, screen_width);
    return pixels;
  }
  // What the window of a picture of our size shows.
  Pixels shown() {
    const Pixels all = screen();
    const Rect place = window().content;
    const auto left = static_cast<std::uint32_t>(place.x);
    const auto top = static_cast<std::uint32_t>(place.y);
    Pixels part;
    for (std::uint32_t y = 0; y < height; ++y) {
      const std::size_t at = ((top + y) * screen_width + left) * 3;
      part.insert(part.end(), all.begin() + static_cast<long>(at),
                  all.begin() + static_cast<long>(at + width * 3));
    }
    return part;
  }
  Pixels expected() const {
    Pixels pixels;
    const bool is_bgrx = params[BLINK_PICTURE_FORMAT] == BLINK_FORMAT_BGRX8;
    for (std::uint32_t y = 0; y < height; ++y)
      for (std::uint32_t x = 0; x < width; ++x)
        for (std::uint32_t c = 0; c < 3; ++c)
          pixels.push_back(bytes[y * stride + x * 4 + (is_bgrx ? 2 - c : c)]);
    return pixels;
  }

  WindowView window() const {
    const auto windows = compositor->windows();
    EXPECT_EQ(windows.size(), 1u);
    return windows.empty() ? WindowView() : windows[0];
  }
  void press(std::uint32_t key, InputEvent::Press press) {
    compositor->input({.kind = InputEvent::Kind::key, .press = press, .code = key});
  }

  // Gives the bytes to the consumer, as Region does.
  Status prepare(vso::Damage damage = {}, std::uint32_t object = 1) {
    const std::uint64_t size = content_bytes != 0 ? content_bytes : bytes.size();
    blink_object_record record{};
    record.bytes = size;
    record.extent_count = 1;
    record.extents[0] = {20, static_cast<std::uint32_t>(vso::pages_for(size))};
    std::memcpy(raw.memory->own_bytes() + 20 * 4096, bytes.data(), bytes.size());
    vso::Layout layout;
    layout.region_pages = raw.memory->bytes() / 4096;
    layout.command_ring_pages = layout.event_ring_pages = 1;
    vso::PageMarks marks(layout.region_pages);
    auto pages = vso::PageList::resolve(record, raw.memory->span(), layout, 10, marks);
    EXPECT_TRUE(pages.is_ok()) << pages.status().text();
    content = std::make_unique<vso::Content>(*raw.memory, budget, pages.take());
    number += 2;
    version.emplace(
        vso::ObjectVersion{{0, object}, BLINK_OBJECT_PICTURE, number, params, damage, *content});
    return objects->prepare(*version);
  }
  void show(vso::Damage damage = {}) {
    const Status status = prepare(damage);
    ASSERT_TRUE(status.is_ok()) << status.text();
    objects->commit(*version);
  }
  void paint(int seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    for (auto& byte : bytes)
      byte = static_cast<std::uint8_t>(random());
  }

  std::unique_ptr<Compositor> compositor;
  std::unique_ptr<SessionScreen> session_screen;
  test::RawRegion raw;
  vso::MappedRuns budget;
  std::unique_ptr<PictureObjects> objects;
  std::array<std::uint32_t, 8> params{};
  Pixels bytes = Pixels(stride * height);
  std::uint64_t content_bytes = 0;
  std::uint64_t number = 0;
  std::unique_ptr<vso::Content> content;
  std::optional<vso::ObjectVersion> version;
};

TEST_F(PictureTest, EveryPixelIsTheClients) {
  for (const std::uint32_t format : {BLINK_FORMAT_RGBX8, BLINK_FORMAT_BGRX8}) {
    params[BLINK_PICTURE_FORMAT] = format;
    paint(static_cast<int>(format));
    show();
    EXPECT_EQ(shown(), expected());
  }
}

TEST_F(PictureTest, ADiscardedVersionIsNeverShown) {
  paint(1);
  show();
  const Pixels first = expected();
  paint(2);
  ASSERT_TRUE(prepare().is_ok());
  objects->discard(*version);
  EXPECT_EQ(shown(), first);
  paint(3);
  show();
  EXPECT_EQ(shown(), expected());
}

TEST_F(PictureTest, ChangedRowsAreEnough) {
  paint(1);
  show();
  std::mt19937 random(5);
  for (int round = 0; round < 40; ++round) {
    const auto begin = static_cast<std::uint32_t>(random() % height);
    const auto end = static_cast<std::uint32_t>(begin + 1 + random() % (height - begin));
    for (std::uint32_t i = begin * stride; i < end * stride; ++i)
      bytes[i] = static_cast<std::uint8_t>(random());
    const vso::Damage damage{number, begin * stride, end * stride};
    if (round % 5 == 3) {  // torn on the way, and damaged once more
      ASSERT_TRUE(prepare(damage).is_ok());
      objects->discard(*version);
      show({damage.since, damage.begin, damage.end});
    } else {
      show(damage);
    }
    ASSERT_EQ(shown(), expected()) << "round " << round;
  }
}

TEST_F(PictureTest, OnlyChangedRowsAreRead) {
  paint(1);
  show();
  for (int i = 0; i < 4; ++i)
    show({number, 0, 0});  // every texture has the picture now
  const Pixels before = expected();
  paint(2);  // everything, but the client claims one row
  show({number, 10 * stride, 11 * stride});
  Pixels now = before;
  const Pixels all = expected();
  std::copy_n(all.begin() + 10 * width * 3, width * 3, now.begin() + 10 * width * 3);
  EXPECT_EQ(shown(), now);
}

TEST_F(PictureTest, SizesThatDoNotFitAreRefused) {
  const auto code = [&](std::uint32_t index, std::uint32_t value) {
    const std::uint32_t was = std::exchange(params[index], value);
    const Status status = prepare();
    if (!status.is_ok()) objects->discard(*version);
    params[index] = was;
    return status.code();
  };
  for (const std::uint32_t bad : {0u, 69u, 16'385u, ~0u})
    EXPECT_EQ(code(BLINK_PICTURE_WIDTH, bad), BLINK_END_CONTENT) << bad;
  for (const std::uint32_t bad : {0u, 49u, 16'385u, ~0u})
    EXPECT_EQ(code(BLINK_PICTURE_HEIGHT, bad), BLINK_END_CONTENT) << bad;
  for (const std::uint32_t bad : {0u, 255u, 257u, 4 * 69u, ~0u, 1u << 31})
    EXPECT_EQ(code(BLINK_PICTURE_STRIDE, bad), BLINK_END_CONTENT) << bad;
  for (const std::uint32_t bad : {0u, 3u, ~0u})
    EXPECT_EQ(code(BLINK_PICTURE_FORMAT, bad), BLINK_END_CONTENT) << bad;
  content_bytes = stride * height - 16;  // the last row's padding is not there
  EXPECT_EQ(prepare().code(), 0u);
  objects->discard(*version);
  content_bytes = stride * (height - 1) + width * 4 - 1;
  EXPECT_EQ(prepare().code(), BLINK_END_CONTENT);
  objects->discard(*version);
}

TEST_F(PictureTest, NoSessionFillsTheScreen) {
  std::uint32_t refused_with = 0;
  for (std::uint32_t id = 1; id <= limits::session_pictures_max + 1; ++id) {
    const Status status = prepare({}, id);
    refused_with = status.code();
    if (status.is_ok()) objects->commit(*version);
    if (!status.is_ok()) objects->discard(*version);
    ASSERT_EQ(status.is_ok(), id <= limits::session_pictures_max) << status.text();
  }
  EXPECT_EQ(refused_with, BLINK_END_QUOTA);
  (void)screen();  // the server draws them
  SessionScreen other_screen({2, "others", nullptr}, *compositor);
  PictureObjects others(other_screen);
  EXPECT_TRUE(others.prepare(*version).is_ok());
  // What has gone makes room.
  objects->retire({0, 1});
  EXPECT_TRUE(prepare({}, limits::session_pictures_max + 1).is_ok());
}

TEST_F(PictureTest, TexturesAreCounted) {
  auto shared = std::make_shared<PictureBudget>();
  {
    auto most = shared->take(0, limits::session_texture_bytes_max - 1);
    ASSERT_TRUE(most.is_ok());
    EXPECT_TRUE(shared->take(0, 1).is_ok());
    EXPECT_EQ(shared->take(0, 2).status().code(), BLINK_END_QUOTA);
    const auto another = std::make_shared<PictureBudget>();
    const auto its = another->take(0, limits::session_texture_bytes_max);
    const auto third = std::make_shared<PictureBudget>();
    EXPECT_EQ(third->take(0, 2).status().code(), BLINK_END_QUOTA) << "the server's share is spent";
  }
  EXPECT_TRUE(shared->take(0, limits::session_texture_bytes_max).is_ok());
}

// A screen that is late holds its textures for a moment.
TEST_F(PictureTest, WaitsForATexture) {
  auto context = EglContext::create(compositor->display());
  ASSERT_TRUE(context.is_ok() && context.value()->make_current().is_ok());
  PictureSource source(*context.value(), *session_screen->of().stats->budget);
  const PictureShape shape{width, height, stride, PixelOrder::rgbx};
  const DriverPixels pixels{bytes.data(), bytes.size()};
  std::vector<std::shared_ptr<const PictureFace>> held;
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(source.upload(shape, pixels, std::nullopt).is_ok());
    held.push_back(source.publish());
  }
  std::thread screen([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    held.erase(held.begin());
  });
  const Status status = source.upload(shape, pixels, std::nullopt);
  screen.join();
  EXPECT_TRUE(status.is_ok()) << status.text();
  held.clear();
}

TEST_F(PictureTest, ARetiredPictureIsGone) {
  const Pixels empty = screen();
  paint(1);
  show();
  EXPECT_NE(screen(), empty);
  objects->retire({0, 1});
  EXPECT_EQ(screen(), empty);
}

// The user has it like any other window.
TEST_F(PictureTest, APictureIsAWindow) {
  paint(1);
  show();
  (void)screen();
  EXPECT_TRUE(window().is_focused);
  EXPECT_EQ(window().client, "test");
  EXPECT_EQ(window().content.width, width);
  EXPECT_EQ(window().content.height, height);
  press(KEY_LEFTMETA, InputEvent::Press::pressed);
  press(KEY_DOWN, InputEvent::Press::pressed);
  const Pixels minimised = screen();
  EXPECT_TRUE(window().is_minimised);
  press(KEY_DOWN, InputEvent::Press::released);
  press(KEY_LEFTMETA, InputEvent::Press::released);
  // Its frame is on the screen, and nothing of it.
  paint(2);
  show();
  EXPECT_EQ(screen(), minimised);
}

// A large one is made to fit the screen; in a window of another shape nothing of it is bent.
TEST_F(PictureTest, ItFitsItsWindow) {
  params[BLINK_PICTURE_WIDTH] = 1600;
  params[BLINK_PICTURE_HEIGHT] = 400;
  params[BLINK_PICTURE_STRIDE] = 1600 * 4;
  bytes.assign(1600u * 400 * 4, 255);
  show();
  (void)screen();
  const Rect place = window().content;
  EXPECT_LT(place.width, screen_width);
  EXPECT_EQ(place.height, place.width / 4);

  press(KEY_LEFTMETA, InputEvent::Press::pressed);
  press(KEY_UP, InputEvent::Press::pressed);
  const Pixels all = screen();
  const Rect large = window().content;
  ASSERT_EQ(window().state, WindowState::maximised);
  const auto is_white = [&](float x, float y) {
    const auto at = (static_cast<std::size_t>(y) * screen_width + static_cast<std::size_t>(x)) * 3;
    return all[at] == 255;
  };
  const float middle = large.y + large.height / 2, half = large.width / 8;
  EXPECT_TRUE(is_white(large.x + 1, middle - half + 2));
  EXPECT_TRUE(is_white(large.right() - 2, middle + half - 2));
  EXPECT_FALSE(is_white(large.x + 1, middle - half - 2));
  EXPECT_FALSE(is_white(large.x + 1, middle + half + 2));
}

TEST_F(PictureTest, NothingIsDrawnWhenNothingChanges) {
  show();
  (void)screen();
  const auto frames = compositor->frames_drawn();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  (void)screen();
  EXPECT_EQ(compositor->frames_drawn(), frames);
}

}  // namespace
}  // namespace blink::server

namespace blink::server {
namespace {

// A partial damage says nothing of rows whose meaning has changed with the order or the stride.
TEST_F(PictureTest, ANewOrderOrStrideChangesEveryRow) {
  paint(1);
  show();
  for (int i = 0; i < 6; ++i) {  // until every texture that takes turns lacks one row at most
    ASSERT_EQ(shown(), expected());
    show({number, 0, stride});
  }
  ASSERT_EQ(shown(), expected());
  params[BLINK_PICTURE_FORMAT] = BLINK_FORMAT_BGRX8;
  show({number, 0, stride});
  EXPECT_EQ(shown(), expected());
}

TEST_F(PictureTest, OneRowMayHaveAnyStride) {
  paint(1);
  params[BLINK_PICTURE_HEIGHT] = 1;
  params[BLINK_PICTURE_STRIDE] = 0xFFFFFFFCu;
  EXPECT_TRUE(prepare().is_ok());
}

TEST(EglDisplayTest, OneMayGoWhileAnotherIsInUse) {
  auto first = EglDisplay::open();
  auto second = EglDisplay::open();
  ASSERT_TRUE(first.is_ok() && second.is_ok());
  { auto gone = first.take(); }
  auto context = EglContext::create(second.value());
  ASSERT_TRUE(context.is_ok()) << context.status().text();
  EXPECT_TRUE(context.value()->make_current().is_ok());
}

}  // namespace
}  // namespace blink::server
