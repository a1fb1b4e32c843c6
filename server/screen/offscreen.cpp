#include "server/screen/offscreen.h"

#include <algorithm>

#include "gl/generated/enums.h"

namespace blink::server {

using jit::Callback;
using jit::Input;

Result<std::unique_ptr<Offscreen>> Offscreen::create(std::shared_ptr<EglDisplay> display,
                                                     const SessionIdentity& of) {
  BLINK_ASSIGN(auto context,
               EglContext::create(std::move(display), EglContext::Profile::compatibility));
  BLINK_TRY(context->make_current());
  return std::unique_ptr<Offscreen>(new Offscreen(std::move(context), of));
}

Offscreen::Offscreen(std::unique_ptr<EglContext> context, const SessionIdentity& of)
    : of_(of), context_(std::move(context)) {
  reset_ = std::make_unique<GlReset>(context_->gl());
  gl_ = std::make_unique<ClientGl>(context_->gl(), *reset_, of_.stats->budget);
}

Offscreen::~Offscreen() {
  if (!context_->make_current().is_ok()) return;
  windows_.clear();
  gl_.reset();
}

void Offscreen::take(SessionNews news) {
  for (auto& [name, bytes] : news.data)
    gl_->set_data(name, std::move(bytes));
  for (auto& [name, face] : news.pictures)
    gl_->set_picture(name, std::move(face));
  for (auto& [name, its] : news.windows) {
    Window& window = windows_.try_emplace(name, name).first->second;
    window.procedures.take(its);
    if (!its.shape) continue;
    window.shape = std::move(*its.shape);
    window.procedures.is_reshaped();
  }
  const bool has_gone = std::ranges::any_of(news.windows, [&](const auto& entry) {
    const Window& window = windows_.at(entry.first);
    return !window.shape && window.procedures.is_empty();
  });
  if (!has_gone || !context_->make_current().is_ok()) return;
  std::erase_if(windows_, [](const auto& entry) {
    return !entry.second.shape && entry.second.procedures.is_empty();
  });
}

Result<Offscreen::Window*> Offscreen::find(ObjectName name, Callback callback) {
  const auto refused = [](const char* why) { return Status::guest(BLINK_END_CONTENT, why); };
  const auto found = windows_.find(name);
  if (found == windows_.end() || !found->second.shape) return refused("there is no such window");
  if (found->second.procedures.program(callback) == nullptr)
    return refused("the window has no procedure for that, or it has failed");
  return &found->second;
}

Result<std::shared_ptr<const PictureFace>> Offscreen::update(ObjectName name) {
  BLINK_ASSIGN(Window * window, find(name, Callback::update));
  const auto now = std::chrono::steady_clock::now();
  window->procedures.input(Input::time) = static_cast<float>(of_.seconds_at(now));
  window->procedures.input(Input::window_width) = static_cast<float>(window->shape->width);
  window->procedures.input(Input::window_height) = static_cast<float>(window->shape->height);
  return draw(*window, Callback::update, window->updated, window->shape->width,
              window->shape->height);
}

Result<std::shared_ptr<const PictureFace>> Offscreen::redraw(const RedrawWish& wish) {
  BLINK_ASSIGN(Window * window, find(wish.window, Callback::redraw));
  jit::RunContext& context = window->procedures.context();
  std::ranges::copy(wish.inputs, std::begin(context.inputs));
  std::ranges::copy(wish.cells, std::begin(context.cells));
  return draw(*window, Callback::redraw, window->redrawn, wish.width, wish.height);
}

Result<std::shared_ptr<const PictureFace>> Offscreen::draw(Window& window, Callback callback,
                                                           std::unique_ptr<OffscreenImage>& image,
                                                           std::uint32_t width,
                                                           std::uint32_t height) {
  const BesideGate::Pass pass(*of_.gate);
  BLINK_TRY(context_->make_current());
  if (!image) image = std::make_unique<OffscreenImage>(*context_, *of_.stats->budget);
  BLINK_ASSIGN(const gl::GLuint framebuffer, image->begin(width, height));
  DrawTarget target;
  target.framebuffer = framebuffer;
  target.width = target.clip_width = static_cast<gl::GLsizei>(width);
  target.height = target.clip_height = static_cast<gl::GLsizei>(height);
  const gl::Dispatch& gl = context_->gl();
  gl.Enable(gl::GL_SCISSOR_TEST);
  gl.Scissor(0, 0, target.width, target.height);
  gl.Viewport(0, 0, target.width, target.height);
  window.procedures.prepare(*gl_, target, of_);
  gl.ClearColor(0, 0, 0, 1);
  gl.Clear(gl::GL_COLOR_BUFFER_BIT | gl::GL_DEPTH_BUFFER_BIT | gl::GL_STENCIL_BUFFER_BIT);
  gl.ClearColor(0, 0, 0, 0);
  window.procedures.run(callback, *gl_, target, of_);
  gl.Disable(gl::GL_SCISSOR_TEST);
  auto face = image->end();
  gl_->end_frame();
  return face;
}

}  // namespace blink::server
