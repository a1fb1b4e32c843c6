#include "cli/bench/bench.h"

#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "cli/bench/benchmarks.h"
#include "cli/bench/output.h"
#include "cli/bench/plot.h"
#include "cli/whole_file.h"

namespace blink::bench {
namespace {

constexpr char usage[] =
    "usage: blink bench --list\n"
    "       blink bench NAME... [--json FILE] [--plot DIR] [--quick]\n\n"
    "Measures, and says of each figure whether its target holds. FILE - is the standard output;\n"
    "the table goes to the standard error then. DIR gets pictures and a page, index.html, with "
    "all\n"
    "of it. --quick takes few samples, to see that it works.\n\n"
    "Exit status: 0 when it was measured, also where a target is missed (the table and the JSON "
    "say\n"
    "so); 1 when something could not be measured or written; 2 for a wrong command line.\n";

struct Request {
  std::vector<const Benchmark*> chosen;
  const char* json_path = nullptr;
  const char* plot_directory = nullptr;
  bool quick = false;
  bool list = false;
  bool help = false;
};

Result<Request> parse(int argc, char** argv, std::span<const Benchmark> benchmarks) {
  Request request;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--list") {
      request.list = true;
    } else if (argument == "--help" || argument == "-h") {
      request.help = true;
    } else if (argument == "--quick") {
      request.quick = true;
    } else if (argument == "--json") {
      if (++i == argc) return Status::system("--json needs a file");
      request.json_path = argv[i];
    } else if (argument == "--plot") {
      if (++i == argc) return Status::system("--plot needs a directory");
      request.plot_directory = argv[i];
    } else {
      const Benchmark* found = nullptr;
      for (const Benchmark& known : benchmarks)
        if (known.name == argument) found = &known;
      if (found == nullptr)
        return Status::system("no benchmark or option is called '" + std::string(argument) +
                              "'; see --list");
      request.chosen.push_back(found);
    }
  }
  return request;
}

Status run_all(const Request& request, std::span<const Target> targets) {
  std::FILE* people =
      request.json_path && std::strcmp(request.json_path, "-") == 0 ? stderr : stdout;
  const Host host = describe_host();
  std::fprintf(people, "%s\n", host_text(host).c_str());
  std::vector<Report> reports;
  for (const Benchmark* benchmark : request.chosen) {
    Report& report = reports.emplace_back(benchmark->name, targets, request.quick);
    BLINK_TRY(benchmark->run(Options{request.quick}, report).within(benchmark->name));
    report.close();
    std::fprintf(people, "%s", table_text(report).c_str());
    std::fflush(people);
  }
  if (request.json_path) BLINK_TRY(cli::write_whole(request.json_path, json_text(reports, host)));
  if (request.plot_directory) BLINK_TRY(write_plots(request.plot_directory, reports, host));
  return {};
}

}  // namespace

int run(int argc, char** argv) { return run(argc, argv, all_benchmarks(), all_targets()); }

int run(int argc, char** argv, std::span<const Benchmark> benchmarks,
        std::span<const Target> targets) {
  auto request = parse(argc, argv, benchmarks);
  if (!request.is_ok()) {
    std::fprintf(stderr, "blink: bench: %s\n", std::string(request.status().text()).c_str());
    return 2;
  }
  if (request->help || (request->chosen.empty() && !request->list)) {
    std::fputs(usage, request->help ? stdout : stderr);
    return request->help ? 0 : 2;
  }
  if (request->list) {
    for (const Benchmark& benchmark : benchmarks)
      std::printf("%-10.*s %.*s\n", static_cast<int>(benchmark.name.size()), benchmark.name.data(),
                  static_cast<int>(benchmark.summary.size()), benchmark.summary.data());
    return 0;
  }
  if (Status status = run_all(request.value(), targets); !status.is_ok()) {
    std::fprintf(stderr, "blink: bench: %s\n", std::string(status.text()).c_str());
    return 1;
  }
  return 0;
}

}  // namespace blink::bench
