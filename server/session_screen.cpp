#include "server/session_screen.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "common/memory_left.h"

namespace blink::server {
namespace {

constexpr std::chrono::milliseconds retry_time{20};  // where there was no memory

bool has_gone(const WindowNews& window) {
  const bool has_shape = window.shape && window.shape->has_value();
  const bool has_params = window.params && *window.params != nullptr;
  const bool has_picture = window.picture && *window.picture != nullptr;
  return !has_shape && !has_params && !has_picture &&
         std::ranges::none_of(window.procedures,
                              [](const auto& its) { return its && *its != nullptr; });
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
  keep(known_, news);
  if (!must_repeat_) merge(news_, news);
  hand_in(std::move(news));
}

void SessionScreen::pace_window_change() {
  std::this_thread::sleep_for(pace_.step(Pace::Clock::now()));
}

SessionNews SessionScreen::take_news() {
  SessionNews news = std::exchange(news_, {});
  return std::exchange(must_repeat_, false) ? known_ : news;
}

const WindowShape* SessionScreen::shape(ObjectName window) const {
  const auto found = known_.windows.find(window);
  if (found == known_.windows.end() || !found->second.shape || !*found->second.shape)
    return nullptr;
  return &**found->second.shape;
}

void SessionScreen::tell_of_picture(ObjectName name, std::shared_ptr<const PictureFace> face) {
  SessionNews news;
  news.pictures[name] = std::move(face);
  keep(known_, news);
  hand_in(std::move(news));
}

void SessionScreen::tell_of_redraw(ObjectName window, Redrawn redrawn) {
  SessionNews news;
  news.windows[window].redrawn = std::move(redrawn);
  hand_in(std::move(news));
}

Result<EglContext*> SessionScreen::picture_context() {
  if (!picture_context_) {
    BLINK_ASSIGN(picture_context_, EglContext::create(compositor_.display()));
  }
  BLINK_TRY(picture_context_->make_current());
  return picture_context_.get();
}

}  // namespace blink::server
