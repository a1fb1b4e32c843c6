// Images of EGL's in a stream that no driver of ours has written: names are looked up, and nothing
// is taken for an image that there is not.

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <memory>
#include <vector>

#include "gl/generated/enums.h"
#include "gl/recording.h"
#include "stackreplay/replay.h"

namespace blink::stackreplay {
namespace {

using namespace gl;

constexpr std::uint32_t egl_2d = 0x30B1, egl_renderbuffer = 0x30B9;
constexpr std::uint32_t egl_success = 0x3000, egl_bad_parameter = 0x300C;

class EglImagesTest : public ::testing::Test, public ReplayHost {
 protected:
  Status set_surface(std::uint32_t, std::uint32_t, std::uint32_t) override { return {}; }
  Status drop_surface(std::uint32_t) override { return {}; }
  Result<GLuint> framebuffer(std::uint32_t) override { return 0u; }
  Status swap(std::uint32_t, std::uint32_t) override { return {}; }
  Result<SurfaceImages> surface_images(std::uint32_t) override { return SurfaceImages(); }
  Status beside(const std::function<void(const Dispatch&)>&) override { return {}; }
  Result<GLenum> create_image(std::uint32_t image, const ImageSource& source) override {
    images[image] = source;
    return GLenum{egl_success};
  }
  void destroy_image(std::uint32_t image) override { images.erase(image); }
  void* find_image(std::uint32_t image) override {
    return images.contains(image) ? &images[image] : nullptr;
  }

  template <typename Op>
  Status run(Op op, const std::vector<std::uint32_t>& body) {
    std::vector<std::uint32_t> words = {
        wire_header(static_cast<std::uint16_t>(op), static_cast<std::uint32_t>(body.size() + 1))};
    words.insert(words.end(), body.begin(), body.end());
    return replay.run(vso::guest_span::adopt(words.data(), words.size() * 4),
                      vso::guest_span::adopt(content.data(), content.size()), {});
  }
  std::uint32_t answer() const {
    std::uint32_t said = 0;
    std::memcpy(&said, content.data() + place, sizeof said);
    return said;
  }

  static constexpr std::uint32_t place = 4096;
  std::map<std::uint32_t, ImageSource> images;
  Dispatch dispatch = recording_dispatch();
  Recording recording;
  std::shared_ptr<Names> names = std::make_shared<Names>();
  Replay replay{dispatch, *this, names, Replay::FreeNames::yes, false};
  std::vector<std::byte> content = std::vector<std::byte>(8192 + answer_bytes_max);
};

TEST_F(EglImagesTest, AreOfTheClientsOwn) {
  ASSERT_TRUE(names->of(NameKind::texture).set(5, 77));
  ASSERT_TRUE(run(StreamOp::create_image, {1, egl_2d, 5, 2, 0, place}).is_ok());
  EXPECT_EQ(answer(), egl_success);
  EXPECT_EQ(images[1].name, 77u);
  EXPECT_EQ(images[1].level, 2);
  // The driver's name of it is nobody's here, nor is it a renderbuffer.
  for (const std::uint32_t target : {egl_2d, egl_renderbuffer}) {
    ASSERT_TRUE(run(StreamOp::create_image, {2, target, 77, 0, 0, place}).is_ok());
    EXPECT_NE(images[2].name, 77u);
  }
}

TEST_F(EglImagesTest, OfOtherKindsThereAreNone) {
  for (const std::uint32_t target : {0u, egl_2d - 1, egl_renderbuffer + 1, ~0u}) {
    ASSERT_TRUE(run(StreamOp::create_image, {1, target, 5, 0, 0, place}).is_ok());
    EXPECT_EQ(answer(), egl_bad_parameter);
  }
  EXPECT_TRUE(images.empty());
  EXPECT_TRUE(run(StreamOp::create_image, {1, egl_2d}).is_guest()) << "it is cut off";
  EXPECT_TRUE(run(StreamOp::create_image, {1, egl_2d, 5, 0, 0, 1u << 30}).is_guest());
  EXPECT_TRUE(images.empty());
}

TEST_F(EglImagesTest, WhatThereIsNotIsAnError) {
  for (const WireOp op :
       {WireOp::EGLImageTargetTexture2DOES, WireOp::EGLImageTargetRenderbufferStorageOES}) {
    recording.clear();
    ASSERT_TRUE(run(StreamOp::destroy_image, {9}).is_ok());
    ASSERT_TRUE(run(op, {GL_TEXTURE_2D, 9}).is_ok());
    EXPECT_EQ(replay.take_error(), GL_INVALID_VALUE);
    images[9] = {};
    ASSERT_TRUE(run(op, {GL_TEXTURE_2D, 9}).is_ok());
    EXPECT_EQ(replay.take_error(), GL_NO_ERROR);
  }
}

}  // namespace
}  // namespace blink::stackreplay
