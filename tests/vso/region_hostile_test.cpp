// What a hostile client can write into its region, one lie at a time: each gets its own reason.

#include <gtest/gtest.h>

#include "tests/support/raw_region.h"

namespace blink::vso {
namespace {

using test::RawRegion;

// ---------------------------------------------------------------------------------- the header

struct HeaderLie {
  const char* name;
  std::uint32_t code;
  void (*tell)(blink_region_header&);
};

class HostileHeader : public ::testing::TestWithParam<HeaderLie> {};

TEST_P(HostileHeader, IsRefused) {
  RawRegion raw;
  GetParam().tell(raw.header);
  const Status status = raw.attach();
  EXPECT_TRUE(status.is_guest());
  EXPECT_EQ(status.code(), GetParam().code) << status.text();
}

using Header = blink_region_header;
INSTANTIATE_TEST_SUITE_P(
    Lies, HostileHeader,
    ::testing::Values(
        HeaderLie{"Magic", BLINK_END_VERSION, [](Header& h) { h.magic ^= 1; }},
        HeaderLie{"Major", BLINK_END_VERSION, [](Header& h) { h.version_major += 1; }},
        HeaderLie{"HeaderSize", BLINK_END_HEADER, [](Header& h) { h.header_bytes -= 8; }},
        HeaderLie{"Reserved", BLINK_END_HEADER, [](Header& h) { h.reserved[8] = 1; }},
        HeaderLie{"RegionLarger", BLINK_END_HEADER, [](Header& h) { h.region_bytes += 4096; }},
        HeaderLie{"RegionSmaller", BLINK_END_HEADER, [](Header& h) { h.region_bytes -= 4096; }},
        HeaderLie{"RingZero", BLINK_END_HEADER, [](Header& h) { h.command_ring_pages = 0; }},
        HeaderLie{"RingNoPower", BLINK_END_HEADER, [](Header& h) { h.event_ring_pages = 3; }},
        HeaderLie{"RingHuge", BLINK_END_HEADER, [](Header& h) { h.event_ring_pages = 1u << 31; }},
        HeaderLie{"FeatureUnknown", BLINK_END_FEATURE,
                  [](Header& h) { h.features_offered = h.features_required = 1ull << 63; }}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(HostileHeader, RingsThatDoNotFitAreRefused) {
  RawRegion raw(8);
  raw.header.event_ring_pages = 16;
  EXPECT_EQ(raw.attach().code(), BLINK_END_HEADER);
  RawRegion tiny(1);
  EXPECT_EQ(tiny.attach().code(), BLINK_END_HEADER);
}

TEST(HostileHeader, ARegionOverTheQuotaIsRefused) {
  RawRegion raw;
  raw.quotas.region_bytes_max = raw.memory->bytes() - 1;
  EXPECT_EQ(raw.attach().code(), BLINK_END_QUOTA);
}

// -------------------------------------------------------------- after the header, one lie each

struct Lie {
  const char* name;
  std::uint32_t code;
  void (*tell)(RawRegion&);
};

class HostileRegion : public ::testing::TestWithParam<Lie> {};

TEST_P(HostileRegion, EndsTheSessionWithItsReason) {
  RawRegion raw;
  raw.open();
  raw.put_object(1, 40, 4096);
  ASSERT_TRUE(raw.turn().is_ok());
  GetParam().tell(raw);
  EXPECT_EQ(raw.turn_code(), GetParam().code);
  raw.region->end(GetParam().code, "told");
  EXPECT_EQ(raw.server_words().end_code, GetParam().code);
  EXPECT_EQ(raw.consumer.shown.size(), 0u) << "nothing is left behind";
}

blink_command_array array_command(std::uint32_t array, std::uint32_t page, std::uint32_t count) {
  blink_command_array command{};
  command.message = {sizeof command, BLINK_COMMAND_ARRAY_ADD, BLINK_NO_REPLY, 0};
  command.array = array;
  command.first_page = page;
  command.capacity = count;
  return command;
}

INSTANTIATE_TEST_SUITE_P(
    Lies, HostileRegion,
    ::testing::Values(
        Lie{"RingHeadFar", BLINK_END_RING,
            [](RawRegion& r) { r.client_words().command_head += 1 << 20; }},
        Lie{"RingHeadBack", BLINK_END_RING, [](RawRegion& r) { r.client_words().command_head = 1; }},
        Lie{"MessageCut", BLINK_END_RING,
            [](RawRegion& r) {
              const blink_message message{64, BLINK_COMMAND_PING, BLINK_NO_REPLY, 0};
              r.put_bytes(&message, sizeof message);
            }},
        Lie{"MessageSizeOdd", BLINK_END_RING,
            [](RawRegion& r) {
              const blink_message message{17, BLINK_COMMAND_PING, BLINK_NO_REPLY, 0};
              r.put_bytes(&message, sizeof message);
              r.client_words().command_head += 8;
            }},
        Lie{"CommandUnknown", BLINK_END_COMMAND, [](RawRegion& r) { r.put_command(999); }},
        Lie{"CommandZero", BLINK_END_COMMAND, [](RawRegion& r) { r.put_command(0); }},
        Lie{"ReplySlotOutside", BLINK_END_COMMAND,
            [](RawRegion& r) { r.put_command(BLINK_COMMAND_PING, BLINK_REPLY_SLOTS); }},
        Lie{"CommandWrongSize", BLINK_END_COMMAND,
            [](RawRegion& r) { r.put_command(BLINK_COMMAND_ARRAY_ADD); }},
        Lie{"ArrayNumber", BLINK_END_ARRAY, [](RawRegion& r) { r.add_array(64, 100, 10); }},
        Lie{"ArrayTwice", BLINK_END_ARRAY, [](RawRegion& r) { r.add_array(0, 100, 10); }},
        Lie{"ArrayEmpty", BLINK_END_ARRAY, [](RawRegion& r) { r.add_array(1, 100, 0); }},
        Lie{"ArrayHuge", BLINK_END_ARRAY,
            [](RawRegion& r) { r.add_array(1, 100, BLINK_ARRAY_CAPACITY_MAX + 1); }},
        Lie{"ArrayOverHeader", BLINK_END_ARRAY, [](RawRegion& r) { r.add_array(1, 2, 10); }},
        Lie{"ArrayPastEnd", BLINK_END_ARRAY, [](RawRegion& r) { r.add_array(1, 4095, 10); }},
        Lie{"ArrayFarAway", BLINK_END_ARRAY, [](RawRegion& r) { r.add_array(1, ~0u, 10); }},
        Lie{"ArrayOverQuota", BLINK_END_QUOTA,
            [](RawRegion& r) { r.add_array(1, 100, r.quotas.objects_max); }},
        Lie{"ArrayReserved", BLINK_END_ARRAY,
            [](RawRegion& r) {
              auto command = array_command(1, 100, 10);
              command.reserved = 1;
              r.put_bytes(&command, sizeof command);
            }},
        Lie{"ArrayRemoveAbsent", BLINK_END_ARRAY, [](RawRegion& r) { r.remove_array(9); }},
        Lie{"DirtyArrayAbsent", BLINK_END_DIRTY,
            [](RawRegion& r) { r.client_words().dirty_arrays = 1ull << 63; }},
        Lie{"DirtyTopOutside", BLINK_END_DIRTY,
            [](RawRegion& r) {
              r.at<std::uint64_t>(RawRegion::array_page * 4096 + r.layout.dirty_offset[2]) = ~0ull;
              r.client_words().dirty_arrays = 1;
            }},
        Lie{"DirtyRecordOutside", BLINK_END_DIRTY,
            [](RawRegion& r) {
              r.mark(64);
              r.at<std::uint64_t>(RawRegion::array_page * 4096 + r.layout.dirty_offset[0] + 8) =
                  1ull << 63;
            }},
        Lie{"RecordFlags", BLINK_END_RECORD, [](RawRegion& r) { r.put_object(2, 50, 9).flags = 1; }},
        Lie{"RecordReserved", BLINK_END_RECORD,
            [](RawRegion& r) { r.put_object(2, 50, 9).reserved = 1; }},
        Lie{"RecordForeignId", BLINK_END_RECORD,
            [](RawRegion& r) { r.put_object(2, 50, 9).object = BLINK_OBJECT_ID(1, 1); }},
        Lie{"RecordIdZero", BLINK_END_RECORD,
            [](RawRegion& r) { r.put_object(2, 50, 9).object = BLINK_OBJECT_ID(2, 0); }},
        Lie{"RecordVersionBack", BLINK_END_RECORD,
            [](RawRegion& r) {
              r.put_object(2, 50, 9, 100);
              ASSERT_TRUE(r.turn().is_ok());
              r.put_object(2, 50, 9, 98);
            }},
        Lie{"RecordTypeChanged", BLINK_END_RECORD,
            [](RawRegion& r) { r.put_object(1, 50, 9, 4).type = BLINK_OBJECT_PICTURE; }},
        Lie{"RecordDamageOutside", BLINK_END_RECORD,
            [](RawRegion& r) { r.put_object(2, 50, 9).damage_end = 10; }},
        Lie{"RecordDamageBackwards", BLINK_END_RECORD,
            [](RawRegion& r) {
              auto& record = r.put_object(2, 50, 9);
              record.damage_begin = 5;
              record.damage_end = 4;
            }},
        Lie{"RecordDamageFromTheFuture", BLINK_END_RECORD,
            [](RawRegion& r) { r.put_object(2, 50, 9).damage_since = 3; }},
        Lie{"PagesOutside", BLINK_END_PAGES, [](RawRegion& r) { r.put_object(2, 4096, 9); }},
        Lie{"PagesOfTheRegion", BLINK_END_PAGES, [](RawRegion& r) { r.put_object(2, 0, 9); }},
        Lie{"PagesTooFew", BLINK_END_PAGES,
            [](RawRegion& r) { r.put_object(2, 50, 9).bytes = 5000; }},
        Lie{"PagesForHugeSize", BLINK_END_PAGES,
            [](RawRegion& r) { r.put_object(2, 50, 9).bytes = ~0ull; }},
        Lie{"PagesTwice", BLINK_END_PAGES,
            [](RawRegion& r) {
              auto& record = r.put_object(2, 50, 8192);
              record.extent_count = 2;
              record.extents[0] = record.extents[1] = {50, 1};
            }},
        Lie{"ExtentsOverQuota", BLINK_END_QUOTA,
            [](RawRegion& r) { r.put_object(2, 50, 9).extent_count = ~0u; }}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(HostileRegion, BytesOverTheQuota) {
  RawRegion raw;
  raw.quotas.object_bytes_max = 10'000;
  raw.open();
  raw.put_object(1, 40, 6000);
  EXPECT_TRUE(raw.turn().is_ok());
  raw.put_object(1, 40, 9000, 4);  // grows: counted once
  EXPECT_TRUE(raw.turn().is_ok());
  raw.put_object(2, 50, 1001);
  EXPECT_EQ(raw.turn_code(), BLINK_END_QUOTA);
}

TEST(HostileRegion, ALieToldDuringAChangeIsNoLie) {
  RawRegion raw;
  raw.open();
  raw.put_object(1, 40, 4096);
  ASSERT_TRUE(raw.turn().is_ok());
  // The list page is bad at the moment, and the record changes before the verdict.
  auto& record = raw.put_object(1, 40, 5 * 4096, 4);
  record.extent_count = 5;
  record.list_page = 60;
  record.version = 5;
  EXPECT_EQ(raw.turn_code(), 0u);
  record.version = 6;
  raw.mark(1);
  EXPECT_EQ(raw.turn_code(), BLINK_END_PAGES);
}

TEST(HostileRegion, NeverReadsItsAnswersAndGoesOnAsking) {
  RawRegion raw;
  raw.open();
  raw.consumer.prepare_result = [] { return Status::guest(BLINK_END_CONTENT, "no"); };
  std::uint32_t code = 0;
  std::uint64_t version = 2;
  for (; code == 0 && version < 10'000; version += 2) {
    raw.put_object(1, 40, 100, version);
    code = raw.turn_code();
  }
  EXPECT_EQ(code, BLINK_END_UNREAD);
  EXPECT_GT(raw.server_words().events_lost, 0u);
}

TEST(HostileRegion, EventTailOutOfRange) {
  RawRegion raw;
  raw.open();
  raw.client_words().event_tail = 1 << 20;
  raw.put_object(1, 40, 100).type = 900;
  EXPECT_EQ(raw.turn_code(), BLINK_END_RING);
}

TEST(HostileRegion, TheServersOwnWordsAreNotTrusted) {
  RawRegion raw;
  raw.open();
  raw.put_object(1, 40, 100);
  ASSERT_TRUE(raw.turn().is_ok());
  std::memset(&raw.server_words(), 0xFF, sizeof(blink_server_words));
  raw.put_object(1, 40, 100, 4);
  raw.put_command(BLINK_COMMAND_PING);
  EXPECT_TRUE(raw.turn().is_ok());
  EXPECT_EQ(raw.fence(1), 4u);
}

// Who changes everything while it is read gets everything read and thrown away: that must not keep
// the session from what comes from outside, its end above all.
TEST(HostileRegion, ATurnIsBoundedByWhatItReads) {
  constexpr std::uint32_t pages = 1u << 13, objects = 40;
  RawRegion raw(pages + 100);
  raw.open();
  for (std::uint32_t slot = 0; slot < objects; ++slot)
    raw.put_object(slot, 60, pages * 4096ull);
  int prepared = 0;
  raw.consumer.during_prepare = [&](const ObjectVersion& version) {
    ++prepared;
    raw.record(BLINK_OBJECT_SLOT(version.key.object)).version += 2;
  };
  auto more = raw.region->turn();
  ASSERT_TRUE(more.is_ok()) << more.status().text();
  EXPECT_TRUE(more.value());
  EXPECT_LE(prepared, 10);
  // What was left is found again, each once, and then there is no more.
  EXPECT_TRUE(raw.turn().is_ok());
  EXPECT_EQ(prepared, static_cast<int>(objects));
  EXPECT_EQ(raw.client_words().dirty_arrays, 0u);
}

}  // namespace
}  // namespace blink::vso
