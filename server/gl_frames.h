// GlFrames: the frames of a session's OpenGL programs on their way from its renderer to the screen.
//
// Threads: the session's own.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>

#include "common/unique_fd.h"
#include "server/renderer/frame_memory.h"
#include "server/renderer/protocol.h"
#include "server/screen/picture_source.h"
#include "server/session_screen.h"

namespace blink::server {

class GlFrames {
 public:
  explicit GlFrames(SessionScreen& screen) : screen_(screen) {}
  ~GlFrames();

  // What the renderer reports of its surfaces. It is not believed.
  Status take(const RendererReport& report, std::span<UniqueFd> fds);

 private:
  struct Surface {
    PictureBudget::Share share;  // of the memory
    std::unique_ptr<FrameReader> frames;
    std::unique_ptr<PictureSource> source;
    std::shared_ptr<const PictureFace> face;  // the newest
    ObjectName window;                        // which shows it
  };
  Status set_memory(const RendererReport& report, std::span<UniqueFd> fds);
  Status show(Surface& surface, ObjectName window);
  Status upload(Surface& surface);
  void drop(std::uint32_t id);
  void tell(ObjectName window, std::shared_ptr<const PictureFace> face);

  SessionScreen& screen_;
  std::map<std::uint32_t, Surface> surfaces_;
};

}  // namespace blink::server
