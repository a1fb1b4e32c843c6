// blink bench video: twelve films at once, shown by `redraw` and by `update` (thesis, figure 9.6).
//
// The server and the clients, demo-video, are processes of their own. What is measured is what a
// user sees: the times between the frames of the screen in which a film was drawn anew. By `redraw`
// the server draws each film at every frame of its own; by `update` a film's program asks for each
// picture, 25 times a second.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cli/bench/benchmarks.h"
#include "cli/bench/crowd.h"
#include "cli/demo_stage.h"
#include "cli/film_maker.h"

namespace blink::bench {
namespace {

using nlohmann::json;

constexpr int clients = 12, columns = 4;
constexpr double pictures_per_s = 25;
constexpr float width = 512, height = 304;
constexpr float step_x = width + 20, step_y = height + 50;  // a window with its frame
constexpr server::ScreenSize screen{static_cast<std::uint32_t>(columns * step_x + 20),
                                    static_cast<std::uint32_t>(clients / columns * step_y + 20)};
constexpr const char* source = "testsrc2=s=512x304:r=25:d=10";

// A film holds its rate when few of its pictures are missing, and few of its frames come late: by
// half of a picture's time.
constexpr double enough = 0.95, gap_ms_max = 1.5 * 1000 / pictures_per_s;

std::vector<Point> distribution(const Counts& counts) {
  double all = 0, seen = 0;
  for (const auto& [milliseconds, count] : counts)
    all += count;
  std::vector<Point> points;
  for (const auto& [milliseconds, count] : counts)
    if (count > 0) points.push_back({milliseconds, (seen += count) / all * 100});
  return points;
}

struct Way {
  std::string name;
  std::vector<std::string> options;
  double updates_per_picture;  // that the server counts: pictures taken, and updates run
};

struct Measured {
  Counts gaps;  // of all clients
  double frames_per_s = 0, pictures_per_s = 0, held = 0;
};

Result<std::vector<json>> look(const cli::DemoStage& stage) {
  std::vector<json> sessions;
  for (int i = 0; i < clients; ++i) {
    BLINK_ASSIGN(json session, stage.session_of("video:" + std::to_string(i)));
    if (!session.contains("screen")) return Status::system("a client has gone:\n" + stage.log());
    sessions.push_back(std::move(session["screen"]));
  }
  return sessions;
}

Result<Measured> measure(cli::DemoStage& stage, const Way& way, const std::string& film,
                         double seconds) {
  using Clock = std::chrono::steady_clock;
  std::vector<std::string> arguments = way.options;
  arguments.push_back(film);
  for (int i = 0; i < clients; ++i)
    BLINK_TRY(stage.open("video:" + std::to_string(i),
                         10 + step_x * static_cast<float>(i % columns),
                         40 + step_y * static_cast<float>(i / columns), arguments));
  std::this_thread::sleep_for(std::chrono::seconds(2));

  BLINK_ASSIGN(const auto before, look(stage));
  const auto begin = Clock::now();
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  BLINK_ASSIGN(const auto after, look(stage));
  const double took = std::chrono::duration<double>(Clock::now() - begin).count();

  Measured all;
  for (std::size_t i = 0; i < before.size(); ++i) {
    Counts gaps;
    for (const auto& [look, sign] : {std::pair(&after[i], 1.0), {&before[i], -1.0}}) {
      add_gaps(gaps, (*look)["frame_gaps"], sign);
      add_gaps(all.gaps, (*look)["frame_gaps"], sign);
    }
    const auto rate = [&](const char* name) {
      return (after[i].value(name, 0.0) - before[i].value(name, 0.0)) / took;
    };
    const double frames = rate("frames"), pictures = rate("updates") / way.updates_per_picture;
    all.frames_per_s += frames / clients;
    all.pictures_per_s += pictures / clients;
    all.held += std::min(frames, pictures) >= enough * pictures_per_s &&
                percentile(gaps, 0.95) <= gap_ms_max;
  }
  return all;
}

}  // namespace

Status run_video(const Options& options, Report& report) {
  Table table{.headings = {"", "p50, ms", "p95, ms", "p99, ms", "frames/s", "pictures/s",
                           "hold their rate"},
              .rows = {}};
  for (const Way& way : {Way{"redraw", {}, 1}, Way{"update", {"--update"}, 2}}) {
    cli::DemoStage stage;
    BLINK_TRY(stage.set_up(screen));
    const std::string film = stage.directory() + "/film.mkv";
    if (const Status made = cli::make_film(film, source); !made.is_ok()) {
      report.skip(way.name + "_clients", "clients", Better::higher, std::string(made.text()));
      continue;
    }
    BLINK_ASSIGN(const Measured measured, measure(stage, way, film, options.quick ? 2 : 20));
    const auto text = [](double value) {
      char digits[32];
      std::snprintf(digits, sizeof digits, "%.1f", value);
      return std::string(digits);
    };
    std::vector<std::string> row = {way.name};
    for (const int share : {50, 95, 99}) {
      const double gap = percentile(measured.gaps, share / 100.0);
      report.add_value(way.name + "_gap_p" + std::to_string(share), "ms", Better::lower, gap,
                       {{"of", std::string("the times between frames that show a film anew")}});
      row.push_back(text(gap));
    }
    report.add_value(way.name + "_clients", "clients", Better::higher, measured.held,
                     {{"of", std::int64_t{clients}},
                      {"frames_per_s", measured.frames_per_s},
                      {"pictures_per_s", measured.pictures_per_s},
                      {"gap_p95_ms_max", gap_ms_max}});
    row.push_back(text(measured.frames_per_s));
    row.push_back(text(measured.pictures_per_s));
    row.push_back(text(measured.held));
    table.rows.push_back(std::move(row));
    report.add_curve({.name = "gaps",
                      .title = "Twelve films of 25 pictures a second: time between their frames",
                      .x_label = "at most, ms",
                      .y_label = "% of the frames",
                      .x_scale = Scale::log},
                     way.name, distribution(measured.gaps));
  }
  if (!table.rows.empty()) report.add_table(std::move(table));
  return {};
}

}  // namespace blink::bench
