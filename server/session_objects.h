// SessionObjects: hands each of a session's objects to whoever deals with its type, and takes the
// session off the screen when it is over.
//
// Threads: the session's own.

#pragma once

#include <map>
#include <memory>
#include <vector>

#include "server/screen/compositor.h"
#include "vso/object_consumer.h"

namespace blink::server {

class SessionObjects final : public vso::ObjectConsumer {
 public:
  SessionObjects(const SessionIdentity& of, Compositor& compositor);
  ~SessionObjects() override;

  bool knows(std::uint16_t type) const override { return part_for(type) != nullptr; }
  Status prepare(const vso::ObjectVersion& version) override;
  void commit(const vso::ObjectVersion& version) override;
  void discard(const vso::ObjectVersion& version) override;
  void retire(vso::ObjectKey key) override;

 private:
  vso::ObjectConsumer* part_for(std::uint16_t type) const;

  const SessionIdentity of_;
  Compositor& compositor_;
  std::vector<std::unique_ptr<vso::ObjectConsumer>> parts_;
  std::map<vso::ObjectKey, vso::ObjectConsumer*> owners_;  // of what was committed
  bool has_shown_ = false;
};

}  // namespace blink::server
