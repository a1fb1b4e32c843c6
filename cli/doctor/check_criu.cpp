// criu: checkpoints of capsules. A counter of ours is dumped, is seen to stand still, is restored,
// and must go on from where it was. `criu check` alone says "Looks good." on hosts where a dump
// fails.

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <thread>

#include "cli/doctor/checks.h"
#include "cli/doctor/guard.h"
#include "cli/doctor/programs.h"
#include "common/status.h"

namespace blink::doctor {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds tick{2};
constexpr milliseconds patience{2000};
constexpr Version first_kernel_without_old_criu{6, 13};
constexpr Version first_criu_for_new_kernels{4, 0};

// ---- The process that is dumped ----

// Nothing that it holds may lead outside: a session of its own, no descriptor but /dev/null, and
// the file that it counts in is open only while it is written.
[[noreturn]] void count_for_ever(const char* path) {
  ::setsid();
  const int nothing = ::open("/dev/null", O_RDWR);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    ::dup2(nothing, fd);
  ::close_range(3, ~0u, 0);
  for (std::uint64_t count = 1;; ++count) {
    const int file = ::open(path, O_WRONLY | O_CREAT, 0600);
    if (::pwrite(file, &count, sizeof count, 0) != sizeof count) ::_exit(1);
    ::close(file);
    ::usleep(static_cast<useconds_t>(std::chrono::microseconds(tick).count()));
  }
}

std::uint64_t read_count(const std::string& path) {
  std::uint64_t count = 0;
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(&count), sizeof count);
  return file.gcount() == sizeof count ? count : 0;
}

// Zeroes in its place: an open file must have its size again when its process is restored.
void wipe_count(const std::string& path) {
  constexpr std::uint64_t nothing = 0;
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.write(reinterpret_cast<const char*>(&nothing), sizeof nothing);
}

// The count once it has passed `above`, or 0 if it does not within our patience.
std::uint64_t wait_for_count(const std::string& path, std::uint64_t above) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < deadline) {
    if (const std::uint64_t count = read_count(path); count > above) return count;
    std::this_thread::sleep_for(tick);
  }
  return 0;
}

// ---- The trial ----

class Trial {
 public:
  Trial(std::string criu, const std::string& scratch)
      : criu_(std::move(criu)), images_(scratch), count_file_(scratch + "/count") {}

  Status run() {
    BLINK_TRY(start());
    BLINK_TRY(dump());
    return restore();
  }

  std::uint64_t count_at_dump() const { return count_at_dump_; }
  std::uint64_t count_after() const { return count_after_; }
  milliseconds dump_time() const { return dump_time_; }
  milliseconds restore_time() const { return restore_time_; }

 private:
  Status start() {
    process_ = ::fork();
    if (process_ < 0) return Status::system("fork", errno);
    if (process_ == 0) count_for_ever(count_file_.c_str());
    return wait_for_count(count_file_, 10) ? Status::ok()
                                           : Status::system("the counting process does not count");
  }

  Status dump() {
    BLINK_TRY(call({criu_, "dump", "--tree", std::to_string(process_), "--images-dir", images_,
                    "--log-file", "dump.log", "-v2"},
                   "dump", dump_time_));
    if (!is_gone())
      return Status::system("the process runs on after criu dump said that it is done");
    count_at_dump_ = read_count(count_file_);
    return Status::ok();
  }

  // The count is wiped out of its file, so that only the restored memory can know it.
  Status restore() {
    wipe_count(count_file_);
    BLINK_TRY(call({criu_, "restore", "--images-dir", images_, "--log-file", "restore.log", "-v2",
                    "--restore-detached"},
                   "restore", restore_time_));
    const std::uint64_t first = wait_for_count(count_file_, 0);
    if (first != 0) count_after_ = wait_for_count(count_file_, first);
    if (first != 0 && first < count_at_dump_)
      return Status::system("the restored process has lost its count");
    return count_after_ != 0 ? Status::ok()
                             : Status::system("the restored process does not go on counting");
  }

  // Waits for the dumped process: its number must be free for the restored one.
  bool is_gone() const {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (::waitpid(process_, nullptr, WNOHANG) != process_) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(tick);
    }
    return true;
  }

  Status call(const std::vector<std::string>& arguments, const std::string& what,
              milliseconds& took) {
    const GuardOptions options{.time_max = milliseconds(5000), .leaves_children = true};
    const auto start_time = std::chrono::steady_clock::now();
    const Outcome outcome = run_program(arguments, options);
    took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start_time);
    if (outcome.is_success()) return Status::ok();
    std::ifstream file(images_ + "/" + what + ".log");
    std::stringstream log;
    log << file.rdbuf();
    std::string text = "criu " + what + " " + describe(outcome, options);
    if (const std::string line = last_line_with(log.str() + outcome.said, "Error"); !line.empty())
      text += ": " + line;
    return Status::system(text);
  }

  const std::string criu_;
  const std::string images_;
  const std::string count_file_;
  pid_t process_ = -1;
  std::uint64_t count_at_dump_ = 0;
  std::uint64_t count_after_ = 0;
  milliseconds dump_time_{0};
  milliseconds restore_time_{0};
};

// ---- The check ----

bool is_too_old(const Version& criu) {
  return kernel_version() >= first_kernel_without_old_criu && criu < first_criu_for_new_kernels;
}

std::string newer_criu_advice() {
  return "criu before " + to_string(first_criu_for_new_kernels) +
         " (Debian 12 has 3.17) fails on "
         "kernels from " +
         to_string(first_kernel_without_old_criu) + " on, and this is " +
         to_string(kernel_version()) +
         ": take criu 4 from a newer Debian, or build it from that one's source package.";
}

Finding report_missing() {
  Finding finding = make_finding(State::missing, "criu is not installed");
  finding.advice.push_back(is_too_old({3, 17})
                               ? newer_criu_advice()
                               : "Install Debian's package criu, to save and move capsules.");
  return finding;
}

class CriuCheck final : public HostCheck {
 public:
  std::string_view name() const override { return "criu"; }
  std::string_view purpose() const override {
    return "checkpoints of capsules: saving, restoring, forking and moving them";
  }
  milliseconds time_max() const override { return milliseconds(15'000); }

  Finding run(const RunContext& context) override {
    const std::optional<std::string> criu = find_program("criu");
    if (!criu) return report_missing();
    Finding finding;
    finding.note("program", *criu);
    const Outcome asked = run_program({*criu, "--version"}, {.time_max = milliseconds(2000)});
    const Version version = version_in(asked.said);
    finding.note("version", to_string(version));
    finding.headline = "criu " + to_string(version) + " ";
    if (::geteuid() != 0) {
      finding.headline += "is installed; only root can try it";
      finding.advice.push_back("Ask again as root: sudo blink doctor criu");
      return finding;
    }
    if (context.scratch.empty()) {
      finding.headline += "could not be tried: no temporary folder";
      finding.advice.push_back("Point TMPDIR to a folder that can be written.");
      return finding;
    }
    try_it(*criu, version, context.scratch, finding);
    return finding;
  }

 private:
  static void try_it(const std::string& criu, const Version& version, const std::string& scratch,
                     Finding& finding) {
    const GuardOptions options{.time_max = milliseconds(5000)};
    const Outcome own_check = run_program({criu, "check"}, options);
    finding.note("criu_check",
                 own_check.is_success() ? "passes" : last_line_with(own_check.said, "Error"));
    Trial trial(criu, scratch);
    if (const Status status = trial.run(); !status.is_ok()) {
      finding.state = State::failed;
      finding.headline += "does not work here: " + std::string(status.text());
      if (is_too_old(version)) finding.advice.push_back(newer_criu_advice());
      if (!own_check.is_success()) finding.advice.push_back("See what `criu check` says.");
      return;
    }
    finding.state = State::ok;
    finding.headline += "dumps and restores a running process";
    finding.note("dump", std::to_string(trial.dump_time().count()) + " ms");
    finding.note("restore", std::to_string(trial.restore_time().count()) + " ms");
    finding.note("count", std::to_string(trial.count_at_dump()) + " when dumped, " +
                              std::to_string(trial.count_after()) + " after the restore");
  }
};

}  // namespace

std::unique_ptr<HostCheck> make_criu_check() { return std::make_unique<CriuCheck>(); }

}  // namespace blink::doctor
