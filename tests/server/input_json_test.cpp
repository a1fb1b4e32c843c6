// Input as it comes through the control socket and from browsers: from outside.

#include "server/input_json.h"

#include <gtest/gtest.h>

namespace blink::server {
namespace {

std::string said(const std::string& event) {
  const auto events = input_events("[" + event + "]");
  return events.is_ok() ? "" : std::string(events.status().text());
}

TEST(InputJson, TakesWhatAUserDoes) {
  const auto made = input_events(
      R"([{"kind":"pointer","x":-3.5,"y":65536},{"kind":"key","code":767,"press":2},
          {"kind":"touch","code":4000000000,"press":1,"x":1,"y":2},{"kind":"leave"},
          {"kind":"button","code":8.0,"press":0}])");
  ASSERT_TRUE(made.is_ok()) << made.status().text();
  const auto& all = made.value();
  ASSERT_EQ(all.size(), 5u);
  EXPECT_EQ(all[0].x, -3.5f);
  EXPECT_EQ(all[0].y, 65'536);
  EXPECT_EQ(all[1].code, 767u);
  EXPECT_EQ(all[1].press, InputEvent::Press::repeated);
  EXPECT_EQ(all[2].code, 4'000'000'000u);
  EXPECT_EQ(all[4].code, 8u);
}

TEST(InputJson, RefusesWhatNoUserCanDo) {
  EXPECT_EQ(said(R"({"kind":"pointer","x":"1"})"), "x is no number");
  EXPECT_EQ(said(R"({"kind":"pointer","y":null})"), "y is no number");
  EXPECT_EQ(said(R"({"kind":"pointer","x":1e30})"), "x is not from -65536 to 65536");
  EXPECT_EQ(said(R"({"kind":"pointer","x":-65537})"), "x is not from -65536 to 65536");
  EXPECT_NE(said(R"({"kind":"pointer","x":1e999})"), "");
  EXPECT_EQ(said(R"({"kind":"key","code":768,"press":1})"),
            "code is no whole number from 0 to 767");
  EXPECT_EQ(said(R"({"kind":"key","code":-1,"press":1})"), "code is no whole number from 0 to 767");
  EXPECT_EQ(said(R"({"kind":"key","code":30.5})"), "code is no whole number from 0 to 767");
  EXPECT_EQ(said(R"({"kind":"button","code":768})"), "code is no whole number from 0 to 767");
  EXPECT_EQ(said(R"({"kind":"touch","code":4294967296})"),
            "code is no whole number from 0 to 4294967295");
  EXPECT_EQ(said(R"({"kind":"key","code":1,"press":3})"), "press is 0, 1 or 2");
  EXPECT_EQ(said(R"({"kind":"key","code":1,"press":0.5})"), "press is 0, 1 or 2");
  EXPECT_EQ(said(R"({"kind":"key","code":1,"press":true})"), "press is no number");
  EXPECT_EQ(said(R"({"kind":"jump"})"), "there is no kind of input 'jump'");
}

}  // namespace
}  // namespace blink::server
