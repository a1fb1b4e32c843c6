#include "cli/bench/gl_desktop.h"

#include <utility>

#include "gl/generated/enums.h"

namespace blink::bench {

using server::Desktop;

namespace {
constexpr Desktop::Clock::duration frame_time = std::chrono::microseconds(16'667);
}

Result<std::unique_ptr<GlTarget>> GlTarget::create(server::ScreenSize size) {
  BLINK_ASSIGN(auto display, server::EglDisplay::open());
  BLINK_ASSIGN(auto context, server::EglContext::create(
                                 std::move(display), server::EglContext::Profile::compatibility));
  BLINK_TRY(context->make_current());
  std::unique_ptr<GlTarget> made(new GlTarget(std::move(context)));
  BLINK_TRY(made->canvas_.shape(size));
  made->gl().Viewport(0, 0, static_cast<gl::GLsizei>(size.width),
                      static_cast<gl::GLsizei>(size.height));
  return made;
}

GlTarget::GlTarget(std::unique_ptr<server::EglContext> context)
    : context_(std::move(context)), canvas_(context_->gl()) {}

// For the canvas, which gives back what it has.
GlTarget::~GlTarget() { make_current(); }

const char* GlTarget::renderer() const {
  return reinterpret_cast<const char*>(gl().GetString(gl::GL_RENDERER));
}

void GlTarget::make_current() const {
  CHECK(context_->make_current().is_ok());
  gl().BindFramebuffer(gl::GL_FRAMEBUFFER, framebuffer());
}

Result<std::unique_ptr<GlDesktop>> GlDesktop::create(server::ScreenSize size) {
  BLINK_ASSIGN(auto target, GlTarget::create(size));
  BLINK_ASSIGN(auto keyboard, server::Keyboard::create("us"));
  std::unique_ptr<GlDesktop> made(new GlDesktop(std::move(target), std::move(keyboard), size));
  BLINK_TRY(made->scene_.prepare());
  BLINK_TRY(made->desktop_.prepare());
  return made;
}

GlDesktop::GlDesktop(std::unique_ptr<GlTarget> target, std::unique_ptr<server::Keyboard> keyboard,
                     server::ScreenSize size)
    : target_(std::move(target)),
      scene_(target_->gl()),
      desktop_(target_->gl(), scene_, {.size = size}, std::move(keyboard)) {}

GlDesktop::~GlDesktop() {
  make_current();
  desktop_.release();
  scene_.release();
}

Status GlDesktop::open(std::uint32_t width, std::uint32_t height,
                       const std::vector<std::vector<jit::Word>>& procedures) {
  make_current();
  server::DesktopNews news;
  server::SessionNews& its = news[++clients_];
  its.of.session = clients_;
  its.of.machine = "machine";
  its.windows[{0, 1}].shape = server::WindowShape{"window", width, height};
  for (const auto& words : procedures) {
    BLINK_ASSIGN(auto procedure, server::Procedure::make(words));
    const auto callback = static_cast<std::size_t>(procedure->program().callback());
    its.windows[{0, 1}].procedures[callback] = std::move(procedure);
  }
  desktop_.take(std::move(news), now_);
  return {};
}

void GlDesktop::frame() {
  now_ += frame_time;
  for (const server::Rect area : desktop_.begin_frame(now_))
    desktop_.draw(target_->framebuffer(), area);
  target_->gl().Finish();
  desktop_.end_frame({});
}

}  // namespace blink::bench
