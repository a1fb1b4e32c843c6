#include "cli/doctor/runner.h"

#include <gtest/gtest.h>

#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <functional>
#include <stdexcept>

namespace blink::doctor {
namespace {

using std::chrono::milliseconds;

class FakeCheck final : public HostCheck {
 public:
  explicit FakeCheck(std::function<Finding(const RunContext&)> work) : work_(std::move(work)) {}

  std::string_view name() const override { return "fake"; }
  std::string_view purpose() const override { return "trying the runner"; }
  bool is_required() const override { return true; }
  milliseconds time_max() const override { return milliseconds(300); }
  Finding run(const RunContext& context) override { return work_(context); }

 private:
  const std::function<Finding(const RunContext&)> work_;
};

Report run_fake(std::function<Finding(const RunContext&)> work) {
  FakeCheck check(std::move(work));
  return run_check(check);
}

TEST(Runner, ReportsWhatTheCheckFound) {
  Finding found = make_finding(State::limited, "half of it");
  found.note("key", "value");
  found.advice.push_back("do this");
  const Report report = run_fake([&](const RunContext&) { return found; });
  EXPECT_EQ(report.finding, found);
  EXPECT_EQ(report.name, "fake");
  EXPECT_EQ(report.purpose, "trying the runner");
  EXPECT_TRUE(report.is_required);
  EXPECT_FALSE(report.is_fatal());
}

TEST(Runner, ACheckThatHangsHasFailedWithinItsTime) {
  const Report report = run_fake([](const RunContext&) -> Finding {
    for (;;)
      ::pause();
  });
  EXPECT_EQ(report.finding.state, State::failed);
  EXPECT_EQ(report.finding.headline, "the check gave no answer within 0.3 s");
  EXPECT_GE(report.took, milliseconds(300));
  EXPECT_LT(report.took, milliseconds(2000));
  EXPECT_TRUE(report.is_fatal());
}

TEST(Runner, ACheckThatCrashesHasFailedWithTheSignalsName) {
  const Report report = run_fake([](const RunContext&) -> Finding {
    std::fprintf(stderr, "driver: giving up\n");
    ::raise(SIGBUS);
    return {};
  });
  EXPECT_EQ(report.finding.state, State::failed);
  EXPECT_EQ(report.finding.headline, "the check crashed: SIGBUS (Bus error)");
  EXPECT_EQ(report.finding.detail("last_words"), "driver: giving up");
}

TEST(Runner, ACheckThatThrowsHasFailed) {
  const Report report =
      run_fake([](const RunContext&) -> Finding { throw std::runtime_error("what now"); });
  EXPECT_EQ(report.finding.state, State::failed);
  EXPECT_EQ(report.finding.headline, "the check crashed: SIGABRT (Aborted)");
}

TEST(Runner, ACheckThatLeavesHasFailed) {
  const Report report = run_fake([](const RunContext&) -> Finding { ::_exit(5); });
  EXPECT_EQ(report.finding.state, State::failed);
  EXPECT_EQ(report.finding.headline, "the check ended with status 5");
}

TEST(Runner, ACheckThatEndsWellWithoutAnAnswerHasFailed) {
  const Report report = run_fake([](const RunContext&) -> Finding { ::_exit(0); });
  EXPECT_EQ(report.finding.state, State::failed);
  EXPECT_EQ(report.finding.headline, "the check gave an answer that makes no sense");
}

TEST(Runner, GivesTheCheckAScratchFolder) {
  const Report report = run_fake([](const RunContext& context) {
    return make_finding(State::ok, ::access(context.scratch.c_str(), W_OK) == 0 ? "yes" : "no");
  });
  EXPECT_EQ(report.finding.headline, "yes");
}

}  // namespace
}  // namespace blink::doctor
