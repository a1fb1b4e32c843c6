// blink input: which lines it takes, and what it says of others.

#include <gtest/gtest.h>

#include "tests/cli/shell.h"

namespace blink {
namespace {

class InputTest : public ShellTest {
 protected:
  Outcome input(const std::string& steps) const {
    return shell(BLINK_PROGRAM " input --runtime-dir " + folder_ + "/server " + steps);
  }
  void expect_wrong(const std::string& steps, const std::string& why) const {
    const Outcome made = input(steps);
    EXPECT_EQ(made.status, 2) << steps;
    EXPECT_EQ(made.err, "blink: input: " + why + "; see blink input --help\n");
  }
};

TEST_F(InputTest, ErrorsNameTheStep) {
  expect_wrong("jump", "step 1 (jump): there is no step 'jump'");
  expect_wrong("move 10", "step 1 (move 10): a number is missing");
  expect_wrong("click left click lft", "step 2 (click lft): there is no button 'lft'");
  expect_wrong("key a type x move 1 b", "step 3 (move 1 b): 'b' is no number");
  expect_wrong("click left type", "step 2 (type): a text is missing");
  expect_wrong("down hyper", "step 1 (down hyper): there is no key 'hyper'");
  expect_wrong("", "a step is missing");
}

TEST_F(InputTest, ACharacterIsNamedAsAWhole) {
  expect_wrong("type 'ä€'", "step 1 (type ä€): no key of this keyboard types 'ä'");
  expect_wrong("type 'a\xff'", R"(step 1 (type a\xff): no key of this keyboard types '\xff')");
}

TEST_F(InputTest, AbsurdNumbersAreRefused) {
  for (const std::string wrong : {"nan", "inf", "-inf", "1e30", "-65537"})
    expect_wrong("-- move " + wrong + " 0",
                 "step 1 (move " + wrong + "): '" + wrong + "' is not from -65536 to 65536");
  expect_wrong("wheel 0 1e9", "step 1 (wheel 0 1e9): '1e9' is not from -65536 to 65536");
  for (const std::string wrong : {"768", "4294967296", "99999999999999999999"})
    expect_wrong("key " + wrong, "step 1 (key " + wrong + "): '" + wrong +
                                     "' is no key: their numbers are 1 to 767");
}

TEST_F(InputTest, TextMayBeginWithADash) {
  const std::string server = " --runtime-dir " + folder_ + "/server";
  ASSERT_EQ(shell(BLINK_PROGRAM " up --size 64x64" + server).status, 0);
  for (const std::string line :
       {"type -hello", "type --help", "type -- key enter", "-- type --runtime-dir", "move -5 -.5",
        "-- move -5 -0.5 click left", "type type type -h", "key 767 key 0"}) {
    const Outcome made = input(line);
    EXPECT_EQ(made.status, 0) << line << ": " << made.err;
    EXPECT_EQ(made.out, "") << line;
  }
  expect_wrong("type type -h2", "unknown option -h2");
  EXPECT_EQ(shell(BLINK_PROGRAM " down" + server).status, 0);
}

}  // namespace
}  // namespace blink
