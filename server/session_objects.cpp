#include "server/session_objects.h"

#include <chrono>
#include <thread>

#include "common/memory_left.h"
#include "server/picture_objects.h"
#include "server/window_objects.h"

namespace blink::server {
namespace {

constexpr std::chrono::milliseconds retry_time{20};  // where there was no memory

}  // namespace

SessionObjects::SessionObjects(const SessionIdentity& of, Compositor& compositor)
    : of_(of), compositor_(compositor) {
  parts_.push_back(std::make_unique<PictureObjects>(of, compositor));
  parts_.push_back(std::make_unique<WindowObjects>(of, compositor));
}

SessionObjects::~SessionObjects() {
  parts_.clear();
  if (!has_shown_) return;
  const auto end = [this] {
    SessionNews news;
    news.of = of_;
    news.is_over = true;
    compositor_.tell(std::move(news));
  };
  while (!with_memory(end))  // there will be some: this session gives back its own
    std::this_thread::sleep_for(retry_time);
}

vso::ObjectConsumer* SessionObjects::part_for(std::uint16_t type) const {
  for (const auto& part : parts_)
    if (part->knows(type)) return part.get();
  return nullptr;
}

Status SessionObjects::prepare(const vso::ObjectVersion& version) {
  return part_for(version.type)->prepare(version);
}

void SessionObjects::commit(const vso::ObjectVersion& version) {
  vso::ObjectConsumer* part = part_for(version.type);
  owners_[version.key] = part;
  has_shown_ = true;
  part->commit(version);
}

void SessionObjects::discard(const vso::ObjectVersion& version) {
  part_for(version.type)->discard(version);
}

void SessionObjects::retire(vso::ObjectKey key) {
  const auto it = owners_.find(key);
  if (it == owners_.end()) return;
  it->second->retire(key);
  owners_.erase(it);
}

}  // namespace blink::server
