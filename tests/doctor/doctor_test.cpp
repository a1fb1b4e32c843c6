#include "cli/doctor/doctor.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/doctor/environment.h"

namespace blink::doctor {
namespace {

struct Said {
  int status;
  std::string out;
  std::string err;
};

Said run_doctor(std::vector<std::string> words) {
  words.insert(words.begin(), "doctor");
  std::vector<char*> argv;
  for (std::string& word : words)
    argv.push_back(word.data());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int status = run(static_cast<int>(argv.size()), argv.data());
  std::fflush(stdout);
  return {status, testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr()};
}

TEST(Doctor, HelpNamesEveryCheck) {
  const Said said = run_doctor({"--help"});
  EXPECT_EQ(said.status, 0);
  for (const auto& check : all_checks())
    EXPECT_NE(said.out.find("  " + std::string(check->name()) + " "), std::string::npos);
}

TEST(Doctor, ChecksHaveNamesPurposesAndTimes) {
  std::set<std::string_view> names;
  std::set<std::string_view> required;
  for (const auto& check : all_checks()) {
    EXPECT_TRUE(names.insert(check->name()).second);
    EXPECT_FALSE(check->purpose().empty());
    EXPECT_LE(check->time_max(), std::chrono::seconds(30));
    if (check->is_required()) required.insert(check->name());
  }
  EXPECT_EQ(names, (std::set<std::string_view>{"criu", "display", "gl", "kvm", "memory", "userns",
                                               "xen"}));
  EXPECT_EQ(required, (std::set<std::string_view>{"gl", "memory"}));
}

TEST(Doctor, RefusesWhatItDoesNotKnow) {
  for (const char* const word : {"--colour", "heart", ""}) {
    const Said said = run_doctor({word});
    EXPECT_EQ(said.status, 2) << word;
    EXPECT_EQ(said.out, "");
    EXPECT_NE(said.err.find("--help"), std::string::npos);
  }
}

TEST(Doctor, RunsOnlyWhatIsAskedAndShowsItsDetails) {
  const Said said = run_doctor({"memory"});
  EXPECT_EQ(said.status, 0) << said.out;
  EXPECT_NE(said.out.find("vm.max_map_count"), std::string::npos) << said.out;
  EXPECT_EQ(said.out.find("userns"), std::string::npos) << said.out;
  EXPECT_EQ(said.out.find("Blink can run"), std::string::npos) << "a verdict needs every check";
  EXPECT_EQ(said.err, "") << "progress is for terminals";
}

TEST(Doctor, WritesOneJsonDocument) {
  const Said said = run_doctor({"--json", "memory", "xen"});
  EXPECT_EQ(said.status, 0);
  const auto document = nlohmann::json::parse(said.out);
  ASSERT_EQ(document.at("checks").size(), 2u);
  EXPECT_EQ(document.at("checks").at(0).at("name"), "memory");
  EXPECT_EQ(document.at("checks").at(1).at("name"), "xen");
}

TEST(Doctor, FailsWhereBlinkCannotRun) {
  const ScopedVariable no_driver("__EGL_VENDOR_LIBRARY_FILENAMES", "/nowhere");
  EXPECT_EQ(run_doctor({"gl"}).status, 1);
  EXPECT_EQ(run_doctor({"xen"}).status, 0) << "only what Blink always needs counts";
}

}  // namespace
}  // namespace blink::doctor
