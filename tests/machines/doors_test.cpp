// Sessions belong to the machine through whose door they came, whatever they say.

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/unique_fd.h"
#include "server/control.h"
#include "tests/support/becomes.h"
#include "tests/support/daemon.h"

namespace blink {
namespace {

using nlohmann::json;

class MachineDoors : public ::testing::Test {
 protected:
  std::string folder(const std::string& name) const {
    return daemon.directory + "/machines/" + name;
  }
  // As the keeper of a machine does.
  UniqueFd keep(const std::string& name) const {
    std::filesystem::create_directories(folder(name));
    UniqueFd lock(::open((folder(name) + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    EXPECT_EQ(::flock(lock.get(), LOCK_EX | LOCK_NB), 0);
    return lock;
  }
  Status ask(const std::string& command, const json& argument) const {
    return server::ask_server(daemon.directory, command, argument.dump()).take_status();
  }
  json ps() const {
    auto answer = server::ask_server(daemon.directory, "ps");
    EXPECT_TRUE(answer.is_ok());
    return json::parse(answer->json);
  }
  std::string door(const std::string& name) const { return folder(name) + "/door/clients"; }
  static Result<std::unique_ptr<vso::Client>> knock(const std::string& path,
                                                    const std::string& name = "test") {
    return vso::Client::connect({.socket_path = path, .name = name, .region_bytes = 16 << 20});
  }

  test::Daemon daemon;
};

TEST_F(MachineDoors, TellWhoseASessionIs) {
  const UniqueFd work = keep("work"), play = keep("play");
  ASSERT_TRUE(ask("add_machine", {{"name", "work"}, {"colour", "#2d7dd2"}}).is_ok());
  ASSERT_TRUE(ask("add_machine", {{"name", "play"}}).is_ok());
  auto in_work = knock(door("work"), "play");  // as it calls itself
  auto in_play = knock(door("play"), "work");
  auto in_none = knock(daemon.socket_path(), "work");
  ASSERT_TRUE(in_work.is_ok() && in_play.is_ok() && in_none.is_ok());
  const json all = ps();
  ASSERT_EQ(all["sessions"].size(), 3u);
  EXPECT_EQ(all["sessions"][0]["machine"], "work");
  EXPECT_EQ(all["sessions"][1]["machine"], "play");
  EXPECT_EQ(all["sessions"][2]["machine"], "");
  EXPECT_EQ(all["machines"],
            json::parse(R"([{"name":"work","colour":"#2d7dd2"},{"name":"play"}])"));
}

TEST_F(MachineDoors, AreThereAgainWithTheNextServer) {
  const UniqueFd work = keep("work");
  keep("gone");  // and does not any more
  ASSERT_TRUE(ask("add_machine", {{"name", "work"}, {"colour", "#2d7dd2"}}).is_ok());
  EXPECT_FALSE(ask("add_machine", {{"name", "gone"}}).is_ok());
  struct stat before {
  }, after{};
  ASSERT_EQ(::stat((folder("work") + "/door").c_str(), &before), 0);
  daemon.die();
  daemon.start();
  ASSERT_EQ(::stat((folder("work") + "/door").c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);  // it is mounted in the machine
  EXPECT_TRUE(knock(door("work")).is_ok());
  EXPECT_EQ(ps()["machines"], json::parse(R"([{"name":"work","colour":"#2d7dd2"}])"));
}

TEST_F(MachineDoors, AreShutAndTheirSessionsEnd) {
  const UniqueFd work = keep("work");
  ASSERT_TRUE(ask("add_machine", {{"name", "work"}}).is_ok());
  auto inside = knock(door("work"));
  auto outside = knock(daemon.socket_path());
  ASSERT_TRUE(inside.is_ok() && outside.is_ok());
  ASSERT_TRUE(ask("remove_machine", {{"name", "work"}}).is_ok());
  EXPECT_TRUE(test::becomes([&] { return ps()["sessions"].size() == 1; }));
  EXPECT_FALSE(knock(door("work")).is_ok());
  EXPECT_EQ(ps()["sessions"][0]["machine"], "");
  EXPECT_FALSE(ask("remove_machine", {{"name", "work"}}).is_ok());
}

TEST_F(MachineDoors, AreForNamesThatAreNoPaths) {
  for (const char* name : {"", "../x", "a/b", ".", "-x", "with blank",
                           "a-name-that-is-longer-than-any-may-be-which-is-32"})
    EXPECT_FALSE(ask("add_machine", {{"name", name}}).is_ok()) << name;
  const UniqueFd work = keep("work");
  EXPECT_FALSE(ask("add_machine", {{"name", "work"}, {"colour", "red"}}).is_ok());
  EXPECT_FALSE(ask("add_machine", {{"name", "nobody-keeps-it"}}).is_ok());
}

// A crowd in a machine does not lock the others out.
TEST_F(MachineDoors, LetInAsManyOfAMachineAsOfAProcess) {
  test::Daemon small{{"--sessions-per-process", "4"}};
  std::filesystem::create_directories(small.directory + "/machines/work");
  const std::string lock_path = small.directory + "/machines/work/lock";
  const UniqueFd lock(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  ASSERT_EQ(::flock(lock.get(), LOCK_EX), 0);
  ASSERT_TRUE(server::ask_server(small.directory, "add_machine", R"({"name":"work"})").is_ok());
  const std::string path = small.directory + "/machines/work/door/clients";
  std::vector<pid_t> children;
  int welcome = 0;
  for (int i = 0; i < 6; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      auto client = knock(path);
      if (client.is_ok()) ::pause();
      ::_exit(1);
    }
    EXPECT_TRUE(test::becomes([&] {
      if (::waitpid(child, nullptr, WNOHANG) == child) return true;
      const auto sessions =
          json::parse(server::ask_server(small.directory, "ps")->json)["sessions"];
      for (const json& session : sessions)
        if (session["pid"] == child && session["state"] == "live") {
          children.push_back(child);
          ++welcome;
          return true;
        }
      return false;
    }));
  }
  EXPECT_EQ(welcome, 4);
  for (const pid_t child : children) {
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }
}

}  // namespace
}  // namespace blink
