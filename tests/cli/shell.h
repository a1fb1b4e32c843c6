// A folder of one test's own, and commands that run in it.

#pragma once

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace blink {

struct Outcome {
  int status;
  std::string out, err;
};

class ShellTest : public ::testing::Test {
 protected:
  ShellTest() {
    char name[] = "/tmp/blink-cli-XXXXXX";
    folder_ = ::mkdtemp(name);
    std::filesystem::permissions(folder_, std::filesystem::perms(0755));
  }
  ~ShellTest() override { std::filesystem::remove_all(folder_); }

  static std::string read(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }
  static bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
  }
  Outcome shell(const std::string& command) const {
    const std::string out = folder_ + ".out", err = folder_ + ".err";
    const std::string line = "cd '" + folder_ + "' && " + command + " >" + out + " 2>" + err;
    const int status = std::system(line.c_str());
    Outcome outcome{WIFEXITED(status) ? WEXITSTATUS(status) : -1, read(out), read(err)};
    std::filesystem::remove(out);
    std::filesystem::remove(err);
    return outcome;
  }
  // Put before a command it runs as nobody, or is empty where that cannot be tried: only root can,
  // and only with a program that nobody may start.
  static std::string as_nobody(const std::string& program) {
    const std::string prefix = "setpriv --reuid=65534 --regid=65534 --clear-groups ";
    const bool can = ::geteuid() == 0 && std::system((prefix + "test -x " + program).c_str()) == 0;
    return can ? prefix : "";
  }

  std::string folder_;
};

}  // namespace blink
