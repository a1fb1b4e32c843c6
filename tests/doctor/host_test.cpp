// The checks of the kernel and of installed programs, run for real on this host. What they find is
// the host's business; what must hold of it everywhere is here.

#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <fstream>

#include "cli/doctor/checks.h"
#include "cli/doctor/doctor.h"
#include "cli/doctor/programs.h"
#include "cli/doctor/runner.h"
#include "tests/doctor/environment.h"
#include "tests/doctor/fake_server.h"

namespace blink::doctor {
namespace {

TEST(Host, EveryCheckAnswersInTimeWithWordsAndAdvice) {
  for (const auto& check : all_checks()) {
    const Report report = run_check(*check);
    const Finding& finding = report.finding;
    SCOPED_TRACE(report.name + ": " + encode(finding));
    EXPECT_FALSE(finding.headline.empty());
    EXPECT_EQ(finding.headline.find('\n'), std::string::npos);
    EXPECT_FALSE(finding.headline.ends_with('.'));
    EXPECT_LT(report.took, check->time_max() + 2 * kill_time_max);
    EXPECT_TRUE(finding.state == State::ok || !finding.advice.empty());
    EXPECT_EQ(finding.headline.find("crashed"), std::string::npos);
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child is left";
  }
}

TEST(Host, MemoryWorksWhereTheTestsRun) {
  const Report report = run_check(*make_memory_check());
  EXPECT_TRUE(report.finding.state == State::ok || report.finding.state == State::limited)
      << encode(report.finding);
  EXPECT_FALSE(report.finding.detail("open_files").empty());
}

TEST(Host, MemoryTellsOfALowLimit) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  class LowLimit final : public HostCheck {
   public:
    std::string_view name() const override { return memory_->name(); }
    std::string_view purpose() const override { return memory_->purpose(); }
    Finding run(const RunContext& context) override {
      const rlimit low{64, 64};
      ::setrlimit(RLIMIT_NOFILE, &low);
      return memory_->run(context);
    }

   private:
    const std::unique_ptr<HostCheck> memory_ = make_memory_check();
  } check;
  const Report report = run_check(check);
  EXPECT_EQ(report.finding.state, State::limited) << encode(report.finding);
  EXPECT_EQ(report.finding.detail("open_files"), "64, at most 64");
  rlimit after{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &after), 0);
  EXPECT_EQ(after.rlim_max, before.rlim_max);
}

TEST(Host, NamespacesAreJudgedTheSameForRootAndOthers) {
  const Report report = run_check(*make_userns_check());
  if (::geteuid() == 0) {
    EXPECT_EQ(report.finding.detail("tried_as"), "nobody");
  } else {
    EXPECT_NE(report.finding.detail("tried_as"), "nobody");
  }
  EXPECT_NE(report.finding.state, State::unknown) << encode(report.finding);
}

TEST(Host, CriuIsOkOnlyIfItWasSeenToRestore) {
  const Report report = run_check(*make_criu_check());
  const Finding& finding = report.finding;
  if (!find_program("criu")) {
    EXPECT_EQ(finding.state, State::missing);
    EXPECT_NE(finding.advice.at(0).find("criu"), std::string::npos);
  } else if (::geteuid() != 0) {
    EXPECT_EQ(finding.state, State::unknown) << encode(finding);
  } else {
    EXPECT_TRUE(finding.state == State::ok || finding.state == State::failed) << encode(finding);
    EXPECT_EQ(finding.state == State::ok, !finding.detail("count").empty()) << encode(finding);
  }
}

// What the check says of a criu that is this shell script.
Finding check_fake_criu(const std::string& script) {
  const TemporaryFolder folder;
  const std::string program = folder.path() / "criu";
  std::ofstream(program) << "#!/bin/sh\n[ \"$1\" = --version ] && echo Version: 4.1\n" << script;
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  const ScopedVariable path("PATH", (folder.path().native() + ":/usr/bin:/bin").c_str());
  return run_check(*make_criu_check()).finding;
}

TEST(Host, ACriuThatOnlyClaimsToWorkIsFound) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root tries criu";
  const Finding no_dump = check_fake_criu("exit 0\n");
  EXPECT_EQ(no_dump.state, State::failed);
  EXPECT_NE(no_dump.headline.find("runs on"), std::string::npos) << encode(no_dump);

  const Finding no_restore = check_fake_criu("[ $1 = dump ] && kill -9 $3\nexit 0\n");
  EXPECT_EQ(no_restore.state, State::failed);
  EXPECT_NE(no_restore.headline.find("does not go on counting"), std::string::npos)
      << encode(no_restore);

  const Finding error =
      check_fake_criu("[ $1 = dump ] && echo 'Error (x.c:1): no such luck' && exit 3\nexit 0\n");
  EXPECT_EQ(error.state, State::failed);
  EXPECT_NE(error.headline.find("ended with status 3: Error (x.c:1): no such luck"),
            std::string::npos)
      << encode(error);
}

TEST(Host, HeadlessIsNoFailure) {
  const ScopedVariable no_x11("DISPLAY", nullptr);
  const ScopedVariable no_wayland("WAYLAND_DISPLAY", nullptr);
  const Report report = run_check(*make_display_check());
  EXPECT_EQ(report.finding.state, State::missing);
  EXPECT_TRUE(report.finding.headline.starts_with("headless"));
  EXPECT_FALSE(report.is_fatal());
}

}  // namespace
}  // namespace blink::doctor
