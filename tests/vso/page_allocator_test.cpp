#include "vso/page_allocator.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace blink::vso {
namespace {

TEST(PageAllocator, TakesAndJoins) {
  PageAllocator pages(10, 100);
  const auto a = pages.take_run(40);
  const auto b = pages.take_run(60);
  ASSERT_TRUE(a && b);
  EXPECT_FALSE(pages.take_run(1));
  pages.give_back(*a);
  pages.give_back(*b);
  EXPECT_EQ(pages.take_run(100), (PageRun{10, 100}));
}

TEST(PageAllocator, FallsBackToSeveralRuns) {
  PageAllocator pages(0, 30);
  const auto a = pages.take_run(10);
  const auto b = pages.take_run(10);
  const auto c = pages.take_run(10);
  pages.give_back(*a);
  pages.give_back(*c);
  EXPECT_FALSE(pages.take_run(20));
  EXPECT_EQ(pages.take(20).size(), 2u);
  EXPECT_TRUE(pages.take(1).empty());
  pages.give_back(*b);
}

TEST(PageAllocator, ScatteredPagesAreNoNeighbours) {
  PageAllocator pages(0, 1000);
  const auto runs = pages.take_scattered(400);
  ASSERT_EQ(runs.size(), 400u);
  for (std::size_t i = 1; i < runs.size(); ++i)
    EXPECT_NE(runs[i - 1].first_page + 1, runs[i].first_page);
  EXPECT_EQ(pages.free_pages(), 600u);
}

// Against a plain set of pages: nothing is handed out twice, nothing is lost.
TEST(PageAllocator, RandomUseAgainstAModel) {
  std::mt19937 random(7);
  PageAllocator pages(5, 500);
  std::set<std::uint32_t> taken;
  std::vector<PageRun> held;
  for (int step = 0; step < 20'000; ++step) {
    if (random() % 2 == 0) {
      for (const PageRun& run : pages.take(static_cast<std::uint32_t>(1 + random() % 20))) {
        for (std::uint32_t i = 0; i < run.page_count; ++i)
          ASSERT_TRUE(taken.insert(run.first_page + i).second);
        held.push_back(run);
      }
    } else if (!held.empty()) {
      std::swap(held[random() % held.size()], held.back());
      for (std::uint32_t i = 0; i < held.back().page_count; ++i)
        taken.erase(held.back().first_page + i);
      pages.give_back(held.back());
      held.pop_back();
    }
    ASSERT_EQ(pages.free_pages() + taken.size(), 500u);
  }
}

}  // namespace
}  // namespace blink::vso
