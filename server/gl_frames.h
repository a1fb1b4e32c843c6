// GlFrames: the frames of a session's OpenGL programs on their way from its renderer to the screen.
//
// Threads: the session's own.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>

#include "server/frame_surface.h"

namespace blink::server {

class GlFrames {
 public:
  explicit GlFrames(SessionScreen& screen) : screen_(screen) {}
  ~GlFrames();

  // What the renderer reports of its surfaces. It is not believed.
  Status take(const RendererReport& report, std::span<UniqueFd> fds);

 private:
  struct Surface {
    FrameSurface frames;
    ObjectName window;  // which shows it
  };
  Status set_memory(const RendererReport& report, std::span<UniqueFd> fds);
  Status show(Surface& surface, ObjectName window);
  void drop(std::uint32_t id);
  void tell(ObjectName window, std::shared_ptr<const PictureFace> face);

  SessionScreen& screen_;
  std::map<std::uint32_t, Surface> surfaces_;
};

}  // namespace blink::server
