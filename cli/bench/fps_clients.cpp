#include "cli/bench/fps_clients.h"

#include <sched.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "cli/bench/crowd.h"

namespace blink::bench {
namespace {

// What clients hold on average. (Of those that ask for each frame some always come at a bad moment:
// two pictures of theirs wait for the same frame of the screen, and the first is never
// seen.)
constexpr double rate_min = 50;
constexpr const char* side = "64";  // of a window
constexpr std::size_t bisections = 3;

// Where the frames go.
struct Stage {
  const char* suffix;  // of the results
  const char* title;
  server::ScreenSize screen;  // with room for the windows side by side
  std::vector<std::string> options;
  std::size_t clients_max;
  bool is_on_one_core;  // the server and its clients, together
};

struct Found {
  std::size_t clients = 0;
  bool is_at_least = true;  // no crowd was too large
  std::vector<Point> rates, costs;
  double cost_us = 0;  // with as many clients as the curve goes to
};

// The processors that what is started meanwhile may use: the first of this thread's, alone.
class OneCore {
 public:
  explicit OneCore(bool is_wanted) {
    if (!is_wanted || ::sched_getaffinity(0, sizeof all_, &all_) != 0) return;
    cpu_set_t one;
    CPU_ZERO(&one);
    for (std::size_t i = 0; i < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++i)
      if (CPU_ISSET(i, &all_)) CPU_SET(i, &one);
    is_so_ = ::sched_setaffinity(0, sizeof one, &one) == 0;
  }
  ~OneCore() {
    if (is_so_) ::sched_setaffinity(0, sizeof all_, &all_);
  }
  OneCore(const OneCore&) = delete;

 private:
  cpu_set_t all_{};
  bool is_so_ = false;
};

class Search {
 public:
  Search(const Stage& stage, const char* demo, bool is_quick)
      : stage_(stage), crowd_(demo, {side}), is_quick_(is_quick) {}

  Result<Found> run() {
    {
      const OneCore one(stage_.is_on_one_core);
      BLINK_TRY(crowd_.set_up(stage_.screen, stage_.options));
    }
    const std::size_t curve_max = is_quick_ ? 4 : 64;
    const std::size_t clients_max = is_quick_ ? 8 : stage_.clients_max;
    // Others use the machine, too: a crowd is too large when the next one is as well.
    std::size_t failures = 0;
    for (std::size_t clients = 1, next; clients <= clients_max; clients = next) {
      if (failures > 1 && clients > curve_max) break;
      next = clients < clients_max ? std::min(2 * clients, clients_max) : clients + 1;
      BLINK_ASSIGN(const bool holds, try_with(clients, clients <= curve_max));
      failures = holds ? 0 : failures + 1;
      if (holds) found_.clients = clients;
    }
    found_.is_at_least = failures == 0;
    std::size_t too_many = found_.is_at_least ? 0 : std::max(2 * found_.clients, std::size_t{1});
    for (std::size_t i = 0; i < bisections && too_many > found_.clients + 1; ++i) {
      const std::size_t middle = (found_.clients + too_many) / 2;
      BLINK_ASSIGN(const bool holds, try_with(middle, false));
      (holds ? found_.clients : too_many) = middle;
    }
    return std::move(found_);
  }

 private:
  // Whether so many hold their rate; who fails may try again.
  Result<bool> try_with(std::size_t clients, bool is_of_curve) {
    {
      const OneCore one(stage_.is_on_one_core);
      BLINK_TRY(crowd_.resize(clients));
    }
    const double seconds = is_quick_ ? 0.5 : 1.5;
    BLINK_ASSIGN(Crowd::Measured best, crowd_.measure(seconds));
    const auto is_enough = [](const Crowd::Measured& measured) {
      return measured.mean_rate() >= rate_min;
    };
    if (!is_enough(best)) {
      BLINK_ASSIGN(Crowd::Measured again, crowd_.measure(seconds));
      if (again.mean_rate() > best.mean_rate()) best = std::move(again);
    }
    if (is_of_curve) {
      const auto x = static_cast<double>(clients);
      found_.rates.push_back({x, best.mean_rate()});
      found_.costs.push_back({x, found_.cost_us = best.cost_us()});
    }
    return is_enough(best);
  }

  const Stage& stage_;
  Crowd crowd_;
  const bool is_quick_;
  Found found_;
};

Status measure_on(const Stage& stage, const Options& options, Report& report) {
  constexpr std::array kinds = {std::pair("procedures", "gears"),
                                std::pair("switch", "gears-switch")};
  std::array<Found, 2> found;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const auto [kind, demo] = kinds[i];
    BLINK_ASSIGN(found[i], Search(stage, demo, options.quick).run());
    const Details how = {{"side", std::string(side)},
                         {"rate_min", rate_min},
                         {"at_least", found[i].is_at_least},
                         {"rate_at_curve_end", found[i].rates.back().y}};
    report.add_value("clients_at_50_" + std::string(kind) + stage.suffix, "clients", Better::higher,
                     static_cast<double>(found[i].clients), how);
    report.add_value(
        "cost_" + std::string(kind) + stage.suffix, "us", Better::lower, found[i].cost_us,
        {{"of", std::string("processor time of server and clients, a frame of a client")}});
    report.add_curve({.name = "clients" + std::string(stage.suffix),
                      .title = "Frames with something new, " + std::string(stage.title),
                      .x_label = "clients",
                      .y_label = "frames a second of a client",
                      .x_scale = Scale::log},
                     kind, std::move(found[i].rates));
    report.add_curve({.name = "cost" + std::string(stage.suffix),
                      .title = "Processor time of server and clients, " + std::string(stage.title),
                      .x_label = "clients",
                      .y_label = "for each frame of a client, µs",
                      .x_scale = Scale::log},
                     kind, std::move(found[i].costs));
  }
  const auto& [procedures, by_switch] = found;
  const auto ratio = [](double a, double b) { return b > 0 ? a / b : std::nan(""); };
  report.add_value(
      "clients_at_50_ratio" + std::string(stage.suffix), "ratio", Better::higher,
      ratio(static_cast<double>(procedures.clients), static_cast<double>(by_switch.clients)),
      {{"at_least", procedures.is_at_least}});
  report.add_value("cost_ratio" + std::string(stage.suffix), "ratio", Better::higher,
                   ratio(by_switch.cost_us, procedures.cost_us));
  return {};
}

}  // namespace

// Where drawing costs nothing, as on a GPU with little to do, and where this host's driver draws
// everything. More of these clients than so have more procedures than a server takes.
Status measure_clients(const Options& options, Report& report) {
  const Stage without_driver{
      .suffix = "",
      .title = "one core, a driver whose commands do nothing",
      .screen = {16'000, 9'000},
      .options = {"--output", "none", "--sessions", "2048", "--sessions-per-user", "2048"},
      .clients_max = 1536,
      .is_on_one_core = true};
  const Stage drawn{.suffix = "_drawn",
                    .title = "drawn by this host's driver",
                    .screen = {4096, 2160},
                    .options = {},
                    .clients_max = 64,
                    .is_on_one_core = false};
  BLINK_TRY(measure_on(without_driver, options, report));
  return measure_on(drawn, options, report);
}

}  // namespace blink::bench
