// Which window a user means.

#include <gtest/gtest.h>

#include <array>

#include "server/screen/window_choice.h"

namespace blink::server {
namespace {

WindowView window(std::uint32_t session, const char* client, ObjectName object, const char* title) {
  return {session, client, object, title, {}};
}
const std::array windows = {
    window(1, "gears", {0, 3}, "Gears"), window(2, "clock", {0, 3}, "Clock"),
    window(2, "clock", {1, 3}, "Alarm"), window(3, "liar", {0, 9}, "1:3"),
    window(4, "Clock", {0, 12}, ""),
};

std::size_t choice(std::string_view wanted) {
  const auto chosen = choose_window(windows, wanted);
  EXPECT_TRUE(chosen.is_ok()) << chosen.status().text();
  return chosen.is_ok() ? chosen.value() : windows.size();
}
std::string refusal(std::string_view wanted) {
  const auto chosen = choose_window(windows, wanted);
  EXPECT_FALSE(chosen.is_ok()) << wanted;
  return std::string(chosen.status().text());
}
bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

TEST(WindowChoice, GoesByNumbersTitlesAndNames) {
  EXPECT_EQ(choice("9"), 3u);
  EXPECT_EQ(choice("2:0:3"), 1u);
  EXPECT_EQ(choice("2:1:3"), 2u);
  EXPECT_EQ(choice("Alarm"), 2u);
  EXPECT_EQ(choice("gears"), 0u);
  EXPECT_EQ(choice("Clock"), 1u) << "a title goes before a name";
}

TEST(WindowChoice, NoTitleStandsInForANumber) { EXPECT_EQ(choice("1:3"), 0u); }

TEST(WindowChoice, SeveralAreListed) {
  EXPECT_TRUE(has(refusal("3"), "several windows are '3': 1:0:3 'Gears' of 'gears', 2:0:3 "));
  EXPECT_TRUE(has(refusal("2:3"), "2:0:3 'Clock' of 'clock', 2:1:3 'Alarm' of 'clock'"));
  EXPECT_TRUE(has(refusal("clock"), "several"));
  const std::array many = [] {
    std::array<WindowView, 20> all;
    all.fill(window(1, "x", {0, 1}, "same"));
    return all;
  }();
  EXPECT_TRUE(has(std::string(choose_window(many, "same").status().text()), " and 12 more"));
}

TEST(WindowChoice, UnknownOnesAreSaid) {
  for (const char* unknown : {"4", "5:3", "1:1:3", "1:0:3:4", "1:", ":3", "-3", "3 ", "99999999999",
                              "4294967299", "nobody"})
    EXPECT_TRUE(has(refusal(unknown), "there is no window")) << unknown;
  EXPECT_TRUE(has(refusal("\x1b[2J\n"), "'\\x1b[2J\\n'")) << refusal("\x1b[2J\n");
  EXPECT_EQ(choice(""), 4u) << "a window without a title";
  EXPECT_TRUE(has(std::string(choose_window({}, "x").status().text()), "none at all"));
}

}  // namespace
}  // namespace blink::server
