// Who waits when the screen is late.

#include "server/screen/screen_share.h"

#include <gtest/gtest.h>

#include "server/pace.h"

namespace blink::server {
namespace {

using Clock = ScreenShare::Clock;
using std::chrono::milliseconds;

constexpr milliseconds period{16};

class ScreenShareTest : public ::testing::Test {
 protected:
  // So much is spent in each frame, which takes that long.
  void draw(milliseconds spent, milliseconds frame, int frames, std::uint32_t sharers) {
    for (int i = 0; i < frames; ++i) {
      share.spend(spent);
      share.earn(now += frame, sharers);
    }
  }

  ScreenShare share{milliseconds{100}};
  Clock::time_point now{std::chrono::hours(1)};
};

TEST_F(ScreenShareTest, WhoTakesLessThanOthersOwesNothing) {
  share.earn(now, 20);
  draw(milliseconds(1), 40 * milliseconds(1), 1'000, 40);
  EXPECT_FALSE(share.owes()) << "40 who take as much each";
  draw(milliseconds(20), milliseconds(60), 100, 40);
  EXPECT_TRUE(share.owes()) << "a third of all";
}

TEST_F(ScreenShareTest, WhoMustWaitDoesUntilItHasPaid) {
  share.earn(now, 1);
  share.spend(milliseconds(250));
  share.wait();
  share.forgive();
  EXPECT_TRUE(share.must_wait()) << "nobody forgives who waits";
  share.earn(now += milliseconds(250), 1);
  EXPECT_TRUE(share.must_wait());
  share.earn(now += milliseconds(60), 1);
  EXPECT_FALSE(share.must_wait());
  EXPECT_FALSE(share.is_ample());
  share.wait();
  EXPECT_TRUE(share.owes()) << "who did not owe";
}

TEST_F(ScreenShareTest, WhatNobodyMissedIsForgiven) {
  share.spend(milliseconds(5'000));
  share.forgive();
  EXPECT_FALSE(share.owes());
  EXPECT_EQ(share.spent(), milliseconds(5'000));
  share.end_frame();
  EXPECT_EQ(share.spent(), milliseconds(0));
  EXPECT_GT(share.usual(), milliseconds(500));
}

TEST(Pace, OnlyWhoIsAheadWaits) {
  Pace pace(10, 100);
  Clock::time_point now(std::chrono::hours(1));
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(pace.step(now), Clock::duration::zero());
  EXPECT_EQ(pace.step(now), milliseconds(10));
  EXPECT_EQ(pace.step(now += milliseconds(10)), milliseconds(10));
  EXPECT_EQ(pace.step(now += milliseconds(50)), Clock::duration::zero());
}

TEST(ScreenLateness, IsOfFramesInARowOrOfALongOne) {
  ScreenLateness lateness;
  lateness.add(period + milliseconds(40), period);
  EXPECT_FALSE(lateness.is_much()) << "a host is busy at times";
  for (int i = 0; i < 100; ++i)
    lateness.add(milliseconds(1), period);
  EXPECT_TRUE(lateness.is_none());
  lateness.add(milliseconds(500), period);
  EXPECT_TRUE(lateness.is_much());
  lateness.clear();
  EXPECT_TRUE(lateness.is_none());
  // Every other frame takes twice as long as it may.
  int frames = 0;
  for (; frames < 100 && !lateness.is_much(); ++frames)
    lateness.add(frames % 2 == 0 ? 2 * period : milliseconds(1), period);
  EXPECT_LT(frames, 10);
}

}  // namespace
}  // namespace blink::server
