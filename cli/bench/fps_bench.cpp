// blink bench fps: gears as procedures in a window against the same gears drawn directly, on the
// same GL driver and as large, in turns.

#include <memory>

#include "cli/bench/benchmarks.h"
#include "cli/bench/fps_clients.h"
#include "demos/gears/gears.h"
#include "server/screen/desktop.h"
#include "server/screen/output_egl.h"

namespace blink::bench {
namespace {

using server::Desktop;

constexpr std::uint32_t side = 512;  // of the window
constexpr server::ScreenMode screen_mode{.size = {640, 640}};

// What gears.h draws with, when it draws at once.
class DirectGl {
 public:
  explicit DirectGl(const gl::Dispatch& gl) : gl_(gl) {}

  float min(float a, float b) const { return a < b ? a : b; }
  float sin(float a) const { return std::sin(a); }

  void Begin(gl::GLenum what) const { gl_.Begin(what); }
  void CallList(int list) const { gl_.CallList(static_cast<gl::GLuint>(list)); }
  void Clear(gl::GLbitfield mask) const { gl_.Clear(mask); }
  void ClearColor(float r, float g, float b, float a) const { gl_.ClearColor(r, g, b, a); }
  void Enable(gl::GLenum what) const { gl_.Enable(what); }
  void End() const { gl_.End(); }
  void EndList() const { gl_.EndList(); }
  void Frustum(double l, double r, double b, double t, double n, double f) const {
    gl_.Frustum(l, r, b, t, n, f);
  }
  void Lightfv(gl::GLenum light, gl::GLenum name, std::array<float, 4> values) const {
    gl_.Lightfv(light, name, values.data());
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
  void ShadeModel(gl::GLenum model) const { gl_.ShadeModel(model); }
  void Translatef(float x, float y, float z) const { gl_.Translatef(x, y, z); }
  void Vertex3f(float x, float y, float z) const { gl_.Vertex3f(x, y, z); }

 private:
  const gl::Dispatch& gl_;
};

// A context, and a framebuffer of that size with a depth buffer.
class Target {
 public:
  static Result<std::unique_ptr<Target>> create(server::ScreenSize size) {
    BLINK_ASSIGN(auto display, server::EglDisplay::open());
    BLINK_ASSIGN(auto context, server::EglContext::create(
                                   std::move(display), server::EglContext::Profile::compatibility));
    BLINK_TRY(context->make_current());
    return std::unique_ptr<Target>(new Target(std::move(context), size));
  }
  ~Target() {
    const gl::Dispatch& gl = this->gl();
    gl.DeleteFramebuffers(1, &framebuffer_);
    gl.DeleteRenderbuffers(2, buffers_);
  }

  const gl::Dispatch& gl() const { return context_->gl(); }
  gl::GLuint framebuffer() const { return framebuffer_; }
  void make_current() const {
    CHECK(context_->make_current().is_ok());
    gl().BindFramebuffer(gl::GL_FRAMEBUFFER, framebuffer_);
  }

 private:
  Target(std::unique_ptr<server::EglContext> context, server::ScreenSize size)
      : context_(std::move(context)) {
    const gl::Dispatch& gl = this->gl();
    gl.GenFramebuffers(1, &framebuffer_);
    gl.BindFramebuffer(gl::GL_FRAMEBUFFER, framebuffer_);
    gl.GenRenderbuffers(2, buffers_);
    const auto attach = [&](gl::GLuint buffer, gl::GLenum format, gl::GLenum where) {
      gl.BindRenderbuffer(gl::GL_RENDERBUFFER, buffer);
      gl.RenderbufferStorage(gl::GL_RENDERBUFFER, format, static_cast<gl::GLsizei>(size.width),
                             static_cast<gl::GLsizei>(size.height));
      gl.FramebufferRenderbuffer(gl::GL_FRAMEBUFFER, where, gl::GL_RENDERBUFFER, buffer);
    };
    attach(buffers_[0], gl::GL_RGBA8, gl::GL_COLOR_ATTACHMENT0);
    attach(buffers_[1], gl::GL_DEPTH24_STENCIL8, gl::GL_DEPTH_STENCIL_ATTACHMENT);
    gl.BindRenderbuffer(gl::GL_RENDERBUFFER, 0);
    gl.Viewport(0, 0, static_cast<gl::GLsizei>(size.width), static_cast<gl::GLsizei>(size.height));
  }

  const std::unique_ptr<server::EglContext> context_;
  gl::GLuint framebuffer_ = 0, buffers_[2] = {};
};

using Seconds = std::chrono::duration<double>;
constexpr Seconds frame_time{1.0 / 60};

// A program that draws by itself: into a buffer of its own, or into a window on a screen, which it
// keeps to as every program must.
class DirectGears {
 public:
  static Result<std::unique_ptr<DirectGears>> create(bool is_in_window) {
    BLINK_ASSIGN(auto target,
                 Target::create(is_in_window ? screen_mode.size : server::ScreenSize{side, side}));
    return std::unique_ptr<DirectGears>(new DirectGears(std::move(target), is_in_window));
  }
  const char* renderer() const {
    return reinterpret_cast<const char*>(target_->gl().GetString(gl::GL_RENDERER));
  }
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
  DirectGears(std::unique_ptr<Target> target, bool is_in_window)
      : target_(std::move(target)), direct_(target_->gl()) {
    const gl::Dispatch& gl = target_->gl();
    demos::compile_gears(direct_);
    if (!is_in_window) return;
    constexpr gl::GLint at = (screen_mode.size.width - side) / 2;
    gl.Viewport(at, at, side, side);
    gl.Scissor(at, at, side, side);
    gl.Enable(gl::GL_SCISSOR_TEST);
  }
  const std::unique_ptr<Target> target_;
  DirectGl direct_;
  float time_ = 0;
};

// A desktop with the demo's procedures in a window: all that the compositor does for a frame.
class DesktopGears {
 public:
  static Result<std::unique_ptr<DesktopGears>> create() {
    BLINK_ASSIGN(auto target, Target::create(screen_mode.size));
    BLINK_ASSIGN(auto keyboard, server::Keyboard::create("us"));
    std::unique_ptr<DesktopGears> made(new DesktopGears(std::move(target), std::move(keyboard)));
    BLINK_TRY(made->scene_.prepare());
    BLINK_TRY(made->desktop_.prepare());
    server::DesktopNews news;
    server::SessionNews& its = news[1];
    its.of.session = 1;
    its.of.machine = "machine";
    its.windows[{0, 1}].shape = server::WindowShape{"gears", side, side};
    const auto give = [&](const std::vector<jit::Word>& words) -> Status {
      BLINK_ASSIGN(auto procedure, server::Procedure::make(words));
      const auto callback = static_cast<std::size_t>(procedure->program().callback());
      its.windows[{0, 1}].procedures[callback] = std::move(procedure);
      return {};
    };
    BLINK_TRY(give(demos::gears_init()));
    BLINK_TRY(
        give(demos::gears_redraw([](jit::Builder& sp) { return sp.input(jit::Input::time); })));
    made->desktop_.take(std::move(news), made->now_);
    return made;
  }
  ~DesktopGears() {
    make_current();
    desktop_.release();
    scene_.release();
  }
  void make_current() const { target_->make_current(); }
  void frame() {
    now_ += std::chrono::duration_cast<Desktop::Clock::duration>(frame_time);
    for (const server::Rect area : desktop_.begin_frame(now_))
      desktop_.draw(target_->framebuffer(), area);
    target_->gl().Finish();
    desktop_.end_frame({});
  }

 private:
  DesktopGears(std::unique_ptr<Target> target, std::unique_ptr<server::Keyboard> keyboard)
      : target_(std::move(target)),
        scene_(target_->gl()),
        desktop_(target_->gl(), scene_, screen_mode, std::move(keyboard)) {}

  const std::unique_ptr<Target> target_;
  server::Scene scene_;
  Desktop desktop_;
  Desktop::Clock::time_point now_ = Desktop::Clock::now();
};

// Frames for each second, over so many of them.
template <class Gears>
double rate(Gears& gears, std::size_t frames) {
  gears.make_current();
  gears.frame();
  const auto begin = Desktop::Clock::now();
  for (std::size_t i = 0; i < frames; ++i)
    gears.frame();
  return static_cast<double>(frames) / Seconds(Desktop::Clock::now() - begin).count();
}

}  // namespace

Status run_fps(const Options& options, Report& report) {
  BLINK_TRY(measure_clients(options, report));
  BLINK_ASSIGN(const auto window, DirectGears::create(true));
  BLINK_ASSIGN(const auto buffer, DirectGears::create(false));
  BLINK_ASSIGN(const auto desktop, DesktopGears::create());
  report.set_gl(window->renderer());
  const std::size_t frames = options.pick(30, 2);
  std::vector<double> as_procedures, in_window, in_buffer;
  for (std::size_t i = 0; i < options.pick(60, 3); ++i) {
    as_procedures.push_back(rate(*desktop, frames));
    in_window.push_back(rate(*window, frames));
    in_buffer.push_back(rate(*buffer, frames));
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
