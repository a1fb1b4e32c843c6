#include "cli/doctor/doctor.h"

#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "cli/doctor/checks.h"
#include "cli/doctor/format.h"
#include "cli/doctor/runner.h"

namespace blink::doctor {
namespace {

using Checks = std::vector<std::unique_ptr<HostCheck>>;

struct Options {
  bool json = false;
  bool help = false;
  bool details = false;
  std::vector<std::string_view> names;  // empty: all of them
};

void print_help(const Checks& checks) {
  std::printf(
      "usage: blink doctor [--details] [--json] [CHECK...]\n\n"
      "Tells what this host offers to Blink, by trying it. Nothing is changed, and every trial "
      "ends\n"
      "by itself. Without a name all checks run; with names only those, with their details.\n\n");
  for (const auto& check : checks)
    std::printf("  %-10s %s%s\n", std::string(check->name()).c_str(),
                std::string(check->purpose()).c_str(), check->is_required() ? " (always)" : "");
  std::printf(
      "\n  --details  show what each check found out on its way\n"
      "  --json     write one JSON document instead of the table\n\n"
      "Exit status: 0 if Blink can run here, 1 if something that it always needs is broken or\n"
      "missing.\n");
}

bool is_known(const Checks& checks, std::string_view name) {
  return std::any_of(checks.begin(), checks.end(),
                     [name](const auto& check) { return check->name() == name; });
}

// False, with a line on stderr, where the command line makes no sense.
bool read_options(int argc, char** argv, const Checks& checks, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--json") {
      options.json = true;
    } else if (word == "--details") {
      options.details = true;
    } else if (word == "--help" || word == "-h") {
      options.help = true;
    } else if (is_known(checks, word)) {
      options.names.push_back(word);
      options.details = true;
    } else {
      std::fprintf(stderr, "blink doctor: there is no %s '%s'; see blink doctor --help\n",
                   word.starts_with("-") ? "option" : "check", argv[i]);
      return false;
    }
  }
  return true;
}

// The value of a line like PRETTY_NAME="Debian GNU/Linux 12 (bookworm)".
std::string system_name() {
  std::ifstream file("/etc/os-release");
  constexpr std::string_view key = "PRETTY_NAME=";
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(key)) continue;
    line.erase(0, key.size());
    std::erase(line, '"');
    return line;
  }
  return "an unknown system";
}

HostName host_name() {
  utsname names{};
  ::uname(&names);
  return {names.nodename, system_name(), names.release, names.machine};
}

TextStyle text_style(const Options& options) {
  TextStyle style{
      .utf8 = is_utf8_locale(std::getenv("LC_ALL"), std::getenv("LC_CTYPE"), std::getenv("LANG")),
      .details = options.details,
      .is_complete = options.names.empty()};
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    style.columns = std::clamp<int>(size.ws_col, 60, 120);
  return style;
}

// One line on the terminal that says what is being tried, and is gone afterwards.
class Progress {
 public:
  ~Progress() { show(""); }

  void step(std::size_t number, std::size_t count, const HostCheck& check) {
    char line[80];
    std::snprintf(line, sizeof line, "  trying %s (%zu of %zu) ...",
                  std::string(check.name()).c_str(), number, count);
    show(line);
  }

 private:
  void show(const char* line) {
    if (is_terminal_) std::fprintf(stderr, "\r\033[K%s", line);
  }

  const bool is_terminal_ = ::isatty(STDERR_FILENO) == 1;
};

std::vector<Report> run_checks(const Checks& checks, const Options& options) {
  std::vector<HostCheck*> asked;
  for (const auto& check : checks) {
    const auto& names = options.names;
    if (names.empty() || std::find(names.begin(), names.end(), check->name()) != names.end())
      asked.push_back(check.get());
  }
  std::vector<Report> reports;
  Progress progress;
  for (HostCheck* const check : asked) {
    progress.step(reports.size() + 1, asked.size(), *check);
    reports.push_back(run_check(*check));
  }
  return reports;
}

}  // namespace

Checks all_checks() {
  Checks checks;
  checks.push_back(make_gl_check());
  checks.push_back(make_memory_check());
  checks.push_back(make_display_check());
  checks.push_back(make_userns_check());
  checks.push_back(make_criu_check());
  checks.push_back(make_kvm_check());
  checks.push_back(make_xen_check());
  return checks;
}

int run(int argc, char** argv) {
  const Checks checks = all_checks();
  Options options;
  if (!read_options(argc, argv, checks, options)) return 2;
  if (options.help) {
    print_help(checks);
    return 0;
  }
  const std::vector<Report> reports = run_checks(checks, options);
  const std::string out = options.json ? to_json(host_name(), reports)
                                       : to_text(host_name(), reports, text_style(options));
  std::fputs(out.c_str(), stdout);
  return runs_here(reports) ? 0 : 1;
}

}  // namespace blink::doctor
