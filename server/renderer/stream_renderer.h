// StreamRenderer: carries out the orders of blinkd: a context for each stream of a session,
// surfaces where they draw, and the replay of what they say.
//
// All contexts of a session share their objects in the driver, so that any of them may draw to any
// surface; what the programs share among themselves is a matter of names (stackreplay/names.h).
//
// Threads: the renderer's main thread.

#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>

#include "server/renderer/frame_memory.h"
#include "server/renderer/gl_surface.h"
#include "server/renderer/protocol.h"
#include "stackreplay/replay.h"
#include "stackreplay/replay_host.h"
#include "vso/client_wake.h"
#include "vso/local/doorbell.h"
#include "vso/object_consumer.h"

namespace blink::server {

class StreamRenderer final : public stackreplay::ReplayHost {
 public:
  // `memory` is the client's region; frames may take `frame_bytes_max`.
  StreamRenderer(int socket, std::unique_ptr<vso::local::MemoryFile> memory,
                 vso::local::Doorbell client, std::uint64_t frame_bytes_max);
  ~StreamRenderer() override;

  // A failure, except to make a stream, is the end.
  Status carry_out(const RendererOrder& order);
  // Whether what is added to a ring is to be looked for, and does so. After a while without any it
  // is not, until an order says that there is more.
  bool is_looking() const { return looked_at_ != nullptr; }
  Status look();

 private:
  using Clock = std::chrono::steady_clock;
  struct Stream {
    vso::guest_span content;
    std::shared_ptr<stackreplay::Names> names;
    std::unique_ptr<stackreplay::Replay> replay;
    std::unique_ptr<EglContext> context;  // ends before the replay, whose memory it may write to
    std::uint64_t commands_done = 0;
    std::uint64_t ring_bytes = 0, place = 0;  // of its ring, and up to where it has been replayed
    std::uint32_t finishes_put_off = 0;
  };
  struct Surface {
    explicit Surface(EglContext& house) : image(house) {}
    GlSurface image;
    std::unique_ptr<FrameWriter> frames;  // null: of another size, or none yet
    std::uint64_t frame_bytes = 0;
    vso::ObjectKey shown_as;  // the last one that blinkd was told
  };

  Status need_house();
  vso::guest_span content_of(const RendererOrder& order) const;
  Status set_stream(const RendererOrder& order);
  Result<std::unique_ptr<Stream>> make_stream(const RendererOrder& order);
  void retire(vso::ObjectKey key);
  Status eval(const RendererOrder& order);
  Status added(const RendererOrder& order);
  Status replay_up_to(Stream& stream, std::uint64_t place);
  Result<bool> replay_added(Stream& stream);
  Status look_away();
  void finish();

  Status set_surface(std::uint32_t surface, std::uint32_t width, std::uint32_t height) override;
  Status drop_surface(std::uint32_t surface) override;
  Result<gl::GLuint> framebuffer(std::uint32_t surface) override;
  Status swap(std::uint32_t surface, std::uint32_t window) override;
  Result<SurfaceImages> surface_images(std::uint32_t surface) override;
  Status beside(const std::function<void(const gl::Dispatch&)>& act) override;
  Result<gl::GLenum> create_image(std::uint32_t image, const ImageSource& source) override;
  void destroy_image(std::uint32_t image) override { images_.erase(image); }
  void* find_image(std::uint32_t image) override;
  Status need_frames(std::uint32_t id, Surface& surface);

  const int socket_;
  const std::unique_ptr<vso::local::MemoryFile> memory_;
  vso::ClientWake wake_;
  const vso::local::Doorbell client_;
  const std::uint64_t frame_bytes_max_;
  std::uint64_t frame_bytes_ = 0;
  std::unique_ptr<EglContext> house_;
  std::map<vso::ObjectKey, std::unique_ptr<Stream>> streams_;
  std::map<std::uint32_t, stackreplay::BulkObjects> bulk_;  // by array
  std::map<std::uint32_t, std::unique_ptr<Surface>> surfaces_;
  std::map<std::uint32_t, std::unique_ptr<ClientImage>> images_;

  // A stream with a ring of which more may come without an order: the one that was replayed last.
  // What another one says comes after all that was added here.
  Stream* looked_at_ = nullptr;
  std::uint32_t looked_at_array_ = 0;
  std::optional<Clock::time_point> idle_since_;
  bool has_looked_ = false;  // since the last answer

  // Of the part of a stream at hand.
  Stream* stream_ = nullptr;
  std::uint32_t array_ = 0;
};

}  // namespace blink::server
