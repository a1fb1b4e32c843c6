#include "server/session_objects.h"

#include "server/picture_objects.h"
#include "server/window_objects.h"

namespace blink::server {

SessionObjects::SessionObjects(SessionIdentity of, Compositor& compositor,
                               const SessionLink& session, const GlTerms& terms, bool takes_opengl)
    : screen_(std::move(of), compositor), beside_(screen_, session, terms) {
  parts_.push_back(std::make_unique<PictureObjects>(screen_));
  parts_.push_back(std::make_unique<WindowObjects>(screen_));
  if (!takes_opengl) return;
  auto streams = std::make_unique<GlStreams>(screen_, session, terms);
  streams_ = streams.get();
  parts_.push_back(std::move(streams));
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

Status SessionObjects::update(vso::ObjectKey window) {
  return beside_.update({window.array, window.object});
}

namespace {
Status no_opengl() {
  return Status::guest(BLINK_END_TYPE, "this server takes no OpenGL: it has --no-opengl");
}
}  // namespace

Status SessionObjects::eval(vso::ObjectKey stream, std::uint32_t begin, std::uint32_t bytes,
                            bool is_awaited) {
  return streams_ != nullptr ? streams_->eval(stream, begin, bytes, is_awaited) : no_opengl();
}

Status SessionObjects::added(vso::ObjectKey stream, std::uint64_t place, bool is_awaited) {
  return streams_ != nullptr ? streams_->added(stream, place, is_awaited) : no_opengl();
}

Status SessionObjects::look_around() {
  BLINK_TRY(beside_.look_around());
  return streams_ != nullptr ? streams_->look_around() : Status();
}

vso::Awaited SessionObjects::awaited() const {
  vso::Awaited awaited = beside_.awaited();
  if (streams_ != nullptr) awaited.add(streams_->awaited());
  return awaited;
}

}  // namespace blink::server
