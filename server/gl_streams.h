// GlStreams: what the server does with the OpenGL of a session's programs: it hands their streams
// to the session's renderer, a process of its own, and shows the frames that come back.
//
// The renderer starts with the first stream, and ends with the session or when it fails; then the
// session ends.
//
// Threads: the session's own.

#pragma once

#include <memory>
#include <set>

#include "server/gl_frames.h"
#include "server/gl_terms.h"
#include "server/renderer_link.h"
#include "server/renderer_process.h"
#include "server/session_link.h"
#include "server/session_screen.h"
#include "vso/object_consumer.h"

namespace blink::server {

class GlStreams final : public vso::ObjectConsumer {
 public:
  GlStreams(SessionScreen& screen, const SessionLink& session, const GlTerms& terms)
      : screen_(screen), session_(session), terms_(terms), frames_(screen) {}

  bool knows(std::uint16_t type) const override;
  Status prepare(const vso::ObjectVersion& version) override;
  void commit(const vso::ObjectVersion& version) override;
  void discard(const vso::ObjectVersion& version) override;
  void retire(vso::ObjectKey key) override;
  Status eval(vso::ObjectKey stream, std::uint32_t begin, std::uint32_t bytes,
              bool is_awaited) override;
  Status added(vso::ObjectKey stream, std::uint64_t place, bool is_awaited) override;
  Status look_around() override;
  vso::Awaited awaited() const override;

 private:
  Status need_renderer();

  SessionScreen& screen_;
  const SessionLink& session_;
  const GlTerms terms_;
  GlFrames frames_;
  std::unique_ptr<RendererProcess> process_;
  std::unique_ptr<RendererLink> link_;  // where there is a process
  std::set<vso::ObjectKey> known_;      // to the renderer
};

}  // namespace blink::server
