#include "cli/doctor/finding.h"

#include <gtest/gtest.h>

#include "cli/doctor/programs.h"

namespace blink::doctor {
namespace {

TEST(Finding, SurvivesItsJourney) {
  Finding finding = make_finding(State::failed, "quotes \", newlines \n and ünïcode");
  finding.note("b", "1");
  finding.note("a", "");
  finding.note("b", "2");
  finding.advice = {"first", "second"};
  const std::optional<Finding> arrived = decode(encode(finding));
  ASSERT_TRUE(arrived.has_value());
  EXPECT_EQ(*arrived, finding);
  EXPECT_EQ(arrived->detail("b"), "1");
  EXPECT_EQ(arrived->detail("c"), "");
}

TEST(Finding, EveryStateHasANameThatComesBack) {
  for (const State state :
       {State::ok, State::limited, State::missing, State::failed, State::unknown}) {
    const std::optional<Finding> arrived = decode(encode(make_finding(state, "x")));
    ASSERT_TRUE(arrived.has_value());
    EXPECT_EQ(arrived->state, state);
  }
  EXPECT_EQ(state_name(State::missing), "missing");
}

TEST(Finding, BytesThatAreNoTextAreReplaced) {
  const std::optional<Finding> arrived = decode(encode(make_finding(State::ok, "bad \xFF byte")));
  ASSERT_TRUE(arrived.has_value());
  EXPECT_EQ(arrived->headline, "bad \xEF\xBF\xBD byte");
}

TEST(Finding, NonsenseIsNotAFinding) {
  for (const char* const text :
       {"", "{}", "[]", "null", "{\"state\":\"ok\"",
        R"({"state":"fine","headline":"x","details":[],"advice":[]})",
        R"({"state":"ok","headline":1,"details":[],"advice":[]})",
        R"({"state":"ok","headline":"x","details":[["only a key"]],"advice":[]})",
        R"({"state":"ok","headline":"x","details":[],"advice":[1]})"})
    EXPECT_FALSE(decode(text).has_value()) << text;
}

TEST(Programs, AreFoundOutsideOfPathToo) {
  EXPECT_TRUE(find_program("sh").has_value());
  EXPECT_FALSE(find_program("no-program-has-this-name").has_value());
  EXPECT_FALSE(find_program("").has_value());
}

TEST(Programs, VersionsAreReadAndCompared) {
  EXPECT_EQ(version_in("Version: 3.17.1"), (Version{3, 17}));
  EXPECT_EQ(version_in("OpenGL ES 3.2 Mesa 22.3.6"), (Version{3, 2}));
  EXPECT_EQ(version_in("6.18-rc1"), (Version{6, 18}));
  EXPECT_EQ(version_in("7"), (Version{7, 0}));
  EXPECT_EQ(version_in("none"), (Version{0, 0}));
  EXPECT_EQ(version_in(""), (Version{0, 0}));
  EXPECT_LT((Version{6, 9}), (Version{6, 13}));
  EXPECT_GE(kernel_version(), (Version{4, 0}));
}

TEST(Programs, TheLineThatTells) {
  EXPECT_EQ(last_line_with("a\nError 1\nError 2\nb\n", "Error"), "Error 2");
  EXPECT_EQ(last_line_with("a\nb\n\n", "Error"), "b");
  EXPECT_EQ(last_line_with("", "Error"), "");
}

}  // namespace
}  // namespace blink::doctor
