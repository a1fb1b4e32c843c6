#include "vso/guest_memory.h"

#include <gtest/gtest.h>

#include <array>

namespace blink::vso {
namespace {

// What would let a check and a use fetch twice must not compile.
template <typename T>
concept Dereferenceable = requires(T t) {
  *t;
};
template <typename T>
concept Indexable = requires(T t) {
  t[0];
};
template <typename T>
concept HasData = requires(T t) {
  t.data();
};
static_assert(!Dereferenceable<guest_span> && !Indexable<guest_span> && !HasData<guest_span>);
static_assert(!Dereferenceable<guest_word<std::uint32_t>>);
static_assert(!std::is_convertible_v<guest_word<std::uint32_t>, std::uint32_t>);
static_assert(!std::is_constructible_v<guest_span, void*, std::uint64_t>);
// The canary: the concepts do notice.
static_assert(Dereferenceable<int*> && Indexable<int*> && HasData<std::array<int, 1>>);

TEST(GuestSpan, PartRefusesWhatIsOutside) {
  alignas(8) std::array<std::byte, 64> bytes{};
  const guest_span span = guest_span::adopt(bytes.data(), bytes.size());
  EXPECT_TRUE(span.part(0, 64));
  EXPECT_TRUE(span.part(64, 0));
  EXPECT_FALSE(span.part(0, 65));
  EXPECT_FALSE(span.part(65, 0));
  EXPECT_FALSE(span.part(1, ~0ull));
  EXPECT_FALSE(span.part(~0ull, 2));
  EXPECT_FALSE(span.part(60, 5));
}

TEST(GuestSpanDeathTest, OurOwnMistakesStopTheProgram) {
  alignas(8) std::array<std::byte, 64> bytes{};
  const guest_span span = guest_span::adopt(bytes.data(), bytes.size());
  EXPECT_DEATH((void)span.word<std::uint64_t>(60), "CHECK");
  EXPECT_DEATH((void)span.word<std::uint32_t>(2), "CHECK");
  std::array<std::byte, 8> to;
  EXPECT_DEATH(span.copy_out(57, to), "CHECK");
}

TEST(GuestSpan, CopiesAndWords) {
  alignas(8) std::array<std::byte, 64> bytes{};
  const guest_span span = guest_span::adopt(bytes.data(), bytes.size());
  auto word = span.word<std::uint64_t>(8);
  word.store(0x1122334455667788);
  EXPECT_EQ(span.copy_of<std::uint64_t>(8), 0x1122334455667788u);
  EXPECT_EQ(word.exchange(3), 0x1122334455667788u);
  EXPECT_EQ(word.fetch_or(4), 3u);
  EXPECT_EQ(word.fetch_and(6), 7u);
  EXPECT_EQ(word.load_acquire(), 6u);
}

}  // namespace
}  // namespace blink::vso
