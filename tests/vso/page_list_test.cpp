#include "vso/page_list.h"

#include <gtest/gtest.h>

#include "tests/support/raw_region.h"

namespace blink::vso {
namespace {

class PageListTest : public ::testing::Test {
 protected:
  PageListTest() {
    layout_.region_pages = raw_.memory->bytes() / BLINK_PAGE_BYTES;
    layout_.command_ring_pages = 1;
    layout_.event_ring_pages = 2;
    marks_ = std::make_unique<PageMarks>(layout_.region_pages);
  }
  blink_extent_list& list(std::uint32_t page) {
    return raw_.at<blink_extent_list>(page_offset(page));
  }
  Result<PageList> resolve(std::uint32_t extents_max = 10'000) {
    return PageList::resolve(record_, raw_.memory->span(), layout_, extents_max, *marks_);
  }
  std::uint32_t code() { return resolve().status().code(); }

  // 2000 single pages from 1000 on, every other one, in lists at pages 100, 101, ...
  void make_scattered() {
    record_ = {};
    record_.extent_count = 1500;
    record_.bytes = 1500ull * BLINK_PAGE_BYTES - 5;
    record_.list_page = 100;
    for (std::uint32_t i = 0; i < 1500; ++i)
      list(100 + i / BLINK_LIST_EXTENTS).extents[i % BLINK_LIST_EXTENTS] = {1000 + 2 * i, 1};
    list(100).next_page = 101;
    list(101).next_page = 102;
    list(102).next_page = 0;
  }

  test::RawRegion raw_;
  Layout layout_;
  std::unique_ptr<PageMarks> marks_;
  blink_object_record record_{};
};

TEST_F(PageListTest, InlineExtents) {
  record_.bytes = 3 * 4096 + 1;
  record_.extent_count = 2;
  record_.extents[0] = {50, 1};
  record_.extents[1] = {60, 3};
  auto list = resolve();
  ASSERT_TRUE(list.is_ok());
  EXPECT_EQ(list->runs().size(), 2u);
}

TEST_F(PageListTest, NeighboursBecomeOneRun) {
  record_.bytes = 3 * 4096;
  record_.extent_count = 3;
  for (std::uint32_t i = 0; i < 3; ++i)
    record_.extents[i] = {50 + i, 1};
  auto list = resolve();
  ASSERT_TRUE(list.is_ok());
  ASSERT_EQ(list->runs().size(), 1u);
  EXPECT_EQ(list->runs()[0], (PageRun{50, 3}));
}

TEST_F(PageListTest, LongListsOfScatteredPages) {
  make_scattered();
  auto list = resolve();
  ASSERT_TRUE(list.is_ok()) << list.status().text();
  ASSERT_EQ(list->runs().size(), 1500u);
  EXPECT_EQ(list->runs()[1499], (PageRun{1000 + 2 * 1499, 1}));
}

TEST_F(PageListTest, AMegabyteSizedListOf64MiB) {
  test::RawRegion large(40'000);
  Layout layout = layout_;
  layout.region_pages = 40'000;
  PageMarks marks(40'000);
  blink_object_record record{};
  record.extent_count = 16'384;
  record.bytes = 64ull << 20;
  record.list_page = 100;
  for (std::uint32_t i = 0; i < 16'384; ++i) {
    auto& page = large.at<blink_extent_list>(page_offset(100 + i / BLINK_LIST_EXTENTS));
    page.extents[i % BLINK_LIST_EXTENTS] = {1000 + 2 * i, 1};
    page.next_page = i / BLINK_LIST_EXTENTS < 32 ? 101 + i / BLINK_LIST_EXTENTS : 0;
  }
  auto list = PageList::resolve(record, large.memory->span(), layout, 20'000, marks);
  ASSERT_TRUE(list.is_ok()) << list.status().text();
  EXPECT_EQ(list->runs().size(), 16'384u);
}

TEST_F(PageListTest, RefusesACycle) {
  make_scattered();
  list(101).next_page = 100;
  EXPECT_EQ(code(), BLINK_END_PAGES);
  list(101).next_page = 101;
  EXPECT_EQ(code(), BLINK_END_PAGES);
}

TEST_F(PageListTest, RefusesDuplicates) {
  make_scattered();
  list(102).extents[3] = {1000, 1};
  EXPECT_EQ(code(), BLINK_END_PAGES);
  make_scattered();
  list(100).extents[3] = {102, 1};  // content over a list page that comes later
  EXPECT_EQ(code(), BLINK_END_PAGES);
  record_ = {};
  record_.bytes = 4 * 4096;
  record_.extent_count = 2;
  record_.extents[0] = {50, 2};
  record_.extents[1] = {51, 2};
  EXPECT_EQ(code(), BLINK_END_PAGES);
}

TEST_F(PageListTest, ARefusedListLeavesNoMarks) {
  make_scattered();
  list(102).extents[3] = {1000, 1};
  EXPECT_EQ(code(), BLINK_END_PAGES);
  make_scattered();
  EXPECT_TRUE(resolve().is_ok());
  EXPECT_TRUE(resolve().is_ok());
}

TEST_F(PageListTest, RefusesPagesOutsideAndInside) {
  record_.bytes = 4096;
  record_.extent_count = 1;
  const auto last = static_cast<std::uint32_t>(layout_.region_pages - 1);
  for (const auto& [page, good] : std::map<std::uint32_t, bool>{
           {0, false}, {6, false}, {7, true}, {last, true}, {last + 1, false}, {~0u, false}}) {
    record_.extents[0] = {page, 1};
    EXPECT_EQ(resolve().is_ok(), good) << page;
  }
  record_.extents[0] = {last, 2};
  EXPECT_EQ(code(), BLINK_END_PAGES);
  record_.extents[0] = {~0u, ~0u};
  EXPECT_EQ(code(), BLINK_END_PAGES);
}

TEST_F(PageListTest, RefusesTooManyAndTooFew) {
  record_.bytes = 4096;
  record_.extent_count = 1;
  record_.extents[0] = {50, 2};
  EXPECT_EQ(code(), BLINK_END_PAGES);
  record_.bytes = 3 * 4096;
  EXPECT_EQ(code(), BLINK_END_PAGES);
  record_.bytes = ~0ull;
  EXPECT_EQ(code(), BLINK_END_PAGES);
  record_.bytes = 2 * 4096;
  EXPECT_TRUE(resolve().is_ok());
  record_.extents[0].page_count = 0;
  EXPECT_EQ(code(), BLINK_END_PAGES);
  record_.bytes = 0;
  record_.extent_count = 0;
  EXPECT_TRUE(resolve().is_ok());
}

TEST_F(PageListTest, RefusesListsThatEndWrong) {
  make_scattered();
  list(102).next_page = 103;  // goes on
  EXPECT_EQ(code(), BLINK_END_PAGES);
  make_scattered();
  list(101).next_page = 0;  // ends early: page 0 is none of the client's
  EXPECT_EQ(code(), BLINK_END_PAGES);
  make_scattered();
  record_.list_page = 1u << 31;
  EXPECT_EQ(code(), BLINK_END_PAGES);
  make_scattered();
  record_.extent_count = 2;  // fits into the record, and has a list all the same
  EXPECT_EQ(code(), BLINK_END_PAGES);
}

TEST_F(PageListTest, RefusesMoreEntriesThanTheQuota) {
  make_scattered();
  EXPECT_EQ(resolve(1499).status().code(), BLINK_END_QUOTA);
  EXPECT_TRUE(resolve(1500).is_ok());
  record_.extent_count = ~0u;
  EXPECT_EQ(resolve(1500).status().code(), BLINK_END_QUOTA);
}

}  // namespace
}  // namespace blink::vso
