#include "server/procedures_beside.h"

#include <algorithm>
#include <string>

#include "common/limits.h"
#include "common/log.h"
#include "gl/generated/enums.h"
#include "server/screen/software_driver.h"

namespace blink::server {

using jit::Callback;
using jit::Input;

ProceduresBeside::~ProceduresBeside() { end_process(); }

// ---------------------------------------------------------------------------------- the process

Status ProceduresBeside::need_process() {
  if (process_) return {};
  BLINK_ASSIGN(EglContext * context, screen_.picture_context());
  shares_gpu_ = !is_software(context->gl());
  BLINK_ASSIGN(process_, RendererProcess::start());
  screen_.of().stats->beside_pid = static_cast<std::uint64_t>(process_->pid());
  link_ = std::make_unique<RendererLink>(
      RendererLink::Other{.of = "its procedures",
                          .socket = process_->socket(),
                          .take = [this](const RendererReport& report,
                                         std::span<UniqueFd> fds) { return take(report, fds); },
                          .end = [this] { return process_->end(); }},
      session_, terms_.time_max);
  screen_.repeat_news();
  RendererOrder order;
  order.kind = OrderKind::begin;
  order.object = screen_.of().session;
  order.begin = RendererOrder::magic_number;
  order.bytes = terms_.memory_bytes_max;
  return link_->tell(order);
}

void ProceduresBeside::end_process() {
  link_.reset();
  process_.reset();
  screen_.of().stats->beside_pid = 0;
  if (!surfaces_.empty()) (void)screen_.picture_context();
  surfaces_.clear();
}

void ProceduresBeside::let_go_of_process(const Status& why) {
  end_process();
  if (why.code() == BLINK_END_STOPPING) return;
  log_warning("procedures", {{"session", screen_.of().session}, {"error", why.text()}});
  if (++failures_ > limits::procedure_renderer_failures_max && end_.empty()) end_ = why.text();
  if (!redrawing_) return;
  Redrawn redrawn;
  redrawn.failure = why.text();
  end_redraw(std::move(redrawn));
}

Status ProceduresBeside::hand_over(Callback callback, const RedrawWish& wish) {
  BLINK_TRY(need_process());
  const SessionNews news = screen_.take_news();
  drop_surfaces_of(news);
  auto memory = pack_draw(news, callback, wish, [this](const PictureFace& face, std::byte* to) {
    return read(face, to);
  });
  if (!memory.is_ok()) {
    screen_.repeat_news();
    return memory.take_status();
  }
  drawn_at_ = Clock::now();
  RendererOrder order;
  order.kind = OrderKind::draw;
  order.bytes = memory.value()->bytes();
  const int fds[] = {memory.value()->fd()};
  return link_->tell(order, fds);
}

void ProceduresBeside::drop_surfaces_of(const SessionNews& news) {
  const auto has_gone = [&](const auto& surface) {
    const auto its = news.windows.find(surface.first.first);
    return its != news.windows.end() && its->second.shape && !*its->second.shape;
  };
  if (std::ranges::none_of(surfaces_, has_gone)) return;
  (void)screen_.picture_context();
  std::erase_if(surfaces_, has_gone);
}

Status ProceduresBeside::read(const PictureFace& face, std::byte* to) {
  BLINK_ASSIGN(EglContext * context, screen_.picture_context());
  const gl::Dispatch& gl = context->gl();
  gl::GLuint texture = 0;
  gl.GenTextures(1, &texture);
  gl.BindTexture(gl::GL_TEXTURE_2D, texture);
  face.image->bind_to_texture(gl);
  gl.GetTexImage(gl::GL_TEXTURE_2D, 0, gl::GL_RGBA, gl::GL_UNSIGNED_BYTE, to);
  gl.DeleteTextures(1, &texture);
  return {};
}

// --------------------------------------------------------------------------------------- update

Status ProceduresBeside::update(ObjectName window) {
  const SessionIdentity& of = screen_.of();
  const WindowShape* shape = screen_.shape(window);
  if (shape == nullptr) return Status::guest(BLINK_END_CONTENT, "there is no such window");
  RedrawWish wish;
  wish.window = window;
  wish.width = shape->width;
  wish.height = shape->height;
  const auto set = [&](Input input, double value) {
    wish.inputs[static_cast<std::size_t>(input)] = static_cast<float>(value);
  };
  set(Input::time, of.seconds_at(Clock::now()));
  set(Input::window_width, shape->width);
  set(Input::window_height, shape->height);
  const TimeCounted time(of.stats->update_ns);
  BLINK_TRY(run_update(wish));
  ++of.stats->updates;
  screen_.tell_of_picture(window, surfaces_[{window, Callback::update}].face());
  return {};
}

Status ProceduresBeside::run_update(const RedrawWish& wish) {
  updating_.emplace(wish.window, Status::system("the renderer of its procedures drew nothing"));
  Status status = hand_over(Callback::update, wish);
  if (status.is_ok()) status = link_->ask({.kind = OrderKind::finish});
  Status outcome = std::move(updating_->outcome);
  updating_.reset();
  if (link_ && link_->is_broken()) let_go_of_process(status);
  return status.is_ok() ? std::move(outcome) : std::move(status);
}

// --------------------------------------------------------------------------------------- redraw

Status ProceduresBeside::look_around() {
  if (link_)
    if (const Status status = link_->look_around(); !status.is_ok()) let_go_of_process(status);
  while (!redrawing_ && end_.empty()) {
    const auto wish = screen_.of().wishes->take_one();
    if (!wish) break;
    begin_redraw(*wish);
  }
  if (is_idle() && Clock::now() >= drawn_at_ + limits::procedures_idle_max) end_process();
  return end_.empty() ? Status() : Status::guest(BLINK_END_RENDERER, end_);
}

vso::Awaited ProceduresBeside::awaited() const {
  vso::Awaited awaited = link_ ? link_->awaited() : vso::Awaited();
  if (is_idle()) awaited.until = std::min(awaited.until, drawn_at_ + limits::procedures_idle_max);
  return awaited;
}

void ProceduresBeside::begin_redraw(const RedrawWish& wish) {
  redrawing_.emplace(wish.window, Clock::now());
  if (shares_gpu_) redrawing_->pass.emplace(*screen_.of().gate);
  const Status status = hand_over(Callback::redraw, wish);
  if (status.is_ok()) {
    in_vain_ = 0;
    return;
  }
  if (link_ && link_->is_broken()) return let_go_of_process(status);
  if (++in_vain_ == 1)
    log_warning("redraw", {{"session", screen_.of().session}, {"error", status.text()}});
  Redrawn redrawn;
  if (in_vain_ % limits::redraws_in_vain_max == 0) redrawn.failure = status.text();
  end_redraw(std::move(redrawn));
}

void ProceduresBeside::end_redraw(Redrawn redrawn) {
  redrawn.took = Clock::now() - redrawing_->begin;
  const ObjectName window = redrawing_->window;
  redrawing_.reset();
  screen_.tell_of_redraw(window, std::move(redrawn));
}

// -------------------------------------------------------------------------------------- reports

bool ProceduresBeside::is_at_hand(SurfaceName name) const {
  const auto& [window, callback] = name;
  return (callback == Callback::update && updating_ && updating_->window == window) ||
         (callback == Callback::redraw && redrawing_ && redrawing_->window == window);
}

Status ProceduresBeside::take(const RendererReport& report, std::span<UniqueFd> fds) {
  if (report.kind == ReportKind::complaint || report.kind == ReportKind::post) {
    pass_on(report);
    return {};
  }
  const SurfaceName name{{report.array, report.window}, static_cast<Callback>(report.surface)};
  if (!is_at_hand(name)) return bad_report("what nobody has asked for");
  if (report.kind == ReportKind::memory) return surfaces_[name].set_memory(report, fds, screen_);
  if (report.kind == ReportKind::drawn) return take_drawn(report, name);
  return bad_report("what is not for procedures");
}

Status ProceduresBeside::take_drawn(const RendererReport& report, SurfaceName name) {
  drawn_at_ = Clock::now();
  Status outcome = report.status();
  FrameSurface& surface = surfaces_[name];
  if (outcome.is_ok()) {
    BLINK_ASSIGN(const bool is_new, surface.upload(screen_));
    if (!is_new) return bad_report("an image that is not there");
  }
  if (outcome.is_system())
    log_warning("procedures", {{"session", screen_.of().session}, {"error", outcome.text()}});
  if (name.second == Callback::update) {
    updating_->outcome = std::move(outcome);
    return {};
  }
  Redrawn redrawn;
  if (outcome.is_ok()) {
    redrawn.face = surface.face();
    redrawn.cells = report.cells();
  }
  if (outcome.is_guest()) redrawn.failure = outcome.text();
  end_redraw(std::move(redrawn));
  return {};
}

// What its procedures tell the client, and the server tells it of them.
void ProceduresBeside::pass_on(const RendererReport& report) {
  const SessionIdentity& of = screen_.of();
  if (report.kind == ReportKind::complaint) {
    ++of.stats->complaints;
    if (of.mail)
      of.mail->put_complaint(report.array, report.window, report.code, report.printable_text());
    return;
  }
  blink_event_window letter{};
  letter.array = report.array;
  letter.window = report.window;
  letter.number[0] = report.width;
  letter.number[1] = report.height;
  letter.time_us = static_cast<std::uint64_t>(of.seconds_at(Clock::now()) * 1'000'000);
  if (of.mail) of.mail->put(BLINK_EVENT_POST, letter);
}

}  // namespace blink::server
