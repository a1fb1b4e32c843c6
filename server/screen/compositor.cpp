#include "server/screen/compositor.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <exception>
#include <new>

#include "common/limits.h"
#include "common/log.h"
#include "common/memory_left.h"
#include "gl/generated/enums.h"
#include "server/screen/png_file.h"
#include "server/screen/window_choice.h"

namespace blink::server {
namespace {

constexpr std::chrono::seconds answer_time_max{10};  // for the screen, when asked for a picture
constexpr std::chrono::seconds late_answer_time{2};  // beyond that, until nobody waits for it

Desktop::Clock::duration frame_time(const ScreenMode& mode) {
  return std::chrono::duration_cast<Desktop::Clock::duration>(
      std::chrono::duration<double>(1 / mode.refresh_rate));
}

// GL's first row is the lowest, a picture's the highest.
std::vector<std::byte> turned_over(const std::vector<std::byte>& rows, std::size_t row_bytes) {
  std::vector<std::byte> turned(rows.size());
  for (std::size_t at = 0; at < rows.size(); at += row_bytes)
    std::memcpy(&turned[rows.size() - at - row_bytes], &rows[at], row_bytes);
  return turned;
}

}  // namespace

Result<std::unique_ptr<Compositor>> Compositor::start(ScreenSize size,
                                                      const DesktopSettings& settings) {
  BLINK_ASSIGN(auto output, open_output({.kind = OutputOptions::Kind::headless}, size));
  return start(std::move(output), settings);
}

Result<std::unique_ptr<Compositor>> Compositor::start(std::shared_ptr<Output> output,
                                                      const DesktopSettings& settings) {
  BLINK_ASSIGN(auto keyboard, Keyboard::create(settings.keys));
  std::unique_ptr<Compositor> compositor(
      new Compositor(std::move(output), settings, std::move(keyboard)));
  std::promise<Status> started;
  auto is_started = started.get_future();
  compositor->thread_ =
      RoomyThread([self = compositor.get(), &started] { self->run(std::move(started)); });
  BLINK_TRY(is_started.get());
  return compositor;
}

Compositor::~Compositor() { stop(); }

void Compositor::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  news_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Compositor::tell(SessionNews news) {
  {
    const std::lock_guard lock(mutex_);
    const std::uint32_t session = news.of.session;
    merge(desktop_news_[session], std::move(news));
  }
  news_.notify_one();
}

void Compositor::input(const InputEvent& event) {
  {
    const std::lock_guard lock(mutex_);
    const bool is_motion = event.kind == InputEvent::Kind::pointer;
    if (is_motion && !input_.empty() && input_.back().kind == event.kind)
      input_.back() = event;
    else if (input_.size() < limits::input_events_max)
      input_.push_back(event);
  }
  news_.notify_one();
}

std::vector<WindowView> Compositor::windows() const {
  const std::lock_guard lock(mutex_);
  return windows_;
}

void Compositor::change(const ScreenMode& mode) {
  {
    const std::lock_guard lock(mutex_);
    new_mode_ = mode;
  }
  news_.notify_one();
}

Result<std::vector<std::byte>> Compositor::screenshot(std::optional<std::string> window) {
  Wanted wanted{std::move(window), {}, Desktop::Clock::now()};
  auto pixels = wanted.pixels.get_future();
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return Status::system("the server stops");
    wanted_.push_back(std::move(wanted));
  }
  news_.notify_one();
  if (pixels.wait_for(answer_time_max + late_answer_time) != std::future_status::ready)
    return Status::system("the screen does not answer");
  BLINK_ASSIGN(const Pixels shot, pixels.get());
  const auto [width, height] = shot->size;
  return encode_png(turned_over(shot->rgbx, std::size_t{width} * 4), width, height);
}

void Compositor::watch(std::uint64_t after, FrameTaker take) {
  {
    const std::lock_guard lock(mutex_);
    watch_ = Watch{after, std::move(take)};
  }
  news_.notify_one();
}

void Compositor::run(std::promise<Status> started) {
  Status status = prepare();
  const bool is_ready = status.is_ok();
  started.set_value(std::move(status));
  auto next_frame = Desktop::Clock::now();
  while (is_ready) {
    Arrivals come = wait(next_frame);
    if (come.is_stopping) {
      for (auto* const all : {&come.wanted, &waiting_})
        for (Wanted& wanted : *all)
          wanted.pixels.set_value(Status::system("the server stops"));
      break;
    }
    const auto now = Desktop::Clock::now();
    if (come.mode) set_mode(*come.mode, now);
    (void)with_memory([&] { desktop_->take(std::move(come.news), now); });
    (void)with_memory([&] { desktop_->take(come.input, now); });
    (void)with_memory([&] { desktop_->pass_time(now); });
    show_cursor();
    if (desktop_->is_stale()) (void)with_memory([&] { note_windows(); });
    // What moves is drawn at its time; what has changed too, or at once after a pause.
    const bool is_due = come.is_looked_at && (now >= next_frame || !come.wanted.empty());
    if ((desktop_->is_stale() || desktop_->is_moving()) && is_due) {
      next_frame = std::max(next_frame + frame_time(mode_), now);
      if (!with_memory([&] { draw_frame(now); })) desktop_->damage_all();
    }
    answer(come.wanted);
    show_to_watcher();
  }
  release();
}

void Compositor::note_windows() {
  auto windows = desktop_->windows();
  const std::lock_guard lock(mutex_);
  if (windows == windows_) return;
  windows_.swap(windows);
  if (on_windows_) on_windows_();
}

void Compositor::on_windows(std::function<void()> changed) {
  const std::lock_guard lock(mutex_);
  on_windows_ = std::move(changed);
}

void Compositor::show_cursor() {
  const Cursor cursor = desktop_->cursor();
  output_->show(cursor);
  if (std::exchange(cursor_, cursor) == cursor) return;
  const std::lock_guard lock(mutex_);
  if (on_cursor_) on_cursor_(cursor);
}

void Compositor::on_cursor(std::function<void(Cursor)> changed) {
  const std::lock_guard lock(mutex_);
  on_cursor_ = std::move(changed);
}

Compositor::Arrivals Compositor::wait(Desktop::Clock::time_point next_frame) {
  Arrivals come;
  std::unique_lock lock(mutex_);
  const bool is_looked_at = output_->is_seen() || watch_;
  const auto has_come = [&] {
    return stopping_ || !desktop_news_.empty() || !input_.empty() || new_mode_ ||
           !wanted_.empty() || has_watched_frame() || (watch_ && !is_looked_at);
  };
  if (is_looked_at && (desktop_->is_stale() || desktop_->is_moving()))
    news_.wait_until(lock, next_frame, has_come);
  else if (const auto change = desktop_->next_change())
    news_.wait_until(lock, *change, has_come);
  else
    news_.wait(lock, has_come);
  if (new_mode_) desktop_->damage_all();
  come.news.swap(desktop_news_);
  come.input.swap(input_);
  come.mode.swap(new_mode_);
  come.wanted.swap(wanted_);
  come.is_stopping = stopping_;
  come.is_looked_at = output_->is_seen() || watch_ || !come.wanted.empty();
  return come;
}

// A lack of memory is for those who asked.
void Compositor::answer(std::vector<Wanted>& come) {
  std::vector<Wanted> all;
  all.swap(waiting_);
  std::ranges::move(come, std::back_inserter(all));
  Pixels screen;
  for (Wanted& wanted : all) {
    try {
      if (!wanted.window && !screen) screen = read_screen();
      auto pixels = wanted.window ? shoot(*wanted.window, wanted.asked) : screen;
      if (!pixels.is_ok() || pixels.value())
        wanted.pixels.set_value(std::move(pixels));
      else if (Desktop::Clock::now() < wanted.asked + answer_time_max)
        waiting_.push_back(std::move(wanted));
      else
        wanted.pixels.set_value(Status::system("the window's session has not drawn it in time"));
    } catch (const std::bad_alloc&) {
      wanted.pixels.set_exception(std::current_exception());
    }
  }
}

// The screen is left as it is.
Result<Compositor::Pixels> Compositor::shoot(const std::string& window,
                                             Desktop::Clock::time_point asked) {
  BLINK_ASSIGN(const std::size_t which, choose_window(desktop_->windows(), window));
  const gl::Dispatch& gl = context_->gl();
  const ScreenSize size = desktop_->size_alone(which);
  struct Bound {
    const gl::Dispatch& gl;
    const gl::GLuint framebuffer;
    ~Bound() { gl.BindFramebuffer(gl::GL_FRAMEBUFFER, framebuffer); }
  } const bound{gl, screen_->framebuffer()};
  Canvas canvas(gl);
  if (Status status = canvas.shape(size); !status.is_ok()) {
    (void)gl.GetError();
    return status;
  }
  if (!desktop_->draw_alone(which, canvas.framebuffer(), asked)) return Pixels();
  return read(size);
}

// Where there is no memory for the pixels, the watcher sees the next frame.
void Compositor::show_to_watcher() {
  Watch watch;
  {
    const std::lock_guard lock(mutex_);
    if (!has_watched_frame()) return;
    watch = std::move(*watch_);
    watch_.reset();
  }
  const std::uint64_t number = frames_drawn_;
  const bool has_memory = with_memory([&] {
    const Pixels shot = read_screen();
    watch.take({number, shot->size, {shot, &shot->rgbx}});
  });
  if (has_memory) return;
  const std::lock_guard lock(mutex_);
  if (!watch_) watch_ = Watch{number, std::move(watch.take)};
}

Status Compositor::prepare() {
  BLINK_ASSIGN(context_, EglContext::create(display(), EglContext::Profile::compatibility));
  BLINK_TRY(output_->make_current(*context_));
  const gl::Dispatch& gl = context_->gl();
  scene_.emplace(gl);
  BLINK_TRY(scene_->prepare());
  desktop_.emplace(gl, *scene_, mode_, std::move(keyboard_), settings_);
  BLINK_TRY(desktop_->prepare());
  screen_.emplace(gl);
  return screen_->shape(mode_.size);
}

// One that the driver has no memory for changes nothing; the output shows what there is.
void Compositor::set_mode(ScreenMode mode, Desktop::Clock::time_point now) {
  if (mode.size != mode_.size) {
    if (const Status status = screen_->shape(mode.size); !status.is_ok()) {
      log_warning(
          "screen.size",
          {{"width", mode.size.width}, {"height", mode.size.height}, {"reason", status.text()}});
      mode.size = mode_.size;
      (void)screen_->shape(mode.size);
    }
  }
  mode_ = mode;
  (void)with_memory([&] { desktop_->set_mode(mode_, now); });
}

void Compositor::release() {
  if (!context_) return;
  if (desktop_) desktop_->release();
  desktop_.reset();
  if (scene_) scene_->release();
  screen_.reset();
  context_.reset();
}

void Compositor::draw_frame(Desktop::Clock::time_point now) {
  const gl::Dispatch& gl = context_->gl();
  for (const Rect area : desktop_->begin_frame(now)) {
    if (!desktop_->covers(area)) draw_background(area);
    desktop_->draw(screen_->framebuffer(), area);
  }
  // Finished before a session may write into a face that is in no use any more.
  gl.Finish();
  desktop_->end_frame(Desktop::Clock::now() - now);
  ++frames_drawn_;
  frame_ns_ += static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(Desktop::Clock::now() - now).count());
  output_->present(gl, screen_->framebuffer(), mode_.size);
  // The server's own commands are right: an error is the driver's, most often a lack of memory.
  const gl::GLenum error = gl.GetError();
  if (error != std::exchange(gl_error_, error) && error != gl::GL_NO_ERROR)
    log_warning("screen.gl_error", {{"code", error}, {"frame", frames_drawn_.load()}});
}

void Compositor::draw_background(Rect area) {
  const gl::Dispatch& gl = context_->gl();
  gl.Enable(gl::GL_SCISSOR_TEST);
  gl.Scissor(static_cast<gl::GLint>(area.x),
             static_cast<gl::GLint>(static_cast<float>(mode_.size.height) - area.bottom()),
             static_cast<gl::GLsizei>(area.width), static_cast<gl::GLsizei>(area.height));
  scene_->begin();
  scene_->pause();
  gl.Disable(gl::GL_SCISSOR_TEST);
}

Compositor::Pixels Compositor::read(ScreenSize size) const {
  const auto [width, height] = size;
  auto shot = std::make_shared<Shot>();
  shot->size = size;
  shot->rgbx.resize(std::size_t{width} * height * 4);
  context_->gl().ReadPixels(0, 0, static_cast<gl::GLsizei>(width), static_cast<gl::GLsizei>(height),
                            gl::GL_RGBA, gl::GL_UNSIGNED_BYTE, shot->rgbx.data());
  return shot;
}

}  // namespace blink::server
