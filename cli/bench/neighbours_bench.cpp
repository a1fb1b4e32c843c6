// blink bench neighbours: what others get beside bad neighbours. One client's redraw takes far
// longer than a frame, and another changes its window as fast as it can.
//
// What is measured is what a user sees of the others: the times between their frames.

#include <atomic>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cli/bench/benchmarks.h"
#include "cli/bench/crowd.h"
#include "jit/builder/procedure_builder.h"
#include "vso/client_array.h"

namespace blink::bench {
namespace {

using jit::Builder;

constexpr server::ScreenSize screen{1280, 720};
constexpr std::size_t clients = 4;
constexpr const char* side = "64";  // small: drawing them takes little of a frame anywhere

class BadClient {
 public:
  static Result<std::unique_ptr<BadClient>> connect(const cli::DemoStage& stage, const char* name) {
    vso::ClientOptions options;
    options.socket_path = stage.directory() + "/clients";
    options.name = name;
    std::unique_ptr<BadClient> made(new BadClient);
    BLINK_ASSIGN(made->client_, vso::Client::connect(options));
    BLINK_ASSIGN(made->array_, made->client_->add_array(16));
    constexpr std::uint32_t window_side = 100;
    BLINK_ASSIGN(made->window_, made->put(BLINK_OBJECT_WINDOW, std::as_bytes(std::span(name, 3)),
                                          {window_side, window_side}));
    return made;
  }

  Status give(const std::vector<jit::Word>& words) {
    return put(BLINK_OBJECT_PROCEDURE, std::as_bytes(std::span(words)), {window_}).take_status();
  }
  Result<std::uint32_t> give_param(float number) {
    return put(BLINK_OBJECT_PARAMS, std::as_bytes(std::span(&number, 1)), {window_});
  }
  void change(std::uint32_t params, float number) {
    array_->begin_update(params);
    std::memcpy(array_->content(params).data(), &number, sizeof number);
    array_->end_update(params);
  }

 private:
  BadClient() = default;
  Result<std::uint32_t> put(std::uint16_t type, std::span<const std::byte> bytes,
                            const vso::ClientArray::Params& params) {
    BLINK_ASSIGN(const std::uint32_t made, array_->create(type, bytes.size(), params));
    std::memcpy(array_->content(made).data(), bytes.data(), bytes.size());
    array_->end_update(made);
    return made;
  }

  std::unique_ptr<vso::Client> client_;
  vso::ClientArray* array_ = nullptr;
  std::uint32_t window_ = 0;
};

// Blended, as large as the window, one over the other: much to do, and another picture in each
// frame.
Status make_slow(BadClient& client) {
  Builder init(jit::Callback::init);
  init.NewList(1, gl::GL_COMPILE);
  init.Begin(gl::GL_QUADS);
  for (int i = 0; i < 500; ++i) {
    init.Vertex2f(0, 0);
    init.Vertex2f(100, 0);
    init.Vertex2f(100, 100);
    init.Vertex2f(0, 100);
  }
  init.End();
  init.EndList();
  BLINK_TRY(client.give(init.finish()));
  Builder redraw(jit::Callback::redraw);
  redraw.ClearColor(redraw.sin(redraw.input(jit::Input::time)), 0, 0, 1);
  redraw.Clear(gl::GL_COLOR_BUFFER_BIT);
  redraw.Enable(gl::GL_BLEND);
  redraw.BlendFunc(gl::GL_SRC_ALPHA, gl::GL_ONE_MINUS_SRC_ALPHA);
  redraw.Color4f(0, 1, 0, 0.01f);
  for (int i = 0; i < 45; ++i)
    redraw.CallList(1);
  return client.give(redraw.finish());
}

// Its window is to be drawn anew whenever it says so, and it says so all the time.
class Flood {
 public:
  static Result<std::unique_ptr<Flood>> start(const cli::DemoStage& stage) {
    std::unique_ptr<Flood> made(new Flood);
    BLINK_ASSIGN(made->client_, BadClient::connect(stage, "flood"));
    Builder redraw(jit::Callback::redraw);
    redraw.ClearColor(redraw.param(0), 0, 0, 1);
    redraw.Clear(gl::GL_COLOR_BUFFER_BIT);
    BLINK_TRY(made->client_->give(redraw.finish()));
    BLINK_ASSIGN(const std::uint32_t params, made->client_->give_param(0));
    made->thread_ = std::thread([self = made.get(), params] {
      for (float number = 0; !self->is_over_; number = number < 1 ? number + 0.01f : 0)
        self->client_->change(params, number);
    });
    return made;
  }
  ~Flood() {
    is_over_ = true;
    if (thread_.joinable()) thread_.join();
  }

 private:
  Flood() = default;
  std::unique_ptr<BadClient> client_;
  std::atomic<bool> is_over_{false};
  std::thread thread_;
};

// Whether the server has noticed: the slow one is drawn beside the screen, and the flood counts.
Status check_bad(const cli::DemoStage& stage, Details& details) {
  BLINK_ASSIGN(const auto all, stage.all());
  std::size_t found = 0;
  for (const auto& session : all["sessions"]) {
    if (session["name"] == "slow") {
      ++found;
      details.push_back({"slow_frames", session["screen"].value("frames", std::int64_t{0})});
    } else if (session["name"] == "flood") {
      ++found;
      details.push_back({"flood_versions", session.value("versions", std::int64_t{0})});
    }
  }
  if (found != 2) return Status::system("a bad client has gone:\n" + stage.log());
  return {};
}

}  // namespace

Status run_neighbours(const Options& options, Report& report) {
  const double seconds = options.quick ? 1 : 10;
  Crowd crowd("gears", {side});
  BLINK_TRY(crowd.set_up(screen, {}));
  BLINK_TRY(crowd.resize(clients));
  std::this_thread::sleep_for(std::chrono::seconds(1));
  const auto add = [&](const std::string& name, const Crowd::Measured& measured, Details details) {
    details.push_back({"frames_per_s", measured.mean_rate()});
    details.push_back({"gap_p50_ms", percentile(measured.gaps, 0.5)});
    report.add_value(name + "_p99", "ms", Better::lower, percentile(measured.gaps, 0.99),
                     std::move(details));
    std::vector<Point> points;
    double sum = 0, seen = 0;
    for (const auto& [ms, count] : measured.gaps)
      sum += count;
    for (const auto& [ms, count] : measured.gaps)
      if (count > 0) points.push_back({ms, (seen += count) / sum * 100});
    report.add_curve({.name = "gaps",
                      .title = "Four clients beside a slow one and a flood: time between frames",
                      .x_label = "at most, ms",
                      .y_label = "% of the frames",
                      .x_scale = Scale::log},
                     name, std::move(points));
  };
  BLINK_ASSIGN(const auto alone, crowd.measure(seconds));
  add("alone", alone, {});

  const auto with = [&](const char* name, bool has_slow, bool has_flood) -> Status {
    std::unique_ptr<BadClient> slow;
    std::unique_ptr<Flood> flood;
    if (has_slow) {
      BLINK_ASSIGN(slow, BadClient::connect(crowd.stage(), "slow"));
      BLINK_TRY(make_slow(*slow));
    }
    if (has_flood) {
      BLINK_ASSIGN(flood, Flood::start(crowd.stage()));
    }
    std::this_thread::sleep_for(std::chrono::seconds(2));  // until the server has seen it
    BLINK_ASSIGN(const auto measured, crowd.measure(seconds));
    Details details;
    if (has_slow && has_flood) BLINK_TRY(check_bad(crowd.stage(), details));
    add(name, measured, std::move(details));
    return {};
  };
  BLINK_TRY(with("slow_neighbour", true, false));
  BLINK_TRY(with("flooding_neighbour", false, true));
  return with("neighbours", true, true);
}

}  // namespace blink::bench
