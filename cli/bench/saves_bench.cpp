// blink bench saves: what it saves to know what procedures do, each saving on and off.
//
// The server has no switch that turns one off: "off" is the same picture by procedures, windows or
// calls from which it cannot know.

#include <array>
#include <chrono>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "cli/bench/benchmarks.h"
#include "cli/bench/crowd.h"
#include "cli/bench/gl_desktop.h"
#include "demos/gears/gears.h"
#include "server/screen/gl_reset.h"

namespace blink::bench {
namespace {

using jit::Builder;
using Words = std::vector<jit::Word>;
using Desktop = std::unique_ptr<GlDesktop>;

constexpr server::ScreenSize screen{1280, 720};
constexpr std::uint32_t side = 128, windows = 10;

jit::Register time_of(Builder& sp) { return sp.input(jit::Input::time); }
jit::Register still(Builder& sp) { return sp.param(0); }

// Takes another colour at every frame. Whoever may use depth is given it clear.
Words plain_redraw(bool may_use_depth) {
  Builder sp(jit::Callback::redraw);
  if (may_use_depth) {
    sp.Enable(gl::GL_DEPTH_TEST);
    sp.Disable(gl::GL_DEPTH_TEST);
  }
  sp.ClearColor(sp.sin(time_of(sp)), 0.5f, 0.5f, 1);
  sp.Clear(gl::GL_COLOR_BUFFER_BIT);
  return sp.finish();
}

Status open_gears(GlDesktop& desktop, std::uint32_t count, jit::Register (*time)(Builder&)) {
  for (std::uint32_t i = 0; i < count; ++i)
    BLINK_TRY(desktop.open(side, side, {demos::gears_init(), demos::gears_redraw(time)}));
  return {};
}

// In turns. What they are called with draws a frame.
template <class Off, class On>
void compare(const Options& options, Report& report, const char* name, const char* of, Off&& off,
             On&& on) {
  std::vector<double> off_us, on_us;
  const std::size_t frames = options.pick(10, 2);
  for (std::size_t i = 0; i < options.pick(20, 3); ++i) {
    off_us.push_back(1e6 / frame_rate(off, frames));
    on_us.push_back(1e6 / frame_rate(on, frames));
  }
  report.add_ratio(name, Better::higher, compare_samples(std::move(off_us), std::move(on_us)),
                   "off_us", "on_us", {{"of", std::string(of)}});
}

Status measure_depth(const Options& options, Report& report) {
  std::array<Desktop, 2> desktops;  // off, on
  for (const bool is_on : {false, true}) {
    BLINK_ASSIGN(desktops[is_on], GlDesktop::create(screen));
    BLINK_TRY(desktops[is_on]->open(512, 512, {plain_redraw(!is_on)}));
  }
  compare(options, report, "depth_ratio",
          "a frame of a window whose redraw may use depth, to one that does not", *desktops[0],
          *desktops[1]);
  return {};
}

// One large window, and gears: above it, or below.
Status measure_hidden(const Options& options, Report& report) {
  std::array<Desktop, 2> desktops;
  for (const bool is_on : {false, true}) {
    BLINK_ASSIGN(desktops[is_on], GlDesktop::create(screen));
    if (is_on) BLINK_TRY(open_gears(*desktops[is_on], windows, time_of));
    BLINK_TRY(desktops[is_on]->open(screen.width, screen.height, {plain_redraw(false)}));
    if (!is_on) BLINK_TRY(open_gears(*desktops[is_on], windows, time_of));
  }
  compare(options, report, "hidden_ratio",
          "a frame with ten windows before a large one, to the same behind it", *desktops[0],
          *desktops[1]);
  return {};
}

// Everything is drawn anew before each frame, as where nobody knows what has changed.
struct Everything {
  GlDesktop& desktop;
  void make_current() const { desktop.make_current(); }
  void frame() {
    desktop.damage_all();
    desktop.frame();
  }
};

Status measure_damage(const Options& options, Report& report) {
  BLINK_ASSIGN(const Desktop desktop, GlDesktop::create(screen));
  BLINK_TRY(open_gears(*desktop, windows - 1, still));
  BLINK_TRY(open_gears(*desktop, 1, time_of));
  Everything everything{*desktop};
  compare(options, report, "damage_ratio",
          "a frame in which one window of ten moves: all of the screen, to what has changed",
          everything, *desktop);
  return {};
}

// What a client leaves behind is put back, before somebody else draws a little.
struct Reset {
  const GlTarget& target;
  const server::GlReset& reset;
  const server::Touched touched;
  void make_current() const { target.make_current(); }
  void frame() const {
    const gl::Dispatch& gl = target.gl();
    constexpr std::size_t clients = 100;
    for (std::size_t i = 0; i < clients; ++i) {
      reset.apply(touched);
      gl.Begin(gl::GL_TRIANGLES);
      for (const float x : {0.0f, 0.01f, 0.02f})
        gl.Vertex3f(x, x * x, 0);
      gl.End();
    }
    gl.Finish();
  }
};

Status measure_reset(const Options& options, Report& report) {
  BLINK_ASSIGN(const auto target, GlTarget::create(screen));
  report.set_gl(target->renderer());
  const server::GlReset reset(target->gl());
  server::Touched touched;
  for (const Words& words : {demos::gears_init(), demos::gears_redraw(time_of)}) {
    BLINK_ASSIGN(const auto procedure, server::Procedure::make(words));
    touched.add(server::Touched::by(procedure->program()));
  }
  server::Touched all{.groups = jit::all_state, .switches = {}};
  all.switches.set();
  Reset off{*target, reset, all}, on{*target, reset, touched};
  compare(options, report, "reset_ratio",
          "putting back everything for 100 clients, to what gears have touched", off, on);
  return {};
}

// The same windows: they turn by themselves, or their program says when, and is stopped.
Status measure_still(const Options& options, Report& report) {
  const double seconds = options.quick ? 0.5 : 5;
  std::array<double, 2> ms_per_s{};
  for (const bool is_on : {false, true}) {
    Crowd crowd(is_on ? "gears-switch" : "gears", {std::to_string(side)});
    BLINK_TRY(crowd.set_up(screen, {}));
    BLINK_TRY(crowd.resize(windows));
    if (is_on) crowd.stage().signal_all(SIGSTOP);
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    BLINK_ASSIGN(const auto measured, crowd.measure(seconds));
    ms_per_s[is_on] = measured.server_s * 1e3 / seconds;
  }
  const Details of = {{"of", std::string("the server's processor time, ten windows")}};
  report.add_value("moving_cpu", "ms/s", Better::lower, ms_per_s[0], of);
  report.add_value("still_cpu", "ms/s", Better::lower, ms_per_s[1], of);
  return {};
}

}  // namespace

Status run_saves(const Options& options, Report& report) {
  BLINK_TRY(measure_still(options, report));  // first: before the driver has threads
  for (const auto measure : {measure_depth, measure_hidden, measure_damage, measure_reset})
    BLINK_TRY(measure(options, report));
  return {};
}

}  // namespace blink::bench
