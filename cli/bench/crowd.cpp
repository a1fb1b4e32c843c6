#include "cli/bench/crowd.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <thread>
#include <utility>

namespace blink::bench {

using nlohmann::json;

double processor_seconds(pid_t process) {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

void add_gaps(Counts& counts, const json& gaps, double sign) {
  for (const auto& [microseconds, count] : gaps.get<std::vector<std::pair<double, double>>>())
    counts[microseconds / 1000] += sign * count;
}

double percentile(const Counts& counts, double share) {
  double all = 0, seen = 0;
  for (const auto& [milliseconds, count] : counts)
    all += count;
  for (const auto& [milliseconds, count] : counts)
    if ((seen += count) >= all * share && all > 0) return milliseconds;
  return std::numeric_limits<double>::infinity();
}

double Crowd::Measured::mean_rate() const {
  return std::accumulate(rates.begin(), rates.end(), 0.0) / static_cast<double>(rates.size());
}

double Crowd::Measured::cost_us() const {
  return (server_s + clients_s) * 1e6 / (std::reduce(rates.begin(), rates.end()) * seconds);
}

Status Crowd::resize(std::size_t clients) {
  constexpr std::size_t at_once = 32;
  while (clients_ > clients)
    stage_.end_client(name_of(--clients_));
  while (clients_ < clients) {
    for (std::size_t i = 0; i < at_once && clients_ < clients; ++i)
      BLINK_TRY(stage_.start_client(name_of(clients_++), arguments_));
    BLINK_TRY(stage_.wait_until(
        [&]() -> Result<bool> {
          BLINK_ASSIGN(const json all, stage_.all());
          const auto is_seen = [&](const json& its) {
            return its["name"] == demo_ && its.contains("screen") && its["screen"]["frames"] > 0;
          };
          return std::ranges::count_if(all["sessions"], is_seen) >= std::ptrdiff_t(clients_);
        },
        std::to_string(clients_) + " windows of demo-" + demo_));
  }
  // Those that were ended are gone.
  return stage_.wait_until(
      [&]() -> Result<bool> {
        BLINK_ASSIGN(const json all, stage_.all());
        const auto is_one = [&](const json& its) { return its["name"] == demo_; };
        return std::ranges::count_if(all["sessions"], is_one) == std::ptrdiff_t(clients_);
      },
      "the end of demo-" + demo_);
}

double Crowd::clients_seconds() {
  double sum = 0;
  for (std::size_t i = 0; i < clients_; ++i)
    sum += processor_seconds(stage_.client(name_of(i)).pid());
  return sum;
}

Result<Crowd::Measured> Crowd::measure(double seconds) {
  using Clock = std::chrono::steady_clock;
  BLINK_ASSIGN(const json before, stage_.all());
  const auto begin = Clock::now();
  const double server = processor_seconds(stage_.server_pid()), clients = clients_seconds();
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  Measured measured;
  measured.server_s = processor_seconds(stage_.server_pid()) - server;
  measured.clients_s = clients_seconds() - clients;
  BLINK_ASSIGN(const json after, stage_.all());
  measured.seconds = std::chrono::duration<double>(Clock::now() - begin).count();

  std::map<std::int64_t, const json*> then;
  for (const json& session : before["sessions"])
    then[session["session"]] = &session["screen"];
  for (const json& session : after["sessions"]) {
    const auto known = then.find(session["session"]);
    if (known == then.end() || session["name"] != demo_) continue;
    const json &was = *known->second, &is = session["screen"];
    add_gaps(measured.gaps, is["frame_gaps"], 1);
    add_gaps(measured.gaps, was["frame_gaps"], -1);
    measured.rates.push_back((is.value("changes", 0.0) - was.value("changes", 0.0)) /
                             measured.seconds);
  }
  if (measured.rates.size() != clients_)
    return Status::system("a client has gone; the log:\n" + stage_.log());
  return measured;
}

}  // namespace blink::bench
