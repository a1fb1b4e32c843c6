// FrameSurface: the images of one surface on their way from a renderer's memory to the screen.
//
// Threads: the session's own.

#pragma once

#include <memory>
#include <span>

#include "common/unique_fd.h"
#include "server/renderer/frame_memory.h"
#include "server/renderer/protocol.h"
#include "server/screen/picture_source.h"
#include "server/session_screen.h"

namespace blink::server {

class FrameSurface {
 public:
  // Where images come from now on, as a renderer has reported it. It is not believed.
  Status set_memory(const RendererReport& report, std::span<UniqueFd> fds, SessionScreen& screen);
  // Takes the newest image. Whether there was one that was not taken.
  Result<bool> upload(SessionScreen& screen);
  // The newest that was taken; null: none yet.
  const std::shared_ptr<const PictureFace>& face() const { return face_; }

 private:
  PictureBudget::Share share_;  // of the memory
  std::unique_ptr<FrameReader> frames_;
  std::unique_ptr<PictureSource> source_;
  std::shared_ptr<const PictureFace> face_;
};

// What a renderer has said that none would say.
Status bad_report(const char* what);

}  // namespace blink::server
