// Who waits when the screen is late.

#include "server/screen/screen_share.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "server/pace.h"
#include "server/screen/frame_rest.h"
#include "server/screen/slow_processes.h"

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

TEST(SlowProcessesTest, AreKnownForAMinute) {
  SlowProcesses slow;
  Clock::time_point now{std::chrono::hours(1)};
  slow.note(0, now);
  EXPECT_FALSE(slow.knows(0, now));
  for (int i = 0; i < 10; ++i)
    slow.note(7, now);
  EXPECT_TRUE(slow.knows(7, now));
  EXPECT_FALSE(slow.knows(8, now));
  EXPECT_FALSE(slow.are_many(now)) << "it is one";
  for (int pid = 1; pid < limits::slow_processes_many; ++pid)
    slow.note(100 + pid, now);
  EXPECT_TRUE(slow.are_many(now));
  now += limits::slow_process_remembered + std::chrono::seconds(1);
  EXPECT_FALSE(slow.knows(7, now));
  EXPECT_FALSE(slow.are_many(now));
}

using std::chrono::microseconds;

TEST(FrameRestTest, WhoIsQuickNeverRests) {
  FrameRest rest;
  Clock::time_point now{std::chrono::hours(1)};
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(rest.is_over(now));
    EXPECT_FALSE(rest.note(limits::frame_at_once_max, 100, now += period));
  }
}

// All that take their time take a small part of the screen's together.
TEST(FrameRestTest, SlowOnesShareASmallPart) {
  std::vector<FrameRest> all(24);
  Clock::time_point now{std::chrono::hours(1)};
  Clock::duration ran{};
  for (int frame = 0; frame < 6'000; ++frame, now += period) {
    const auto slow = static_cast<std::uint32_t>(std::ranges::count_if(all, &FrameRest::is_slow));
    for (FrameRest& rest : all)
      if (rest.is_over(now)) {
        rest.note(milliseconds(2), slow, now);
        if (frame > 100) ran += milliseconds(2);
      }
  }
  EXPECT_LT(ran, 6'000 * period / 10);
  EXPECT_GT(ran, 24 * 6 * milliseconds(2)) << "each of them goes on";
}

TEST(FrameRestTest, OneThatMakesFramesLateRestsLongerEachTime) {
  FrameRest rest;
  Clock::time_point now{std::chrono::hours(1)};
  int runs = 0;
  for (int frame = 0; frame < 60 * 60; ++frame, now += period)
    if (rest.is_over(now)) {
      EXPECT_EQ(rest.note(milliseconds(20), 0, now), runs == 0) << "told once";
      ++runs;
    }
  EXPECT_GE(runs, 5);
  EXPECT_LE(runs, 10) << "in a minute";
  // Quick at last, it runs in every frame again, and is forgiven in the end.
  for (int frame = 0; frame < 600 * 60; ++frame, now += period)
    if (rest.is_over(now)) rest.note(microseconds(10), 0, now);
  EXPECT_TRUE(rest.is_over(now));
  EXPECT_TRUE(rest.note(milliseconds(1), 0, now)) << "as if for the first time";
}

}  // namespace
}  // namespace blink::server
