// blink bench gl: what OpenGL costs programs that know nothing of Blink, through its driver and
// directly through Mesa's, one after the other in one run, with the same program.

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "cli/bench/benchmarks.h"
#include "cli/bench/x_desktop.h"
#include "cli/demo_stage.h"
#include "common/program_path.h"

namespace blink::bench {
namespace {

struct Run {
  std::map<std::string, double> ns;
  std::string driver, renderer;
};

Result<Run> run_calls(const cli::DemoStage& stage, const XDesktop& desktop, bool is_direct,
                      double seconds) {
  const std::string path = stage.directory() + "/gl-calls";
  const UniqueFd output(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  std::vector<std::string> command = desktop.environment(stage.directory(), is_direct);
  command.push_back(beside_this_program("bench-gl-calls"));
  command.push_back(std::to_string(seconds));
  BLINK_ASSIGN(cli::Child child, cli::start(command, output.get(), -1, true));
  const int status = child.wait(300'000);
  std::ifstream said(path);
  Run run;
  std::string all, line;
  while (std::getline(said, line)) {
    all += line + '\n';
    std::istringstream words(line);
    std::string name;
    words >> name >> std::ws;
    if (name == "driver") std::getline(words, run.driver);
    if (name == "renderer") std::getline(words, run.renderer);
    if (double ns = 0; words >> ns) run.ns[name] = ns;
  }
  if (status != 0)
    return Status::system("bench-gl-calls ended with " + std::to_string(status) + ":\n" + all +
                          stage.log());
  if ((run.driver.find("Blink") == std::string::npos) != is_direct)
    return Status::system("another driver was loaded than asked for: " + run.driver);
  return run;
}

// How a call is judged: as a fraction of the rate that it has directly, or by its own time.
struct Call {
  const char* name;
  bool is_fraction;
};
constexpr Call calls[] = {{"immediate", true},
                          {"state", true},
                          {"draw", true},
                          {"uniform_draw", true},
                          {"buffer_sub_data", true},
                          {"map_draw", true},
                          {"tex_sub_image_64", true},
                          {"tex_sub_image_1024", true},
                          {"swap", true},
                          {"get_error", false},
                          {"get_integer", false},
                          {"finish", false},
                          {"read_pixel", false}};

}  // namespace

Status run_gl(const Options& options, Report& report) {
  cli::DemoStage stage;
  BLINK_TRY(stage.set_up({1280, 720}, {"--output", "headless", "--redraw-ms", "10000"}));
  XDesktop desktop;
  BLINK_TRY(desktop.start(stage.directory()));
  std::map<std::string, std::vector<double>> direct, ours;
  const double seconds = options.quick ? 0.02 : 0.3;
  for (std::size_t i = 0; i < options.pick(5, 1); ++i)
    for (const bool is_direct : {true, false}) {
      BLINK_ASSIGN(const Run run, run_calls(stage, desktop, is_direct, seconds));
      if (is_direct) report.set_gl(run.renderer);
      for (const auto& [name, ns] : run.ns)
        (is_direct ? direct : ours)[name].push_back(ns);
    }
  for (const Call& call : calls) {
    const std::string name = call.name;
    const Comparison both = compare_samples(direct[name], ours[name]);
    if (call.is_fraction)
      report.add_ratio(name + "_rate", Better::higher, both, "direct_ns", "ours_ns");
    else
      report.add(name + "_time", "ns", Better::lower, both.second,
                 {{"direct_ns", both.first.median}});
  }
  return stage.strike();
}

}  // namespace blink::bench
