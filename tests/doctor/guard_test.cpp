#include "cli/doctor/guard.h"

#include <gtest/gtest.h>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

namespace blink::doctor {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

bool is_running(pid_t process) { return ::kill(process, 0) == 0 || errno != ESRCH; }

bool comes_true(const std::function<bool()>& condition, milliseconds within) {
  const auto deadline = Clock::now() + within;
  while (!condition()) {
    if (Clock::now() > deadline) return false;
    std::this_thread::sleep_for(milliseconds(5));
  }
  return true;
}

// A child that has left its parent, its session and its group.
pid_t start_daemon() {
  const pid_t daemon = ::fork();
  if (daemon != 0) return daemon;
  ::setsid();
  for (;;)
    ::pause();
}

TEST(Guard, BringsTheAnswerHome) {
  const Outcome outcome = run_guarded([](const std::string&) { return "forty-two"; }, {});
  EXPECT_TRUE(outcome.is_success());
  EXPECT_EQ(outcome.answer, "forty-two");
  EXPECT_EQ(outcome.said, "");
}

TEST(Guard, AnswersMayBeLargerThanAPipe) {
  const std::string large(700'000, 'x');
  EXPECT_EQ(run_guarded([&](const std::string&) { return large; }, {}).answer, large);
}

TEST(Guard, AnswersHaveALimit) {
  const Outcome outcome =
      run_guarded([](const std::string&) { return std::string(3 * guarded_bytes_max, 'x'); }, {});
  EXPECT_TRUE(outcome.is_success());
  EXPECT_EQ(outcome.answer.size(), guarded_bytes_max);
}

TEST(Guard, KeepsWhatWasSaid) {
  const Outcome outcome = run_guarded(
      [](const std::string&) {
        std::printf("to stdout ");
        std::fflush(stdout);
        std::fprintf(stderr, "to stderr");
        return "";
      },
      {});
  EXPECT_EQ(outcome.said, "to stdout to stderr");
}

TEST(Guard, NamesTheSignalOfACrash) {
  const Outcome outcome = run_guarded(
      [](const std::string&) -> std::string {
        void* const page = ::mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        *static_cast<volatile char*>(page) = 1;
        return "unreachable";
      },
      {});
  EXPECT_EQ(outcome.end, End::signaled);
  EXPECT_EQ(outcome.value, SIGSEGV);
  EXPECT_EQ(outcome.answer, "");
  EXPECT_EQ(describe(outcome, {}), "crashed: SIGSEGV (Segmentation fault)");
}

// A sanitizer's handler, or a toolkit's, would make an exit status of the crash.
TEST(Guard, TheCallersSignalHandlersDoNotHideACrash) {
  const auto before = ::signal(SIGSEGV, [](int) { ::_exit(3); });
  const Outcome outcome = run_guarded(
      [](const std::string&) -> std::string {
        ::raise(SIGSEGV);
        return "";
      },
      {});
  ::signal(SIGSEGV, before);
  EXPECT_EQ(outcome.end, End::signaled);
  EXPECT_EQ(outcome.value, SIGSEGV);
}

TEST(Guard, EndsWhatHangsInItsTime) {
  const GuardOptions options{.time_max = milliseconds(200)};
  const auto start = Clock::now();
  const Outcome outcome = run_guarded(
      [](const std::string&) -> std::string {
        ::signal(SIGTERM, SIG_IGN);
        for (;;)
          ::pause();
      },
      options);
  const auto took = Clock::now() - start;
  EXPECT_EQ(outcome.end, End::timed_out);
  EXPECT_FALSE(outcome.left_behind);
  EXPECT_GE(took, milliseconds(200));
  EXPECT_LT(took, milliseconds(2000));
  EXPECT_EQ(describe(outcome, options), "gave no answer within 0.2 s");
}

TEST(Guard, EndsWhatFloodsTheOutput) {
  const Outcome outcome = run_guarded(
      [](const std::string&) -> std::string {
        const std::string flood(4096, 'x');
        for (;;)
          if (::write(STDOUT_FILENO, flood.data(), flood.size()) < 0) ::_exit(1);
      },
      {.time_max = milliseconds(500)});
  EXPECT_EQ(outcome.end, End::timed_out);
  EXPECT_GT(outcome.said.size(), 0u);
  EXPECT_LE(outcome.said.size(), guarded_bytes_max);
}

TEST(Guard, NothingEscapesByDetachingItself) {
  const Outcome outcome =
      run_guarded([](const std::string&) { return std::to_string(start_daemon()); }, {});
  ASSERT_TRUE(outcome.is_success());
  EXPECT_FALSE(is_running(std::stoi(outcome.answer)));
}

TEST(Guard, NothingEscapesFromACrash) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const Outcome outcome = run_guarded(
      [&ends](const std::string&) -> std::string {
        const pid_t daemon = start_daemon();
        if (::write(ends[1], &daemon, sizeof daemon) < 0) ::_exit(1);
        ::abort();
      },
      {});
  pid_t daemon = 0;
  ASSERT_EQ(::read(ends[0], &daemon, sizeof daemon), static_cast<ssize_t>(sizeof daemon));
  EXPECT_EQ(outcome.value, SIGABRT);
  EXPECT_FALSE(is_running(daemon));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Guard, AnInnerGuardMayLeaveChildrenToTheOuterOne) {
  const Outcome outer = run_guarded(
      [](const std::string&) -> std::string {
        const Outcome inner =
            run_guarded([](const std::string&) { return std::to_string(start_daemon()); },
                        {.leaves_children = true});
        return inner.answer + (is_running(std::stoi(inner.answer)) ? " running" : " gone");
      },
      {});
  EXPECT_NE(outer.answer.find("running"), std::string::npos) << outer.answer;
  EXPECT_FALSE(is_running(std::stoi(outer.answer)));
}

TEST(Guard, TheScratchFolderIsPrivateAndDoesNotStay) {
  const Outcome outcome = run_guarded(
      [](const std::string& scratch) -> std::string {
        namespace fs = std::filesystem;
        if (fs::status(scratch).permissions() != fs::perms::owner_all) return "not private";
        fs::create_directories(scratch + "/a/b");
        std::ofstream(scratch + "/a/b/file") << "content";
        return scratch;
      },
      {.wants_scratch = true});
  EXPECT_TRUE(outcome.answer.starts_with("/")) << outcome.answer;
  EXPECT_FALSE(std::filesystem::exists(outcome.answer));
}

TEST(Guard, EverythingEndsWithTheCaller) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t caller = ::fork();
  ASSERT_GE(caller, 0);
  if (caller == 0) {
    const auto tell_and_hang = [&ends](const std::string& scratch) -> std::string {
      const std::string text = std::to_string(start_daemon()) + " " + scratch;
      if (::write(ends[1], text.data(), text.size()) < 0) ::_exit(1);
      for (;;)
        ::pause();
    };
    run_guarded(tell_and_hang, {.time_max = milliseconds(60'000), .wants_scratch = true});
    ::_exit(0);
  }
  char text[256] = {};
  ASSERT_GT(::read(ends[0], text, sizeof text - 1), 0);
  const std::string told = text;
  const pid_t daemon = std::stoi(told);
  const std::string scratch = told.substr(told.find(' ') + 1);
  EXPECT_TRUE(is_running(daemon));
  EXPECT_TRUE(std::filesystem::exists(scratch));
  ::kill(caller, SIGKILL);
  ::waitpid(caller, nullptr, 0);
  EXPECT_TRUE(comes_true([&] { return !is_running(daemon); }, milliseconds(3000)));
  EXPECT_TRUE(comes_true([&] { return !std::filesystem::exists(scratch); }, milliseconds(3000)));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Guard, LeavesNoDescriptorsAndNoZombies) {
  const auto count_descriptors = [] {
    const std::filesystem::directory_iterator files("/proc/self/fd");
    return std::distance(begin(files), end(files));
  };
  const auto before = count_descriptors();
  for (int i = 0; i < 3; ++i)
    run_guarded([](const std::string&) { return ""; }, {});
  EXPECT_EQ(count_descriptors(), before);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(Program, TellsItsStatusAndWhatItSaid) {
  const Outcome outcome = run_program({"sh", "-c", "echo one two; cat; exit 7"}, {});
  EXPECT_EQ(outcome.end, End::exited);
  EXPECT_EQ(outcome.value, 7);
  EXPECT_EQ(outcome.said, "one two\n");
  EXPECT_EQ(describe(outcome, {}), "ended with status 7");
}

TEST(Program, ThatIsNotThereSaysSo) {
  const Outcome outcome = run_program({"/nowhere/at-all"}, {});
  EXPECT_EQ(outcome.value, 127);
  EXPECT_EQ(outcome.said, "/nowhere/at-all: No such file or directory\n");
}

TEST(Signal, HasAName) {
  EXPECT_EQ(signal_name(SIGBUS), "SIGBUS");
  EXPECT_EQ(signal_name(SIGRTMIN + 3), "signal " + std::to_string(SIGRTMIN + 3));
}

}  // namespace
}  // namespace blink::doctor
