// ./blink in a tree that its user may not write: what is built there is run as it stands.

#include <algorithm>

#include "tests/cli/shell.h"

namespace blink {
namespace {

namespace fs = std::filesystem;

class FrontDoorTest : public ShellTest {
 protected:
  FrontDoorTest() {
    fs::copy(BLINK_FRONT_DOOR, folder_ + "/blink");
    fs::create_directories(folder_ + "/tree/build/bin");
    fs::rename(folder_ + "/blink", folder_ + "/tree/blink");
  }
  ~FrontDoorTest() override { may_write(true); }

  void may_write(bool is_allowed) {
    for (const char* place : {"/tree", "/tree/build", "/tree/build/bin"})
      fs::permissions(folder_ + place, fs::perms(is_allowed ? 0755 : 0555));
  }
  Outcome front_door(const std::string& arguments) {
    may_write(false);
    return shell(as_nobody("/bin/sh") + "./tree/blink " + arguments);
  }
};

TEST_F(FrontDoorTest, RunsWhatIsBuilt) {
  std::ofstream(folder_ + "/tree/build/bin/blink") << "#!/bin/sh\necho \"$PWD: $*\"\n";
  fs::permissions(folder_ + "/tree/build/bin/blink", fs::perms(0755));
  const Outcome made = front_door("ps --json");
  EXPECT_EQ(made.status, 0);
  EXPECT_EQ(made.err, "");
  EXPECT_EQ(made.out, folder_ + ": ps --json\n");
}

TEST_F(FrontDoorTest, SaysWhatToDoWhereNothingIsBuilt) {
  for (const char* line : {"ps", "test", "test --quick"}) {
    const Outcome made = front_door(line);
    EXPECT_EQ(made.status, 1);
    EXPECT_EQ(made.out, "");
    EXPECT_TRUE(made.err.starts_with("blink: you may not write in " + folder_ + "/tree"))
        << made.err;
    EXPECT_EQ(std::ranges::count(made.err, '\n'), 1) << made.err;
  }
}

TEST_F(FrontDoorTest, HelpsWithTheTests) {
  for (const char* line : {"test --help", "help test"}) {
    const Outcome made = front_door(line);
    EXPECT_EQ(made.status, 0);
    EXPECT_TRUE(made.out.starts_with("usage: ./blink test")) << made.out << made.err;
  }
}

}  // namespace
}  // namespace blink
