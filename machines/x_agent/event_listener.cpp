#include "machines/x_agent/event_listener.h"

#include <sys/eventfd.h>
#include <unistd.h>
#include <algorithm>
#include <chrono>
#include <utility>

namespace blink::machines {
namespace {

constexpr std::chrono::hours long_time{1};

}  // namespace

EventListener::EventListener(vso::Client& client)
    : client_(client), news_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  std::thread([this] { listen(); }).detach();
}

void EventListener::listen() {
  const std::uint64_t one = 1;
  for (;;) {
    (void)client_.wait_for_event(vso::Client::Clock::now() + long_time);
    std::vector<vso::ClientEvent> events;
    for (auto event = client_.next_event(); event.is_ok() && event.value();
         event = client_.next_event())
      events.push_back(std::move(*event.value()));
    std::unique_lock lock(mutex_);
    events_.insert(events_.end(), events.begin(), events.end());
    const bool must_release = std::ranges::any_of(
        events, [](const auto& event) { return event.type == BLINK_EVENT_RELEASE; });
    is_lost_ = must_release || client_.ended().has_value();
    if (!events.empty() || is_lost_) (void)!::write(news_.get(), &one, sizeof one);
    changed_.wait(lock, [this] { return !is_lost_; });
  }
}

std::vector<vso::ClientEvent> EventListener::take() {
  std::uint64_t count = 0;
  (void)!::read(news_.get(), &count, sizeof count);
  const std::lock_guard lock(mutex_);
  return std::exchange(events_, {});
}

bool EventListener::has_lost_server() {
  const std::lock_guard lock(mutex_);
  return is_lost_;
}

void EventListener::go_on() {
  {
    const std::lock_guard lock(mutex_);
    is_lost_ = false;
  }
  changed_.notify_one();
}

}  // namespace blink::machines
