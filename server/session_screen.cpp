#include "server/session_screen.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "common/log.h"
#include "common/memory_left.h"

namespace blink::server {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds retry_time{20};  // where there was no memory

bool has_gone(const WindowNews& window) {
  const bool has_shape = window.shape && window.shape->has_value();
  const bool has_params = window.params && *window.params != nullptr;
  return !has_shape && !has_params && std::ranges::none_of(window.procedures, [](const auto& its) {
    return its && *its != nullptr;
  });
}

// What holds, without what has gone.
void keep(SessionNews& known, SessionNews news) {
  merge(known, std::move(news));
  std::erase_if(known.data, [](const auto& entry) { return entry.second == nullptr; });
  std::erase_if(known.pictures, [](const auto& entry) { return entry.second == nullptr; });
  std::erase_if(known.windows, [](const auto& entry) { return has_gone(entry.second); });
}

}  // namespace

SessionScreen::~SessionScreen() {
  if (!has_told_) return;
  const auto end = [this] {
    SessionNews news;
    news.is_over = true;
    hand_in(std::move(news));
  };
  while (!with_memory(end))  // there will be some: this session gives back its own
    std::this_thread::sleep_for(retry_time);
}

void SessionScreen::hand_in(SessionNews news) {
  news.of = of_;
  has_told_ = true;
  compositor_.tell(std::move(news));
}

void SessionScreen::tell(SessionNews news) {
  if (offscreen_)
    offscreen_->take(news);
  else
    keep(known_, news);
  hand_in(std::move(news));
}

Status SessionScreen::need_offscreen() {
  if (offscreen_) return {};
  BLINK_ASSIGN(offscreen_, Offscreen::create(compositor_.display(), of_));
  offscreen_->take(std::exchange(known_, {}));
  return {};
}

Result<EglContext*> SessionScreen::picture_context() {
  if (!picture_context_) {
    BLINK_ASSIGN(picture_context_, EglContext::create(compositor_.display()));
  }
  BLINK_TRY(picture_context_->make_current());
  return picture_context_.get();
}

Status SessionScreen::update(ObjectName window) {
  BLINK_TRY(need_offscreen());
  const TimeCounted time(of_.stats->update_ns);
  BLINK_ASSIGN(auto face, offscreen_->update(window));
  ++of_.stats->updates;
  SessionNews news;
  news.pictures[window] = std::move(face);
  tell(std::move(news));
  return {};
}

void SessionScreen::redraw() {
  for (const RedrawWish& wish : of_.wishes->take()) {
    const auto begin = steady_clock::now();
    Redrawn redrawn;
    Status status = need_offscreen();
    if (status.is_ok()) {
      auto face = offscreen_->redraw(wish);
      if (face.is_ok()) redrawn.face = face.take();
      status = face.take_status();
    }
    if (status.is_system())
      log_warning("redraw", {{"session", of_.session}, {"error", status.text()}});
    redrawn.took = steady_clock::now() - begin;
    SessionNews news;
    news.windows[wish.window].redrawn = std::move(redrawn);
    hand_in(std::move(news));
  }
}

}  // namespace blink::server
