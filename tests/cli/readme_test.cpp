// What the README says to do, done.

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/cli/shell.h"

namespace blink {
namespace {

namespace fs = std::filesystem;

class ReadmeTest : public ShellTest {};

// The line, as it stands there, in a folder that looks like this tree once it is built.
TEST_F(ReadmeTest, AClientIsBuiltOutsideOfTheTreesBuild) {
  if (std::string_view(BLINK_SANITIZED) != "") GTEST_SKIP() << "the libraries need more then";
  std::ifstream readme(BLINK_README);
  std::string line;
  while (std::getline(readme, line) && !line.starts_with("    g++ ")) {
  }
  const std::size_t file = line.find("FILE.cpp");
  ASSERT_NE(file, std::string::npos) << line;
  line.replace(file, 8, "demos/tiny/tiny.cpp");
  const fs::path tree = fs::path(BLINK_README).parent_path();
  for (const auto& entry : fs::directory_iterator(tree))
    if (!entry.path().filename().string().starts_with("build"))
      fs::create_symlink(entry.path(), fs::path(folder_) / entry.path().filename());
  fs::create_directory_symlink(BLINK_BUILD, folder_ + "/build");
  const Outcome built = shell("nice " + line.substr(4));
  ASSERT_EQ(built.status, 0) << built.err;
  EXPECT_EQ(built.err, "");
  EXPECT_EQ(shell("./mine --help").out, "usage: demo-tiny [SOCKET]\n");
  EXPECT_TRUE(has(shell("./mine /nowhere").err, "cannot reach a Blink server at /nowhere"));
}

}  // namespace
}  // namespace blink
