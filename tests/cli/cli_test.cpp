// blink, the built program.

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "common/text.h"
#include "tests/cli/shell.h"
#include "vso/blink_client.h"

namespace blink {
namespace {

constexpr const char* commands[] = {"demo",   "up",    "down", "ps",  "screenshot",
                                    "doctor", "bench", "sp",   "help"};

class CliTest : public ShellTest {
 protected:
  ~CliTest() override {
    if (is_up_) (void)blink("down --runtime-dir " + server());
  }
  Outcome blink(const std::string& arguments) const {
    return shell(std::string(BLINK_PROGRAM) + " " + arguments);
  }
  std::string server() const { return folder_ + "/server"; }
  void up() {
    const Outcome made = blink("up --runtime-dir " + server());
    ASSERT_EQ(made.status, 0) << made.err;
    is_up_ = true;
  }

  bool is_up_ = false;
};

TEST_F(CliTest, HelpsWithEveryCommand) {
  for (const std::string command : commands)
    for (const std::string& line : {"help " + command, command + " --help", command + " -h"}) {
      const Outcome made = blink(line);
      EXPECT_EQ(made.status, 0) << line;
      EXPECT_EQ(made.err, "") << line;
      const std::string name = command == "help" ? "COMMAND" : command;
      EXPECT_TRUE(has(made.out, "usage: blink " + name)) << line << ": " << made.out;
    }
  EXPECT_EQ(blink("-h").out, blink("help").out);
  EXPECT_EQ(blink("help nobody").status, 2);
}

TEST_F(CliTest, SaysWhichVersionItIs) {
  const Outcome made = blink("--version");
  EXPECT_EQ(made.status, 0);
  EXPECT_EQ(made.out, "blink " BLINK_VERSION "\n");
}

TEST_F(CliTest, SaysWhatIsWrongWithALine) {
  EXPECT_EQ(blink("ps --nonsense").err,
            "blink: ps: unknown option --nonsense; see blink ps --help\n");
  EXPECT_EQ(blink("ps --json=1").status, 2);
  EXPECT_EQ(blink("down all").err, "blink: down: too many arguments: all; see blink down --help\n");
  EXPECT_EQ(blink("screenshot").err,
            "blink: screenshot: FILE is missing; see blink screenshot --help\n");
  EXPECT_EQ(blink("screenshot --runtime-dir").status, 2);
  EXPECT_EQ(blink("up --size=").err, "blink: up: --size needs a value\n");
  EXPECT_EQ(blink("nobody").status, 2);
}

TEST_F(CliTest, FindsTheServerByTheLastDirectoryNamed) {
  is_up_ = true;
  ASSERT_EQ(blink("up --runtime-dir /nowhere --runtime-dir=" + server()).status, 0);
  for (const std::string& line : {"ps --runtime-dir=/nowhere --runtime-dir " + server(),
                                  "ps --runtime-dir /nowhere --runtime-dir=" + server()}) {
    const Outcome made = blink(line);
    EXPECT_EQ(made.status, 0) << made.err;
    EXPECT_EQ(made.out, "no clients\n");
  }
  EXPECT_EQ(blink("screenshot x.png --runtime-dir=" + server()).status, 0);
  const Outcome none = blink("screenshot --window '\xff\"x' x.png --runtime-dir=" + server());
  EXPECT_EQ(none.status, 1);
  EXPECT_TRUE(has(none.err, "there is no window")) << none.err;
  EXPECT_TRUE(has(blink("ps --runtime-dir=/nowhere").err, "no Blink server is running"));
  EXPECT_EQ(blink("down --runtime-dir=/nowhere --runtime-dir=" + server()).status, 0);
  is_up_ = false;
}

TEST_F(CliTest, AnotherUsersServerIsNotCalledMissing) {
  const std::string nobody = as_nobody(BLINK_PROGRAM);
  if (nobody.empty()) GTEST_SKIP() << "needs root, and programs that everybody may start";
  up();
  for (const std::string line : {"ps", "down", "screenshot x.png"}) {
    const Outcome made = shell(nobody + BLINK_PROGRAM " " + line + " --runtime-dir " + server());
    EXPECT_EQ(made.status, 1);
    EXPECT_TRUE(has(made.err, "permission denied: " + server() + " belongs to another user (root)"))
        << made.err;
  }
}

TEST_F(CliTest, TheTableFitsATerminal) {
  up();
  const auto close = [](blink_client* client) { blink_close(client); };
  std::vector<std::unique_ptr<blink_client, decltype(close)>> clients;
  // Two bytes a character, and one before them: wherever bytes are counted, one is cut in half.
  for (const std::string first : {"", "x"}) {
    std::string name = first;
    for (int i = 0; i < 30; ++i)
      name += "ä";
    clients.emplace_back(blink_connect((server() + "/clients").c_str(), name.c_str(), 0), close);
    ASSERT_NE(clients.back(), nullptr) << blink_error();
  }
  const Outcome made = blink("ps --runtime-dir " + server());
  std::istringstream text(made.out);
  std::string line;
  for (int lines = 0; std::getline(text, line); ++lines) {
    EXPECT_LE(columns(line), 80u) << line;
    EXPECT_EQ(printable(line), line) << "a character is cut";
    EXPECT_EQ(has(line, "ää"), lines > 0) << line;
  }
  const auto body = nlohmann::json::parse(blink("ps --json --runtime-dir " + server()).out);
  EXPECT_EQ(columns(body["sessions"][0]["name"].get<std::string>()), 30u);
}

TEST_F(CliTest, TheDemoLooksFirstWhetherItCanWrite) {
  std::ofstream(folder_ + "/file") << "here";
  const Outcome made = blink("demo --out file/deep");
  EXPECT_EQ(made.status, 1);
  EXPECT_EQ(made.out, "") << "nothing was begun";
  EXPECT_EQ(made.err, "blink: " + folder_ + "/file is no folder\n");
}

TEST_F(CliTest, TheDemoLeavesAPage) {
  const Outcome made = blink("demo --out=deep/page");
  ASSERT_EQ(made.status, 0) << made.err;
  const std::string page = read(folder_ + "/deep/page/index.html");
  EXPECT_TRUE(has(page, "<html lang=\"en\">"));
  EXPECT_TRUE(has(page, "name=\"viewport\""));
  std::size_t at = 0;
  for (const std::string name :
       {"desktop", "stopped", "later", "answered", "maximised", "closed"}) {
    EXPECT_GT(page.find(name + ".png", at), at) << name;
    at = page.find(name + ".png");
    EXPECT_TRUE(read(folder_ + "/deep/page/" + name + ".png").starts_with("\x89PNG")) << name;
  }
}

}  // namespace
}  // namespace blink
