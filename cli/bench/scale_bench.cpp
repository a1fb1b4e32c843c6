// blink bench scale: what the server itself costs for each client that is on the screen.
//
// The GL driver's calls return at once, so that what is measured is the desktop: inputs, checks,
// procedures, frames of windows, state put back between clients. Every client has a window whose
// redraw depends on time, as the demo gears has.

#include <ctime>

#include <memory>

#include "cli/bench/benchmarks.h"
#include "cli/bench/number.h"
#include "demos/gears/gears.h"
#include "server/screen/desktop.h"
#include "server/screen/output_null.h"

namespace blink::bench {
namespace {

using server::Desktop;

constexpr server::ScreenMode mode{.size = {16'000, 9'000}};
constexpr std::uint32_t side = 100;  // of a window: most of them hide little of others

// The processor time of this thread, so that others on the machine count little.
double thread_us() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

// A desktop with so many clients, without a driver.
class NullDesktop {
 public:
  static Result<std::unique_ptr<NullDesktop>> create(std::uint32_t clients) {
    BLINK_ASSIGN(auto keyboard, server::Keyboard::create("us"));
    std::unique_ptr<NullDesktop> made(new NullDesktop(std::move(keyboard)));
    BLINK_TRY(made->desktop_.prepare());
    BLINK_ASSIGN(const auto redraw,
                 server::Procedure::make(demos::gears_redraw(
                     [](jit::Builder& sp) { return sp.input(jit::Input::time); })));
    server::DesktopNews news;
    for (std::uint32_t session = 1; session <= clients; ++session) {
      server::SessionNews& its = news[session];
      its.of.session = session;
      its.of.machine = "machine";
      its.windows[{0, 1}].shape = server::WindowShape{"gears", side, side};
      its.windows[{0, 1}].procedures[static_cast<std::size_t>(jit::Callback::redraw)] = redraw;
    }
    made->desktop_.take(std::move(news), made->now_);
    return made;
  }

  // Processor time of a frame, microseconds.
  double frame() {
    const double begin = thread_us();
    now_ += std::chrono::microseconds(16'667);
    for (const server::Rect area : desktop_.begin_frame(now_))
      desktop_.draw(0, area);
    desktop_.end_frame({});
    return thread_us() - begin;
  }

 private:
  explicit NullDesktop(std::unique_ptr<server::Keyboard> keyboard)
      : scene_(gl_), desktop_(gl_, scene_, mode, std::move(keyboard)) {}

  const gl::Dispatch gl_ = server::idle_driver();
  server::Scene scene_;
  Desktop desktop_;
  Desktop::Clock::time_point now_ = Desktop::Clock::now();
};

}  // namespace

Status run_scale(const Options& options, Report& report) {
  std::vector<Point> points;
  for (const std::uint32_t clients : {16u, 64u, 256u, 1000u}) {
    BLINK_ASSIGN(const auto desktop, NullDesktop::create(clients));
    desktop->frame();
    std::vector<double> samples;
    for (std::size_t i = 0; i < options.pick(100, 3); ++i)
      samples.push_back(desktop->frame() / clients);
    const Summary summary = summarize(std::move(samples));
    points.push_back({static_cast<double>(clients), summary.median});
    report.add("redraw_of_" + std::to_string(clients), "us", Better::lower, summary,
               {{"of", std::string("a frame, for each client; the driver returns at once")}});
  }
  report.add_curve({.name = "clients",
                    .title = "What a client costs at every frame, without a driver",
                    .x_label = "clients",
                    .y_label = "time, µs",
                    .x_scale = Scale::log},
                   "redraw", points);
  return {};
}

}  // namespace blink::bench
