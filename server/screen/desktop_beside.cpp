// Desktop: redraws that take too long for the screen, or may take.

#include <algorithm>
#include <cstring>

#include "common/limits.h"
#include "common/log.h"
#include "gl/generated/enums.h"
#include "server/screen/desktop.h"

namespace blink::server {
namespace {

constexpr std::uint32_t frames_to_wait_max = 30;  // until nothing is drawn beside the screen

}  // namespace

// Only what nobody else had a part in says whose redraw is slow: the frame is measured as soon as
// nothing is drawn beside the screen, where for a moment nobody begins.
void Desktop::measure_next_frame(bool is_time) {
  if (is_time) frames_to_wait_ = frames_to_wait_max;
  const bool is_waiting = frames_to_wait_ > 0;
  bool is_still = is_waiting;
  for (auto& [session, client] : clients_)
    if (is_waiting)
      is_still &= client->of.gate->shut();
    else if (is_gate_shut_)
      client->of.gate->open();
  is_gate_shut_ = is_waiting;
  is_measuring_ = is_still;
  frames_to_wait_ = is_still || !is_waiting ? 0 : frames_to_wait_ - 1;
}

Desktop::Clock::duration Desktop::redraw_at_once_max() const {
  return std::max(limits::redraw_at_once_max, redraw_time_max_);
}

void Desktop::judge(Window& window, const DrawTarget& target, Clock::duration took) {
  Beside& beside = window.beside;
  const auto weigh = [&](std::uint32_t& count, bool is_slow) {
    count = is_slow ? count + limits::slow_redraw_weight : count - std::min(count, 1u);
  };
  weigh(beside.slow, took > redraw_time_max_);
  weigh(beside.very_slow, took > redraw_at_once_max());
  if (beside.slow < limits::slow_redraws_max * limits::slow_redraw_weight &&
      beside.very_slow < limits::very_slow_redraws_max * limits::slow_redraw_weight)
    return;
  if (beside.very_slow >= limits::very_slow_redraws_max * limits::slow_redraw_weight)
    ++window.client.very_slow;
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
  go_beside(window, &target, "took " + std::to_string(milliseconds) + " ms");
}

// Nobody else can run it: it stays here, and runs less often.
void Desktop::judge_frame(Window& window, Clock::duration took) {
  if (!window.frame_rest.note(took, slow_frames_, frame_time_)) return;
  const SessionIdentity& of = window.client.of;
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  const std::string text =
      "frame: took " + std::to_string(microseconds) + " us: it does not run for every frame";
  log_warning("frame.slow", {{"session", of.session}, {"about", text}});
  const ObjectName name = window.procedures.window();
  if (of.mail) of.mail->put_complaint(name.array, name.object, BLINK_END_NONE, text);
}

// Until there is an image it shows what its last redraw has left: there, or in the frame before;
// null: this one has none of it.
void Desktop::go_beside(Window& window, const DrawTarget* drawn, const std::string& why) {
  const SessionIdentity& of = window.client.of;
  if (!of.mail) return;  // nobody would draw it
  const ObjectName name = window.procedures.window();
  log_warning("redraw.slow", {{"session", of.session}, {"window", name.object}, {"about", why}});
  of.mail->put_complaint(
      name.array, name.object, BLINK_END_NONE,
      "redraw: " + why + ": it is drawn beside the screen, as fast as it can be");
  window.client.was_slow = true;
  Beside& beside = window.beside;
  beside.slow = beside.very_slow = beside.quick = 0;
  beside.is_so = true;
  damage(window);
  if (drawn != nullptr)
    copy_screen(beside.texture, drawn->x, drawn->y, drawn->width, drawn->height);
  else if (kept_.of == &window)
    std::swap(beside.texture, kept_.texture);
  else
    return;  // it shows its last image, if it was here before
  beside.face = beside.bound = nullptr;
}

// A window that has become larger may be too much for the screen now, which is known only when
// others are drawn where it was. On top nobody's pixels are among its own.
void Desktop::keep_picture() {
  if (stack_.order().empty()) return;
  const Window& window = window_of(stack_.order().back());
  const Rect drawn = window.drawn, was = intersection(drawn, screen());
  const bool is_other =
      drawn.width != window.content.width || drawn.height != window.content.height;
  if (was.is_empty() || !is_other || window.is_hidden || window.beside.is_so) return;
  kept_.of = &window;
  copy_screen(kept_.texture, static_cast<gl::GLint>(was.x),
              static_cast<gl::GLint>(screen().bottom() - was.bottom()),
              static_cast<gl::GLsizei>(was.width), static_cast<gl::GLsizei>(was.height));
}

void Desktop::drop_kept() {
  if (kept_.texture != 0) gl_.DeleteTextures(1, &kept_.texture);
  kept_ = {};
}

void Desktop::copy_screen(gl::GLuint& texture, gl::GLint x, gl::GLint y, gl::GLsizei width,
                          gl::GLsizei height) {
  if (texture == 0) gl_.GenTextures(1, &texture);
  gl_.BindTexture(gl::GL_TEXTURE_2D, texture);
  gl_.CopyTexImage2D(gl::GL_TEXTURE_2D, 0, gl::GL_RGBA8, x, y, width, height, 0);
  set_picture_state();
  gl_.BindTexture(gl::GL_TEXTURE_2D, 0);
}

bool Desktop::must_stay_beside(const Window& window) const {
  return !window.procedures.too_much().empty() || !window.client.share.is_ample() ||
         window.client.very_slow >= limits::very_slow_windows_max;
}

// Shows the newest image, and asks for the next one when it would be another.
void Desktop::redraw_beside(Window& window, const DrawTarget& target) {
  Beside& beside = window.beside;
  const SessionIdentity& of = window.client.of;
  const auto* program = window.procedures.program(jit::Callback::redraw);
  (void)bind_new_face(beside);
  if (beside.texture != 0) {
    draw_texture(beside.texture, whole_of(target), Scene::FirstRow::lower, target);
  } else {
    gl_.ClearColor(0.0f, 0.0f, 0.0f, 1.0f);
    gl_.Clear(gl::GL_COLOR_BUFFER_BIT);
    gl_.ClearColor(0.0f, 0.0f, 0.0f, 0.0f);
  }
  RedrawWish wish;
  wish.window = window.procedures.window();
  wish.width = static_cast<std::uint32_t>(window.content.width);
  wish.height = static_cast<std::uint32_t>(window.content.height);
  const bool is_other = beside.is_stale || program->depends_on(jit::Dependence::time) ||
                        wish.width != beside.asked_width || wish.height != beside.asked_height;
  if (beside.is_asked || !is_other) return;
  const jit::RunContext& context = window.procedures.context();
  std::ranges::copy(context.inputs, wish.inputs.begin());
  std::ranges::copy(context.cells, wish.cells.begin());
  wish.has_cells = beside.had_cells = window.procedures.has_cells();
  beside.asked_cells = wish.cells;
  beside.asked_width = wish.width;
  beside.asked_height = wish.height;
  beside.asked_at = Clock::now();
  of.wishes->put(wish);
  if (of.mail) of.mail->wake();
  beside.is_asked = true;
  beside.is_stale = false;
}

void Desktop::take(Window& window, Redrawn redrawn) {
  Beside& beside = window.beside;
  if (!std::exchange(beside.is_asked, false)) return;
  if (!redrawn.failure.empty()) {
    window.procedures.fail(redrawn.failure);
    must_look_ = true;
    return damage(window);
  }
  window.client.is_in_frame = window.client.is_changed = true;
  if (redrawn.face) {
    take_cells(window, redrawn);
    beside.face = std::move(redrawn.face);
    beside.face_from = beside.asked_at;
  }
  damage_.add(intersection(window.content, screen()));
  // It may have become quick enough for the screen again.
  beside.quick = redrawn.took < redraw_time_max_ / 2 ? beside.quick + 1 : 0;
  if (beside.quick < limits::quick_redraws_min || must_stay_beside(window)) return;
  beside.is_so = false;
  beside.quick = 0;
  window.client.must_prove = false;
}

// What it has changed of the cells; what was changed here meanwhile stays.
void Desktop::take_cells(Window& window, const Redrawn& redrawn) {
  const Beside& beside = window.beside;
  auto cells = std::to_array(window.procedures.context().cells);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const bool is_changed =
        std::memcmp(&redrawn.cells[i], &beside.asked_cells[i], sizeof(float)) != 0;
    if (is_changed || !beside.had_cells) cells[i] = redrawn.cells[i];
  }
  window.procedures.take_cells(cells);
}

}  // namespace blink::server
