#include "vso/region.h"

#include <gtest/gtest.h>

#include "tests/support/raw_region.h"

namespace blink::vso {
namespace {

using test::RawRegion;

TEST(Region, IntroducesItself) {
  RawRegion raw;
  ASSERT_TRUE(raw.attach().is_ok());
  EXPECT_EQ(raw.server_words().generation, 77u);
  EXPECT_EQ(raw.server_words().session_id, 5u);
  EXPECT_EQ(raw.server_words().objects_max, raw.quotas.objects_max);
}

TEST(Region, AnswersCommands) {
  RawRegion raw;
  ASSERT_TRUE(raw.attach().is_ok());
  raw.put_command(BLINK_COMMAND_PING, 3, 42);
  EXPECT_TRUE(raw.region->has_work());
  ASSERT_TRUE(raw.turn().is_ok());
  EXPECT_FALSE(raw.region->has_work());
  EXPECT_EQ(raw.reply(3).ticket, 42u);
  EXPECT_EQ(raw.reply(3).value[0], 77u);
}

TEST(Region, StopsBetweenCommands) {
  RawRegion raw;
  ASSERT_TRUE(raw.attach().is_ok());
  for (std::uint16_t slot = 1; slot <= 3; ++slot)
    raw.put_command(BLINK_COMMAND_PING, slot, 40u + slot);
  int asked = 0;
  const auto more = raw.region->turn([&] { return ++asked == 3; });
  ASSERT_TRUE(more.is_ok());
  EXPECT_TRUE(more.value());
  EXPECT_EQ(raw.reply(2).ticket, 42u);
  EXPECT_EQ(raw.reply(3).ticket, 0u) << "its owner did not want it any more";
}

TEST(Region, RingsOnlyForSleepersAndOnce) {
  RawRegion raw;
  ASSERT_TRUE(raw.attach().is_ok());
  raw.put_command(BLINK_COMMAND_PING);
  ASSERT_TRUE(raw.turn().is_ok());
  EXPECT_FALSE(raw.region->must_ring()) << "nobody sleeps";
  raw.client_words().client_sleeping = 1;
  EXPECT_FALSE(raw.region->must_ring()) << "nothing new";
  raw.put_command(BLINK_COMMAND_PING);
  ASSERT_TRUE(raw.turn().is_ok());
  EXPECT_TRUE(raw.region->must_ring());
  EXPECT_EQ(raw.client_words().client_sleeping, 0u) << "the ring takes the word";
}

TEST(Region, ShowsAnObjectAndHandsItsPagesBack) {
  RawRegion raw;
  raw.open();
  std::memset(raw.memory->own_bytes() + 50 * 4096, 0x5A, 100);
  raw.put_object(3, 50, 100);
  ASSERT_TRUE(raw.turn().is_ok());
  ASSERT_TRUE(raw.is_shown(3));
  EXPECT_EQ(raw.shown_bytes(3), 100u);
  EXPECT_EQ(raw.consumer.pending[99], std::byte{0x5A});
  EXPECT_EQ(raw.fence(3), 2u);
}

TEST(Region, SameVersionIsNotReadAgain) {
  RawRegion raw;
  raw.open();
  raw.put_object(3, 50, 100);
  ASSERT_TRUE(raw.turn().is_ok());
  raw.mark(3);
  ASSERT_TRUE(raw.turn().is_ok());
  EXPECT_EQ(raw.consumer.commits.size(), 1u);
}

TEST(Region, UnmarkedChangesCostNothing) {
  RawRegion raw;
  raw.open();
  raw.put_object(3, 50, 100);
  ASSERT_TRUE(raw.turn().is_ok());
  raw.record(3).version = 4;
  EXPECT_FALSE(raw.region->has_work());
  ASSERT_TRUE(raw.turn().is_ok());
  EXPECT_EQ(raw.consumer.commits.size(), 1u);
}

TEST(Region, AnOddVersionIsLeftAlone) {
  RawRegion raw;
  raw.open();
  raw.put_object(3, 50, 100, 3);
  ASSERT_TRUE(raw.turn().is_ok());
  EXPECT_FALSE(raw.is_shown(3));
  raw.record(3).version = 4;
  raw.mark(3);
  ASSERT_TRUE(raw.turn().is_ok());
  EXPECT_TRUE(raw.is_shown(3));
}

TEST(Region, ATornReadIsNeverShownAndComesAgain) {
  RawRegion raw;
  raw.open();
  raw.put_object(3, 50, 100);
  raw.consumer.during_prepare = [&](const ObjectVersion&) { raw.record(3).version = 3; };
  ASSERT_TRUE(raw.turn().is_ok());
  EXPECT_FALSE(raw.is_shown(3));
  EXPECT_EQ(raw.consumer.discards, 1);
  EXPECT_EQ(raw.fence(3), 0u) << "the server has not done with it";
  raw.consumer.during_prepare = nullptr;
  raw.record(3).version = 4;
  raw.mark(3);
  ASSERT_TRUE(raw.turn().is_ok());
  EXPECT_TRUE(raw.is_shown(3));
  EXPECT_EQ(raw.fence(3), 4u);
}

TEST(Region, TellsAClientThatOutrunsIt) {
  RawRegion raw;
  raw.open();
  raw.put_object(3, 50, 100);
  raw.consumer.during_prepare = [&](const ObjectVersion&) { raw.record(3).version += 2; };
  for (std::uint32_t i = 0; i < limits::torn_reads_told; ++i) {
    EXPECT_EQ(raw.server_words().event_head, 0u);
    raw.mark(3);
    ASSERT_TRUE(raw.turn().is_ok());
  }
  const auto& event = raw.at<blink_event_refusal>((BLINK_PAGE_COMMAND_RING + 1) * BLINK_PAGE_BYTES);
  EXPECT_EQ(raw.server_words().event_head, sizeof event);
  EXPECT_EQ(event.message.type, BLINK_EVENT_OBJECT_TORN);
  EXPECT_EQ(event.object, BLINK_OBJECT_ID(3, 1));
}

TEST(Region, RetiresAndReusesARecord) {
  RawRegion raw;
  raw.open();
  raw.put_object(3, 50, 100);
  ASSERT_TRUE(raw.turn().is_ok());
  raw.record(3).type = BLINK_OBJECT_NONE;
  raw.record(3).version = 4;
  raw.mark(3);
  ASSERT_TRUE(raw.turn().is_ok());
  EXPECT_EQ(raw.consumer.retirements, 1);
  EXPECT_EQ(raw.fence(3), 4u);
  EXPECT_EQ(raw.region->counters().objects, 0u);
  raw.put_object(3, 51, 10, 6).object = BLINK_OBJECT_ID(3, 2);
  ASSERT_TRUE(raw.turn().is_ok());
  EXPECT_TRUE(raw.is_shown(3, 2));
}

TEST(Region, AReusedRecordRetiresWhatItHeldUnseen) {
  RawRegion raw;
  raw.open();
  raw.put_object(3, 50, 100);
  ASSERT_TRUE(raw.turn().is_ok());
  auto& record = raw.put_object(3, 51, 10, 6);  // retired and made anew between two looks
  record.object = BLINK_OBJECT_ID(3, 2);
  record.type = BLINK_OBJECT_PICTURE;
  ASSERT_TRUE(raw.turn().is_ok());
  EXPECT_EQ(raw.consumer.retirements, 1);
  EXPECT_TRUE(raw.is_shown(3, 2));
  EXPECT_FALSE(raw.is_shown(3, 1));
}

TEST(Region, ARefusedVersionKeepsTheOneBefore) {
  RawRegion raw;
  raw.open();
  raw.put_object(3, 50, 100);
  ASSERT_TRUE(raw.turn().is_ok());
  raw.consumer.prepare_result = [] { return Status::guest(BLINK_END_CONTENT, "not like this"); };
  raw.put_object(3, 50, 200, 4);
  ASSERT_TRUE(raw.turn().is_ok());
  EXPECT_EQ(raw.shown_bytes(3), 100u);
  EXPECT_EQ(raw.fence(3), 4u) << "its pages are the client's again";
  const auto& event = raw.at<blink_event_refusal>((BLINK_PAGE_COMMAND_RING + 1) * BLINK_PAGE_BYTES);
  EXPECT_EQ(event.message.type, BLINK_EVENT_OBJECT_REFUSED);
  EXPECT_EQ(event.code, BLINK_END_CONTENT);
  EXPECT_EQ(std::string(event.text, event.text_bytes), "not like this");
}

TEST(Region, AnUnknownTypeIsRefusedAndTheSessionGoesOn) {
  RawRegion raw;
  raw.open();
  raw.put_object(3, 50, 100).type = 900;
  ASSERT_TRUE(raw.turn().is_ok());
  EXPECT_FALSE(raw.is_shown(3));
  EXPECT_EQ(raw.region->counters().refused, 1u);
}

TEST(Region, RemovingAnArrayRetiresItsObjects) {
  RawRegion raw;
  raw.open();
  raw.put_object(3, 50, 100);
  raw.put_object(4, 51, 100);
  ASSERT_TRUE(raw.turn().is_ok());
  raw.put_object(5, 52, 100);  // marked, and never looked at
  raw.remove_array(0);
  ASSERT_TRUE(raw.turn().is_ok());
  EXPECT_EQ(raw.consumer.retirements, 2);
  raw.add_array(0, RawRegion::array_page, RawRegion::capacity);
  EXPECT_TRUE(raw.turn().is_ok()) << "and its number is free again";
}

TEST(Region, ByeLetsGoOfEverything) {
  RawRegion raw;
  raw.open();
  raw.put_object(3, 50, 100);
  ASSERT_TRUE(raw.turn().is_ok());
  raw.put_command(BLINK_COMMAND_BYE, 1, 9);
  ASSERT_TRUE(raw.turn().is_ok());
  EXPECT_TRUE(raw.region->said_bye());
  EXPECT_EQ(raw.consumer.retirements, 1);
  EXPECT_EQ(raw.reply(1).ticket, 9u);
}

TEST(Region, TheEndIsTold) {
  RawRegion raw;
  raw.open();
  raw.put_object(3, 50, 100);
  ASSERT_TRUE(raw.turn().is_ok());
  raw.region->end(BLINK_END_STOPPING, "for today");
  EXPECT_EQ(raw.server_words().end_code, BLINK_END_STOPPING);
  EXPECT_EQ(std::string(raw.server_words().end_text, raw.server_words().end_text_bytes),
            "for today");
  EXPECT_EQ(raw.consumer.retirements, 1);
}

TEST(Region, ManyChangesTakeSeveralTurnsAndNoneIsLost) {
  RawRegion raw(20'000);
  raw.quotas.objects_max = 10'000;
  ASSERT_TRUE(raw.attach().is_ok());
  const blink_array_layout layout = blink_array_layout_of(10'000);
  raw.add_array(1, 100, 10'000);
  ASSERT_TRUE(raw.turn().is_ok());
  for (std::uint32_t slot = 0; slot < 10'000; ++slot) {
    auto& record = raw.at<blink_object_record>(100 * 4096 + layout.records_offset + slot * 128ull);
    record.version = 2;
    record.object = BLINK_OBJECT_ID(slot, 1);
    record.type = BLINK_OBJECT_BYTES;
    for (std::uint32_t level = 0, index = slot; level < 3; ++level, index /= 64)
      raw.at<std::uint64_t>(100 * 4096 + layout.dirty_offset[level] + index / 64 * 8ull) |=
          1ull << (index % 64);
  }
  raw.client_words().dirty_arrays |= 2;
  auto more = raw.region->turn();
  ASSERT_TRUE(more.is_ok());
  EXPECT_TRUE(more.value()) << "one turn is bounded";
  EXPECT_LT(raw.consumer.commits.size(), 10'000u);
  ASSERT_TRUE(raw.turn().is_ok());
  EXPECT_EQ(raw.consumer.commits.size(), 10'000u);
}

TEST(Region, ScatteredContentIsOneRangeAndMappedOnce) {
  RawRegion raw;
  raw.open();
  auto& record = raw.put_object(3, 50, 3 * 4096);
  record.extent_count = 3;
  for (std::uint32_t i = 0; i < 3; ++i) {
    record.extents[i] = {60 - 5 * i, 1};
    std::memset(raw.memory->own_bytes() + (60 - 5 * i) * 4096, static_cast<int>(i + 1), 4096);
  }
  const void* address = nullptr;
  raw.consumer.during_prepare = [&](const ObjectVersion& version) {
    const void* now = version.content.contiguous().take().lend_to_driver().address;
    EXPECT_TRUE(address == nullptr || address == now) << "mapped again for the same pages";
    address = now;
  };
  for (std::uint64_t version = 2; version < 10; version += 2) {
    raw.record(3).version = version;
    raw.mark(3);
    ASSERT_TRUE(raw.turn().is_ok());
  }
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(raw.consumer.pending[i * 4096 + 7], static_cast<std::byte>(i + 1));
}

}  // namespace
}  // namespace blink::vso
