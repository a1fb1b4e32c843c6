// SessionObjects: hands each of a session's objects to whoever deals with its type.
//
// Threads: the session's own.

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "server/gl_streams.h"
#include "server/procedures_beside.h"
#include "server/session_screen.h"
#include "vso/object_consumer.h"

namespace blink::server {

class SessionObjects final : public vso::ObjectConsumer {
 public:
  SessionObjects(SessionIdentity of, Compositor& compositor, const SessionLink& session,
                 const GlTerms& terms, bool takes_opengl);

  bool knows(std::uint16_t type) const override { return part_for(type) != nullptr; }
  Status prepare(const vso::ObjectVersion& version) override;
  void commit(const vso::ObjectVersion& version) override;
  void discard(const vso::ObjectVersion& version) override;
  void retire(vso::ObjectKey key) override;
  Status update(vso::ObjectKey window) override;
  Status added(vso::ObjectKey stream, std::uint64_t place, bool is_awaited) override;
  Status eval(vso::ObjectKey stream, std::uint32_t begin, std::uint32_t bytes,
              bool is_awaited) override;
  Status look_around() override;
  vso::Awaited awaited() const override;

 private:
  vso::ObjectConsumer* part_for(std::uint16_t type) const;

  SessionScreen screen_;
  ProceduresBeside beside_;
  std::vector<std::unique_ptr<vso::ObjectConsumer>> parts_;
  vso::ObjectConsumer* streams_ = nullptr;                 // one of them, where OpenGL is taken
  std::map<vso::ObjectKey, vso::ObjectConsumer*> owners_;  // of what was committed
};

}  // namespace blink::server
