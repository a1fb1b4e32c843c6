// GlStreams: what the server does with the OpenGL of a session's programs: a context for each
// stream, surfaces where they draw, and the replay of what they say.
//
// All contexts of a session share their objects in the driver, so that any of them may draw to any
// surface; what the programs share among themselves is a matter of names (stackreplay/names.h).
//
// Threads: the session's own.

#pragma once

#include <map>
#include <memory>

#include "server/screen/gl_surface.h"
#include "server/session_screen.h"
#include "stackreplay/replay.h"
#include "stackreplay/replay_host.h"
#include "vso/object_consumer.h"

namespace blink::server {

class GlStreams final : public vso::ObjectConsumer, public stackreplay::ReplayHost {
 public:
  explicit GlStreams(SessionScreen& screen) : screen_(screen) {}
  ~GlStreams() override;

  bool knows(std::uint16_t type) const override;
  Status prepare(const vso::ObjectVersion& version) override;
  void commit(const vso::ObjectVersion& version) override;
  void discard(const vso::ObjectVersion& version) override;
  void retire(vso::ObjectKey key) override;
  Status eval(vso::ObjectKey stream, std::uint32_t begin, std::uint32_t bytes) override;

 private:
  struct Stream {
    vso::guest_span content;
    std::unique_ptr<EglContext> context;
    std::shared_ptr<stackreplay::Names> names;
    std::unique_ptr<stackreplay::Replay> replay;
    std::uint64_t commands_done = 0;
  };
  struct Prepared {
    vso::guest_span content;
    std::unique_ptr<Stream> stream;  // null: it is there already, or is none
  };

  Status need_house();
  Result<std::unique_ptr<Stream>> make_stream(const vso::ObjectVersion& version);
  void drop_stream(Stream& stream);

  Status set_surface(std::uint32_t surface, std::uint32_t width, std::uint32_t height) override;
  Status drop_surface(std::uint32_t surface) override;
  Result<gl::GLuint> framebuffer(std::uint32_t surface) override;
  Status swap(std::uint32_t surface, std::uint32_t window) override;

  SessionScreen& screen_;
  const std::shared_ptr<PictureBudget> budget_ = std::make_shared<PictureBudget>();
  std::unique_ptr<EglContext> house_;
  std::map<vso::ObjectKey, std::unique_ptr<Stream>> streams_;
  std::map<std::uint32_t, stackreplay::BulkObjects> bulk_;  // by array
  std::map<std::uint32_t, std::unique_ptr<GlSurface>> surfaces_;
  Prepared prepared_;

  // Of the part of a stream at hand.
  Stream* stream_ = nullptr;
  std::uint32_t array_ = 0;
};

}  // namespace blink::server
