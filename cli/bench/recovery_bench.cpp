// blink bench recovery: how soon programs are seen again when their server was killed, and how long
// it takes them to let go of it and to come back.

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "cli/bench/benchmarks.h"
#include "cli/bench/stats.h"
#include "cli/bench/x_desktop.h"
#include "cli/demo_stage.h"
#include "common/program_path.h"
#include "server/control.h"

namespace blink::bench {
namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::json;

constexpr int frames_enough = 60;  // until what is read back now and then was
constexpr std::chrono::seconds time_max{60};

struct Program {
  const char* name;  // of results
  std::vector<std::string> command;
};

double ms_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

// How many of its frames have come to the screen; 0 before the server knows it.
Result<int> frames_seen(const cli::DemoStage& stage) {
  BLINK_ASSIGN(const json all, stage.all());
  const json& sessions = all["sessions"];
  if (sessions.empty() || !sessions[0].contains("screen")) return 0;
  return sessions[0]["screen"].value("updates", 0);
}

Status wait_for_frames(const cli::DemoStage& stage, int frames) {
  const auto deadline = Clock::now() + time_max;
  for (;;) {
    BLINK_ASSIGN(const int seen, frames_seen(stage));
    if (seen >= frames) return {};
    if (Clock::now() > deadline) return Status::system("no frames came:\n" + stage.log());
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

Status ask(const cli::DemoStage& stage, const char* command, pid_t pid) {
  const std::string client = json{{"client", std::to_string(pid)}}.dump();
  return server::ask_server(stage.directory(), command, client).take_status();
}

Status measure(const Program& program, const Options& options, const XDesktop& desktop,
               cli::DemoStage& stage, Report& report) {
  std::vector<std::string> command = desktop.environment(stage.directory(), false);
  command.insert(command.end(), program.command.begin(), program.command.end());
  BLINK_ASSIGN(cli::Child child, cli::start(command, -1, -1, true));
  std::vector<double> back, frozen, thawed;
  for (std::size_t i = 0; i < options.pick(9, 2); ++i) {
    BLINK_TRY(wait_for_frames(stage, frames_enough));
    BLINK_TRY(stage.replace_server());
    auto begin = Clock::now();
    BLINK_TRY(wait_for_frames(stage, 1));
    back.push_back(ms_since(begin));
    BLINK_TRY(wait_for_frames(stage, frames_enough));
    begin = Clock::now();
    BLINK_TRY(ask(stage, "freeze", child.pid()));
    frozen.push_back(ms_since(begin));
    begin = Clock::now();
    BLINK_TRY(ask(stage, "thaw", child.pid()));
    BLINK_TRY(wait_for_frames(stage, 1));
    thawed.push_back(ms_since(begin));
  }
  const std::string name = program.name;
  report.add(name + "_back", "ms", Better::lower, summarize(back));
  report.add(name + "_frozen", "ms", Better::lower, summarize(frozen));
  report.add(name + "_thawed", "ms", Better::lower, summarize(thawed));
  return {};
}

}  // namespace

Status run_recovery(const Options& options, Report& report) {
  cli::DemoStage stage;
  BLINK_TRY(stage.set_up({1280, 720}, {"--output", "headless"}));
  XDesktop desktop;
  BLINK_TRY(desktop.start(stage.directory()));
  const std::string textures = beside_this_program("bench-gl-textures");
  for (const Program& program :
       {Program{"small", {textures, "0"}}, Program{"textures_50mb", {textures, "50"}}})
    BLINK_TRY(measure(program, options, desktop, stage, report));
  return stage.strike();
}

}  // namespace blink::bench
