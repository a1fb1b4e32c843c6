// `blink run`: programs in machines of their own, from the outside.

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>

#include "tests/machines/capsule_fixture.h"
#include "tests/support/processes.h"

namespace blink {
namespace {

using nlohmann::json;

class Run : public test::CapsuleFixture {
 protected:
  static std::uint32_t count(const test::Picture& picture, std::uint32_t colour) {
    std::uint32_t found = 0;
    for (std::uint32_t y = 0; y < picture.height; ++y)
      for (std::uint32_t x = 0; x < picture.width; ++x)
        found += picture.at(x, y) == colour;
    return found;
  }
  static pid_t pid_of(const json& machine) { return machine["pid"].get<pid_t>(); }
};

// The machine's name is said by its colour: a chip in the title bar.
TEST_F(Run, ShowsAnOpenGlProgramInTheMachinesColour) {
  const auto machine = run_window("work", {"--colour", "#18c7f3"});
  const auto window = window_of("work");
  ASSERT_TRUE(window) << machine->said();
  EXPECT_EQ((*window)["width"], 120);
  EXPECT_EQ((*window)["height"], 90);
  EXPECT_TRUE(test::becomes([&] { return count(screen(), 0x18c7f3) > 100; }));
  test::Picture content;
  EXPECT_TRUE(test::becomes([&] {
    auto answer = server::ask_server(daemon.directory, "screenshot", R"({"window":"Hexagons"})");
    if (!answer.is_ok()) return false;
    content = test::picture_of(answer->payload);
    std::vector<std::uint8_t> colours = content.rgb;
    std::ranges::sort(colours);
    return std::ranges::unique(colours).begin() - colours.begin() > 30;
  })) << machine->said();
  EXPECT_EQ(content.width, 120u);
}

TEST_F(Run, PassesOnWhatTheProgramSaysAndItsStatus) {
  const auto machine = run("talk", {"sh", "-c", "echo out; echo err >&2; exit 7"});
  EXPECT_EQ(machine->wait(), 7);
  const std::string said = machine->said();
  EXPECT_NE(said.find("out\n"), said.npos);
  EXPECT_NE(said.find("err\n"), said.npos);
  EXPECT_EQ(run("killed", {"sh", "-c", "kill -9 $$"})->wait(), 128 + SIGKILL);
  const auto missing = run("missing", {"no-such-program"});
  EXPECT_EQ(missing->wait(), 127);
  EXPECT_NE(missing->said().find("cannot start no-such-program in the machine"), std::string::npos);
  EXPECT_EQ(machines(), json::array());
  EXPECT_EQ(ps()["machines"], json::array());
}

// Or it could not be saved (docs/decisions/0026). Process 1 begins a session, and so does the
// program.
TEST_F(Run, HasNothingOfTheHostOpen) {
  const auto machine = run("alone", {"sh", "-c",
                                     "for process in 1 $$; do readlink /proc/$process/fd/*; "
                                     "cut -d ' ' -f 6 /proc/$process/stat; done; echo $$"});
  EXPECT_EQ(machine->wait(), 0);
  const std::string said = machine->said();
  const std::string streams = "/dev/null\n/run/blink/output\n/run/blink/errors\n";
  const std::string last = said.substr(said.rfind('\n', said.size() - 2) + 1);
  EXPECT_EQ(said, streams + "1\n" + streams + last + last);
}

// All of it arrives: more than any pipe holds.
TEST_F(Run, PassesOnMuch) {
  const auto machine = run("talk", {"sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x"});
  EXPECT_EQ(machine->wait(), 0);
  EXPECT_EQ(machine->said().size(), 3'000'000u);
}

TEST_F(Run, EndsAMachineWithAllThatIsInIt) {
  const auto machine = run("many", {"sh", "-c", "sleep 1000 & sleep 1000 & echo ready; wait"});
  ASSERT_TRUE(test::becomes([&] { return machine->said().find("ready") != std::string::npos; }));
  const json all = machines();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0]["name"], "many");
  EXPECT_EQ(all[0]["state"], "running");
  const auto inside = test::children_of(pid_of(all[0]));
  EXPECT_GE(inside.size(), 2u);  // its X server, and its program
  EXPECT_EQ(blink({"end", "many"})->wait(), 0);
  for (const pid_t process : inside)
    EXPECT_TRUE(test::is_gone_soon(process));
  EXPECT_EQ(machine->wait(), 128 + SIGTERM);
  EXPECT_FALSE(std::filesystem::exists(file("machines/many")));
  EXPECT_EQ(blink({"end", "many"})->wait(), 1);
}

TEST_F(Run, InsistsWhereAProgramDoesNotEnd) {
  const auto machine =
      run("deaf", {"sh", "-c", "trap '' TERM; echo ready; while true; do sleep 1; done"});
  ASSERT_TRUE(test::becomes([&] { return machine->said().find("ready") != std::string::npos; }));
  EXPECT_EQ(blink({"end", "deaf"})->wait(), 0);
  EXPECT_EQ(machine->wait(), 128 + SIGKILL);
}

TEST_F(Run, GivesAMachineUpToOneOfEachName) {
  const auto first = run_window("one");
  ASSERT_TRUE(window_of("one"));
  const auto second = run("one", {"true"});
  EXPECT_EQ(second->wait(), 1);
  EXPECT_NE(second->said().find("there is a machine one already"), std::string::npos);
  // Without a name it finds one.
  EXPECT_EQ(blink({"run", "--detach", "--", "sleep", "1000"})->wait(), 0);
  const auto other = blink({"run", "--detach", "--", "sleep", "1000"});
  EXPECT_EQ(other->wait(), 0);
  EXPECT_EQ(other->said(), "sleep-2\n");
  EXPECT_EQ(blink({"end", "sleep"})->wait(), 0);
  EXPECT_EQ(blink({"end", "sleep-2"})->wait(), 0);
}

TEST_F(Run, LeavesItRunning) {
  const auto start = run("later", {"sh", "-c", "echo printed; sleep 1000"}, {"--detach"});
  ASSERT_EQ(start->wait(), 0) << start->said();
  const json all = machines();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_TRUE(test::is_running(pid_of(all[0])));
  EXPECT_TRUE(test::becomes([&] {
    std::ifstream printed(file("machines/later/printed"));
    std::string line;
    return std::getline(printed, line) && line == "printed";
  }));
  EXPECT_EQ(blink({"end", "later"})->wait(), 0);
  EXPECT_TRUE(test::is_gone_soon(pid_of(all[0])));
}

// Nobody waits for a program that nobody listens to.
TEST_F(Run, LetsADetachedProgramPrintAsItLikes) {
  const auto start =
      run("noisy", {"sh", "-c", "head -c 5000000 /dev/zero; touch /tmp/over; sleep 1000"},
          {"--detach"});
  ASSERT_EQ(start->wait(), 0);
  const std::string over = "/proc/" + std::to_string(pid_of(machines()[0])) + "/root" + "/tmp/over";
  EXPECT_TRUE(test::becomes([&] { return std::filesystem::exists(over); }));
  EXPECT_LE(std::filesystem::file_size(file("machines/noisy/printed")), 2u << 20);
  EXPECT_EQ(blink({"end", "noisy"})->wait(), 0);
}

TEST_F(Run, FindsMachinesAgainWhenTheServerComesAgain) {
  const auto machine = run_window("lasting", {"--colour", "#18c7f3"});
  ASSERT_TRUE(window_of("lasting"));
  daemon.die();
  daemon.start();
  ASSERT_TRUE(window_of("lasting")) << machine->said();
  EXPECT_TRUE(test::becomes([&] { return count(screen(), 0x18c7f3) > 100; }));
}

// Its keeper alone is killed: what it kept is found, and ended.
TEST_F(Run, EndsWhatALostKeeperHasLeft) {
  const auto machine = run_window("orphan");
  ASSERT_TRUE(window_of("orphan"));
  const pid_t inside = pid_of(machines()[0]);
  ::kill(machine->pid(), SIGKILL);
  EXPECT_TRUE(test::becomes([&] { return machines()[0]["state"] == "lost"; }));
  EXPECT_TRUE(test::is_running(inside));
  EXPECT_EQ(blink({"end", "orphan"})->wait(), 0);
  EXPECT_TRUE(test::is_gone_soon(inside));
  EXPECT_EQ(machines(), json::array());
  EXPECT_EQ(ps()["machines"], json::array());
}

TEST_F(Run, TakesAPlainProcessForAMachine) {
  const auto machine = blink({"run", "--name", "plain", "--machine", "process", "--", "sh", "-c",
                              "echo $BLINK_RUNTIME_DIR; exit 5"});
  EXPECT_EQ(machine->wait(), 5);
  EXPECT_EQ(machine->said(), file("machines/plain/door") + "\n");
  const auto both = blink({"run", "--machine", "process", "--net", "host", "--", "true"});
  EXPECT_EQ(both->wait(), 1);
}

TEST_F(Run, SaysWhatIsWrongWithTheLine) {
  EXPECT_EQ(blink({"run"})->wait(), 2);
  EXPECT_EQ(blink({"run", "--machine", "toaster", "--", "true"})->wait(), 2);
  EXPECT_EQ(blink({"run", "--net", "some", "--", "true"})->wait(), 2);
  EXPECT_EQ(blink({"run", "--colour", "blau", "--", "true"})->wait(), 2);
  EXPECT_EQ(blink({"run", "--name", "../x", "--", "true"})->wait(), 2);
  EXPECT_EQ(blink({"run", "--share", "/no/such/folder", "--", "true"})->wait(), 2);
  daemon.die();
  const auto without = run("alone", {"true"});
  EXPECT_EQ(without->wait(), 1);
  EXPECT_NE(without->said().find("no Blink server is running"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(file("machines/alone")));
}

}  // namespace
}  // namespace blink
