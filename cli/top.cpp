// blink top: what the server's clients cost and get, once a second.

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "server/control.h"

namespace blink::cli {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr char help[] =
    "usage: blink top [--once] [--json] [--runtime-dir DIR]\n\n"
    "What the server's clients cost and get, anew every second; q or Ctrl-C ends it.\n"
    "  FPS        frames a second in which a redraw of the client ran\n"
    "  P99        of the times between them, the longest but for one of a hundred, ms\n"
    "  REDRAW     time of the screen's thread for one, us\n"
    "  UPDATES    pictures uploaded and updates run, a second\n"
    "  UPDATE     time of the session's thread for one, us\n"
    "  COMPILED   time that its procedures took to be checked and compiled so far, ms\n"
    "  MEMORY     what its objects and textures hold\n"
    "  QUOTA      of what it may have: how much of that which it has most of\n"
    "--once tells of one second. --json, too, for programs.\n";

struct Sample {
  Clock::time_point when;
  json body;
};

Result<Sample> take_sample(const std::string& runtime_dir) {
  BLINK_ASSIGN(const auto answer, server::ask_server(runtime_dir, "ps"));
  Sample sample{Clock::now(), json::parse(answer.json, nullptr, false)};
  if (!sample.body.is_object() || !sample.body.contains("sessions"))
    return Status::system("the server's answer is no JSON");
  return sample;
}

// How many lay between two looks at the same counts.
std::map<double, double> counts_between(const json& before, const json& after) {
  std::map<double, double> counts;
  for (const auto& [time, count] : after.get<std::vector<std::pair<double, double>>>())
    counts[time] += count;
  for (const auto& [time, count] : before.get<std::vector<std::pair<double, double>>>())
    counts[time] -= count;
  return counts;
}

// The time that so great a share of them is not above, microseconds.
double percentile(const std::map<double, double>& counts, double share) {
  double all = 0, seen = 0;
  for (const auto& [time, count] : counts)
    all += count;
  for (const auto& [time, count] : counts)
    if ((seen += count) >= all * share && all > 0) return time;
  return 0;
}

// Of what a session may have, the thing of which it has the greatest share: its name and that.
std::pair<std::string, double> most_used(const json& session, const json& quotas) {
  std::pair<std::string, double> most{"", 0};
  for (const auto& [name, max] : quotas.items()) {
    const json& place = session["screen"].contains(name) ? session["screen"] : session;
    const double share = place.value(name, 0.0) / max.get<double>();
    if (share > most.second) most = {name, share};
  }
  return most;
}

// Of one session, between two looks.
json rates_of(const json& before, const json& after, const json& quotas, double seconds) {
  const auto grown = [&](const char* name) {
    return after["screen"].value(name, 0.0) - before["screen"].value(name, 0.0);
  };
  const auto each = [](double sum, double count) { return count > 0 ? sum / count : 0; };
  const double frames = grown("frames"), updates = grown("updates");
  const auto [most, share] = most_used(after, quotas);
  const auto gaps = counts_between(before["screen"]["frame_gaps"], after["screen"]["frame_gaps"]);
  return {{"session", after["session"]},
          {"name", after["name"]},
          {"windows", after["screen"]["windows"]},
          {"fps", frames / seconds},
          {"frame_gap_us_p50", percentile(gaps, 0.50)},
          {"frame_gap_us_p99", percentile(gaps, 0.99)},
          {"redraw_us", each(grown("redraw_ns") / 1000, frames)},
          {"gpu_us", each(grown("gpu_ns") / 1000, frames)},
          {"updates_per_s", updates / seconds},
          {"update_us", each(grown("update_ns") / 1000, updates)},
          {"compile_ms", after["screen"].value("compile_ns", 0.0) / 1e6},
          {"complaints", after["screen"]["complaints"]},
          {"object_bytes", after["object_bytes"]},
          {"texture_bytes", after["screen"]["texture_bytes"]},
          {"quota_of", most},
          {"quota_share", share}};
}

json rates_between(const Sample& before, const Sample& after) {
  const double seconds = std::chrono::duration<double>(after.when - before.when).count();
  json sessions = json::array();
  for (const json& now : after.body["sessions"])
    for (const json& then : before.body["sessions"])
      if (then["session"] == now["session"] && then.contains("screen") && now.contains("screen"))
        sessions.push_back(rates_of(then, now, after.body["quotas"], seconds));
  const double frames = after.body.value("frames", 0.0) - before.body.value("frames", 0.0);
  const double busy = after.body.value("frame_ns", 0.0) - before.body.value("frame_ns", 0.0);
  return {{"seconds", seconds},
          {"fps", frames / seconds},
          {"frame_us", frames > 0 ? busy / 1000 / frames : 0},
          {"sessions", std::move(sessions)}};
}

std::string text_of(const json& rates) {
  const auto number = [](const json& of, const char* name, int decimals) {
    char text[32];
    std::snprintf(text, sizeof text, "%.*f", decimals, of.value(name, 0.0));
    return std::string(text);
  };
  std::vector<std::vector<std::string>> rows = {
      {"NAME", "FPS", "P99", "REDRAW", "UPDATES", "UPDATE", "COMPILED", "MEMORY", "QUOTA"}};
  for (const json& of : rates["sessions"]) {
    char p99[32];
    std::snprintf(p99, sizeof p99, "%.1f", of.value("frame_gap_us_p99", 0.0) / 1000);
    const std::uint64_t memory = of.value("object_bytes", 0ull) + of.value("texture_bytes", 0ull);
    char quota[32];
    std::snprintf(quota, sizeof quota, "%.0f%%", 100 * of.value("quota_share", 0.0));
    rows.push_back({of.value("name", ""), number(of, "fps", 1), p99, number(of, "redraw_us", 0),
                    number(of, "updates_per_s", 1), number(of, "update_us", 0),
                    number(of, "compile_ms", 1), size_text(memory), quota});
  }
  return "screen: " + number(rates, "fps", 1) + " frames a second, " +
         number(rates, "frame_us", 0) + " us each; " + std::to_string(rows.size() - 1) +
         " clients\n\n" + table_text(rows, {});
}

enum class Heard { nothing, quit, end };

// Waits for the next look.
Heard wait_a_second() {
  pollfd keys{STDIN_FILENO, POLLIN, 0};
  const bool has_terminal = ::isatty(STDIN_FILENO) != 0;
  if (::poll(&keys, has_terminal ? 1 : 0, 1000) <= 0) return Heard::nothing;
  char key = 0;
  if (::read(STDIN_FILENO, &key, 1) == 1) return key == 'q' ? Heard::quit : Heard::nothing;
  ::poll(nullptr, 0, 1000);
  return Heard::end;
}

Status watch(const Arguments& arguments) {
  const bool is_json = arguments.has("--json");
  const bool is_once = is_json || arguments.has("--once");
  BLINK_ASSIGN(Sample before, take_sample(arguments.runtime_dir()));
  for (;;) {
    const Heard heard = wait_a_second();
    if (heard == Heard::quit) return {};
    BLINK_ASSIGN(Sample after, take_sample(arguments.runtime_dir()));
    const json rates = rates_between(before, after);
    const std::string text = is_json
                                 ? rates.dump(-1, ' ', false, json::error_handler_t::replace) + "\n"
                                 : text_of(rates);
    // From the upper left, over what was there.
    const bool is_live = !is_once && ::isatty(STDOUT_FILENO) != 0;
    std::printf("%s%s", is_live ? "\033[H\033[J" : "", text.c_str());
    std::fflush(stdout);
    // Where nobody can press q, as of a terminal that `script` makes, one look is all.
    if (is_once || heard == Heard::end) return {};
    before = std::move(after);
  }
}

}  // namespace

int top(int argc, char** argv) {
  return run_command(argc, argv,
                     {.help = help, .flags = {"--json", "--once"}, .options = {"--runtime-dir"}},
                     watch);
}

}  // namespace blink::cli
