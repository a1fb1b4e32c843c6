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

// Asking for each command takes longer than most commands do.
TEST_F(FrontDoorTest, AsksForABuildOnlyWhereSomethingHasChanged) {
  const std::string tree = folder_ + "/tree/";
  const auto write = [&](const std::string& file, const char* text) {
    std::ofstream(tree + file) << text;
    fs::permissions(tree + file, fs::perms(0755));
  };
  fs::create_directories(tree + "build/log");
  fs::create_directories(tree + "source");
  for (const char* file : {"packages.txt", "CMakePresets.json", "source/code.cpp"})
    write(file, "");
  for (const char* file : {"build/CMakeCache.txt", "build/build.ninja"})
    write(file, "");
  write("build/bin/blink", "#!/bin/sh\n");
  fs::create_directories(folder_ + "/tools");
  write("../tools/cmake", "#!/bin/sh\necho built >>../asked\n");
  const auto builds = [&](const char* command) {
    fs::remove(folder_ + "/asked");
    const Outcome made =
        shell("PATH=\"$PWD/tools:$PATH\" BLINK_NO_INSTALL=1 ./tree/blink " + std::string(command));
    EXPECT_EQ(made.status, 0) << made.err;
    return fs::exists(folder_ + "/asked");
  };
  EXPECT_TRUE(builds("ps"));
  EXPECT_FALSE(builds("ps"));
  EXPECT_TRUE(builds("demo")) << "it asks in any case";
  write("source/code.cpp", "changed");
  EXPECT_TRUE(builds("ps"));
  EXPECT_FALSE(builds("top"));
  fs::remove(tree + "source/code.cpp");
  EXPECT_TRUE(builds("ps"));
  EXPECT_FALSE(builds("ps"));
  fs::remove(tree + "build/log/built");
  EXPECT_TRUE(builds("ps"));
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
