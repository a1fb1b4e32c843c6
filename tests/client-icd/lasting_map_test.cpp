#include "client-icd/lasting_map.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace blink::icd {
namespace {

using Watch = WatchedPages::Watch;

// Where the kernel says which pages were written, and where nobody does.
class LastingMapTest : public testing::TestWithParam<Watch> {
 protected:
  static constexpr std::size_t bytes = 3 * 4096 + 10;

  LastingMapTest() : map_(5, bytes, GetParam()), content_(bytes, 'a') {
    map_.set(std::as_bytes(std::span(content_)));
    (void)map_.take_changes();
  }
  void write(std::size_t at, std::string_view text) {
    std::memcpy(map_.data() + at, text.data(), text.size());
  }
  // Whether who hears of the changes has what is there.
  bool is_told() {
    const LastingMap::Changes changes = map_.take_changes();
    runs_ = changes.runs;
    std::size_t taken = 0;
    for (std::size_t i = 0; i < runs_.size(); i += 2) {
      if (std::size_t{runs_[i]} * 4 + runs_[i + 1] > bytes) return false;
      std::memcpy(content_.data() + std::size_t{runs_[i]} * 4, changes.bytes.data() + taken,
                  runs_[i + 1]);
      taken += runs_[i + 1];
    }
    return taken == changes.bytes.size() &&
           content_ == std::string_view(reinterpret_cast<const char*>(map_.data()), bytes);
  }

  LastingMap map_;
  std::string content_;
  std::vector<std::uint32_t> runs_;
};

TEST_P(LastingMapTest, LiesAsInTheBuffer) {
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(map_.data()) % 64, 5u);
}

TEST_P(LastingMapTest, SaysWhatHasChangedAndNothingElse) {
  EXPECT_TRUE(is_told());
  EXPECT_TRUE(runs_.empty());
  write(8, "12345678");
  EXPECT_TRUE(is_told());
  EXPECT_EQ(runs_, (std::vector<std::uint32_t>{2, 8}));
  write(8, "12345678");  // the same again
  EXPECT_TRUE(is_told());
  EXPECT_TRUE(runs_.empty());
  write(8, "1234----");
  write(100, "+");
  EXPECT_TRUE(is_told());
  EXPECT_EQ(runs_, (std::vector<std::uint32_t>{3, 4, 25, 4}));
}

TEST_P(LastingMapTest, SeesEveryPlace) {
  for (std::size_t at = 0; at < bytes; at += at % 61 + 1) {
    write(at, "!");
    ASSERT_TRUE(is_told()) << at;
    ASSERT_EQ(runs_.size(), 2u) << at;
  }
  write(0, std::string(bytes, '#'));
  EXPECT_TRUE(is_told());
  EXPECT_EQ(runs_, (std::vector<std::uint32_t>{0, bytes}));
  for (const std::size_t at : {std::size_t{4086}, std::size_t{8180}, bytes - 12}) {
    write(at, "over an edge");
    EXPECT_TRUE(is_told()) << at;
  }
}

TEST_P(LastingMapTest, WhatTheProgramHasWrittenStaysWhenTheContentIsSet) {
  write(40, "mine");
  content_.replace(80, 4, "your");
  map_.set(std::as_bytes(std::span(content_)));
  EXPECT_EQ(std::memcmp(map_.data() + 40, "mine", 4), 0);
  EXPECT_EQ(std::memcmp(map_.data() + 80, "your", 4), 0);
  EXPECT_TRUE(is_told());
  EXPECT_EQ(runs_, (std::vector<std::uint32_t>{10, 4}));
}

INSTANTIATE_TEST_SUITE_P(Watched, LastingMapTest, testing::Values(Watch::where_possible));
INSTANTIATE_TEST_SUITE_P(Compared, LastingMapTest, testing::Values(Watch::never));

}  // namespace
}  // namespace blink::icd
