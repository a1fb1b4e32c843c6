// blink bench fps: gears as procedures in a window against the same gears drawn directly, on the
// same GL driver and as large, in turns.

#include <memory>

#include "cli/bench/benchmarks.h"
#include "cli/bench/fps_clients.h"
#include "cli/bench/gl_desktop.h"
#include "demos/gears/gears.h"

namespace blink::bench {
namespace {

constexpr std::uint32_t side = 512;  // of the window
constexpr server::ScreenMode screen_mode{.size = {640, 640}};

// What gears.h draws with, when it draws at once.
class DirectGl {
 public:
  explicit DirectGl(const gl::Dispatch& gl) : gl_(gl) {}

  float min(float a, float b) const { return a < b ? a : b; }
  float sin(float a) const { return std::sin(a); }

  void Begin(gl::GLenum what) const { gl_.Begin(what); }
  void BlendFunc(gl::GLenum from, gl::GLenum onto) const { gl_.BlendFunc(from, onto); }
  void CallList(int list) const { gl_.CallList(static_cast<gl::GLuint>(list)); }
  void Clear(gl::GLbitfield mask) const { gl_.Clear(mask); }
  void ClearColor(float r, float g, float b, float a) const { gl_.ClearColor(r, g, b, a); }
  void DepthMask(bool is_written) const { gl_.DepthMask(is_written); }
  void Disable(gl::GLenum what) const { gl_.Disable(what); }
  void Enable(gl::GLenum what) const { gl_.Enable(what); }
  void End() const { gl_.End(); }
  void EndList() const { gl_.EndList(); }
  void Frustum(double l, double r, double b, double t, double n, double f) const {
    gl_.Frustum(l, r, b, t, n, f);
  }
  void LightModelf(gl::GLenum name, float value) const { gl_.LightModelf(name, value); }
  void Lightfv(gl::GLenum light, gl::GLenum name, std::array<float, 4> values) const {
    gl_.Lightfv(light, name, values.data());
  }
  void Materialf(gl::GLenum face, gl::GLenum name, float value) const {
    gl_.Materialf(face, name, value);
  }
  void Materialfv(gl::GLenum face, gl::GLenum name, std::array<float, 4> values) const {
    gl_.Materialfv(face, name, values.data());
  }
  void MatrixMode(gl::GLenum mode) const { gl_.MatrixMode(mode); }
  void NewList(int list, gl::GLenum mode) const {
    gl_.NewList(static_cast<gl::GLuint>(list), mode);
  }
  void Normal3f(float x, float y, float z) const { gl_.Normal3f(x, y, z); }
  void PopMatrix() const { gl_.PopMatrix(); }
  void PushMatrix() const { gl_.PushMatrix(); }
  void Rotatef(float angle, float x, float y, float z) const { gl_.Rotatef(angle, x, y, z); }
  void Translatef(float x, float y, float z) const { gl_.Translatef(x, y, z); }
  void Vertex3f(float x, float y, float z) const { gl_.Vertex3f(x, y, z); }

 private:
  const gl::Dispatch& gl_;
};

// A program that draws by itself: into a buffer of its own, or into a window on a screen, which it
// keeps to as every program must.
class DirectGears {
 public:
  static Result<std::unique_ptr<DirectGears>> create(bool is_in_window) {
    BLINK_ASSIGN(auto target, GlTarget::create(is_in_window ? screen_mode.size
                                                            : server::ScreenSize{side, side}));
    return std::unique_ptr<DirectGears>(new DirectGears(std::move(target), is_in_window));
  }
  const char* renderer() const { return target_->renderer(); }
  void make_current() const { target_->make_current(); }
  void frame() {
    const gl::Dispatch& gl = target_->gl();
    gl.LoadIdentity();
    gl.MatrixMode(gl::GL_PROJECTION);
    gl.LoadIdentity();
    demos::draw_gears(direct_, float{side}, float{side}, time_ += 1.0f / 60);
    gl.Finish();
  }

 private:
  DirectGears(std::unique_ptr<GlTarget> target, bool is_in_window)
      : target_(std::move(target)), direct_(target_->gl()) {
    const gl::Dispatch& gl = target_->gl();
    demos::compile_gears(direct_);
    if (!is_in_window) return;
    constexpr gl::GLint at = (screen_mode.size.width - side) / 2;
    gl.Viewport(at, at, side, side);
    gl.Scissor(at, at, side, side);
    gl.Enable(gl::GL_SCISSOR_TEST);
  }
  const std::unique_ptr<GlTarget> target_;
  DirectGl direct_;
  float time_ = 0;
};

// All that the compositor does for a window with the demo's procedures.
Result<std::unique_ptr<GlDesktop>> desktop_with_gears() {
  BLINK_ASSIGN(auto desktop, GlDesktop::create(screen_mode.size));
  const auto time = [](jit::Builder& sp) { return sp.input(jit::Input::time); };
  BLINK_TRY(desktop->open(side, side, {demos::gears_init(), demos::gears_redraw(time)}));
  return desktop;
}

}  // namespace

Status run_fps(const Options& options, Report& report) {
  BLINK_TRY(measure_clients(options, report));
  BLINK_ASSIGN(const auto window, DirectGears::create(true));
  BLINK_ASSIGN(const auto buffer, DirectGears::create(false));
  BLINK_ASSIGN(const auto desktop, desktop_with_gears());
  report.set_gl(window->renderer());
  const std::size_t frames = options.pick(20, 2);
  std::vector<double> as_procedures, in_window, in_buffer;
  // One ratio of a noisy machine is off by a tenth, the median of so many by less than a hundredth.
  for (std::size_t i = 0; i < options.pick(160, 3); ++i) {
    as_procedures.push_back(frame_rate(*desktop, frames));
    in_window.push_back(frame_rate(*window, frames));
    in_buffer.push_back(frame_rate(*buffer, frames));
  }
  const Details detail = {{"side", std::int64_t{side}}};
  report.add("gears_procedures", "frames/s", Better::higher, summarize(as_procedures), detail);
  report.add("gears_direct", "frames/s", Better::higher, summarize(in_window), detail);
  report.add("gears_own_buffer", "frames/s", Better::higher, summarize(in_buffer), detail);
  report.add_ratio("gears_ratio", Better::higher, compare_samples(as_procedures, in_window),
                   "procedures", "direct");
  // Its own buffer is cleared at once, and not yet on any screen.
  report.add_ratio("gears_own_buffer_ratio", Better::higher,
                   compare_samples(std::move(as_procedures), std::move(in_buffer)), "procedures",
                   "own_buffer");
  return {};
}

}  // namespace blink::bench
