#include "server/screen/offscreen.h"

#include <algorithm>

#include "gl/generated/enums.h"

namespace blink::server {

using jit::Callback;

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
  gl_ = std::make_unique<ClientGl>(context_->gl(), *reset_, of_.stats->budget,
                                   ClientGl::Place::beside);
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
  const auto refused = [](const std::string& why) { return Status::guest(BLINK_END_CONTENT, why); };
  const auto found = windows_.find(name);
  if (found == windows_.end() || !found->second.shape) return refused("there is no such window");
  const WindowProcedures& procedures = found->second.procedures;
  if (procedures.has_failed()) return refused(procedures.failure());
  if (procedures.program(callback) == nullptr)
    return refused("the window has no procedure for that");
  return &found->second;
}

Result<Offscreen::Drawn> Offscreen::draw(Callback callback, const RedrawWish& wish) {
  BLINK_ASSIGN(Window * window, find(wish.window, callback));
  jit::RunContext& run = window->procedures.context();
  std::ranges::copy(wish.inputs, std::begin(run.inputs));
  BLINK_TRY(context_->make_current());
  auto& image = callback == Callback::update ? window->updated : window->redrawn;
  if (!image) image = std::make_unique<OffscreenImage>(*context_, *of_.stats->budget);
  DrawTarget target;
  BLINK_ASSIGN(target.framebuffer, image->begin(wish.width, wish.height));
  target.width = target.clip_width = static_cast<gl::GLsizei>(wish.width);
  target.height = target.clip_height = static_cast<gl::GLsizei>(wish.height);
  const gl::Dispatch& gl = context_->gl();
  gl.Enable(gl::GL_SCISSOR_TEST);
  gl.Scissor(0, 0, target.width, target.height);
  gl.Viewport(0, 0, target.width, target.height);
  WindowProcedures& procedures = window->procedures;
  procedures.init(*gl_, target, of_);
  if (wish.has_cells) std::ranges::copy(wish.cells, std::begin(run.cells));
  if (std::exchange(window->width, wish.width) != wish.width) procedures.is_reshaped();
  if (std::exchange(window->height, wish.height) != wish.height) procedures.is_reshaped();
  procedures.reshape(*gl_, target, of_);
  gl.ClearColor(0, 0, 0, 1);
  gl.Clear(gl::GL_COLOR_BUFFER_BIT | gl::GL_DEPTH_BUFFER_BIT | gl::GL_STENCIL_BUFFER_BIT);
  gl.ClearColor(0, 0, 0, 0);
  procedures.run(callback, *gl_, target, of_);
  gl.Disable(gl::GL_SCISSOR_TEST);
  image->end();
  gl_->end_frame();
  if (procedures.has_failed()) return Status::guest(BLINK_END_CONTENT, procedures.failure());
  return Drawn{image.get(), run.cells};
}

}  // namespace blink::server
