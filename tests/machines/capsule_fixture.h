// Machines as `blink run` starts them, on a server of their own.

#pragma once

#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "server/control.h"
#include "tests/support/becomes.h"
#include "tests/support/daemon.h"
#include "tests/support/png_pixels.h"
#include "tests/support/program.h"

namespace blink::test {

class CapsuleFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("BLINK_RUNTIME_DIR", daemon.directory.c_str(), 1);
    Program trial("blink", {"run", "--name", "trial", "--", "true"}, file("trial"));
    if (trial.wait() == 0) return;
    const std::string said = trial.said();
    if (said.find("does not allow capsules") != said.npos ||
        said.find("is Xvfb installed") != said.npos)
      GTEST_SKIP() << said;
    FAIL() << said;
  }

  // They outlive those who keep them.
  void TearDown() override {
    for (const auto& machine : machines())
      EXPECT_EQ(blink({"end", machine["name"]})->wait(), 0);
  }

  std::string file(const std::string& name) const { return daemon.directory + "/" + name; }
  static std::string folder_of_programs() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path();
  }
  std::unique_ptr<Program> blink(std::vector<std::string> arguments) {
    return std::make_unique<Program>("blink", std::move(arguments),
                                     file("said-" + std::to_string(++count_)));
  }
  // In a capsule where this build's programs are in /share.
  std::unique_ptr<Program> run(const std::string& name, std::vector<std::string> command,
                               std::vector<std::string> options = {}) {
    std::vector<std::string> all = {"run", "--name", name, "--share", folder_of_programs()};
    all.insert(all.end(), options.begin(), options.end());
    all.emplace_back("--");
    all.insert(all.end(), command.begin(), command.end());
    return blink(std::move(all));
  }
  // A window, until it is ended.
  std::unique_ptr<Program> run_window(const std::string& name,
                                      std::vector<std::string> options = {}) {
    return run(name, {"sh", "-c", "mkfifo /tmp/c; exec /share/gl_program 120 90 /tmp/c"},
               std::move(options));
  }

  nlohmann::json ps() const {
    auto answer = server::ask_server(daemon.directory, "ps");
    EXPECT_TRUE(answer.is_ok()) << answer.status().text();
    return nlohmann::json::parse(answer->json);
  }
  // The first window of a machine.
  std::optional<nlohmann::json> window_of(const std::string& machine) const {
    std::optional<nlohmann::json> found;
    becomes([&] {
      const nlohmann::json all = ps();
      for (const auto& session : all["sessions"])
        if (session["machine"] == machine && !session["windows"].empty())
          found = session["windows"][0];
      return found.has_value();
    });
    return found;
  }
  Picture screen() const {
    auto answer = server::ask_server(daemon.directory, "screenshot");
    EXPECT_TRUE(answer.is_ok());
    return picture_of(answer->payload);
  }
  nlohmann::json machines() {
    const auto list = blink({"machines", "--json"});
    EXPECT_EQ(list->wait(), 0);
    return nlohmann::json::parse(list->said());
  }

  Daemon daemon{{"--output", "headless", "--redraw-ms", "10000"}};

 private:
  int count_ = 0;
};

}  // namespace blink::test
