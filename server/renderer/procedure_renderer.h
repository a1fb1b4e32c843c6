// ProcedureRenderer: carries out the orders of blinkd to draw beside the screen: one session's
// procedures `update` and `redraw`, into images that blinkd shows.
//
// Threads: the renderer's main thread.

#pragma once

#include <compare>
#include <map>
#include <memory>
#include <span>

#include "server/client_mail.h"
#include "server/renderer/frame_memory.h"
#include "server/renderer/packed_draw.h"
#include "server/renderer/protocol.h"
#include "server/screen/offscreen.h"
#include "vso/local/doorbell.h"

namespace blink::server {

class ProcedureRenderer {
 public:
  ProcedureRenderer(int socket, std::uint32_t session) : socket_(socket) { of_.session = session; }

  // A failure is the end.
  Status carry_out(const RendererOrder& order, std::span<UniqueFd> fds);

 private:
  struct Surface {
    ObjectName window;
    jit::Callback callback{};
    auto operator<=>(const Surface&) const = default;
  };
  Status need_offscreen();
  Status draw(const RendererOrder& order, UniqueFd memory);
  // How that went is for blinkd to hear.
  Status draw(UnpackedDraw& draw, RendererReport& report);
  Status take(UnpackedDraw& draw);
  Result<FrameWriter*> need_frames(const Surface& surface, const PictureFace& face);
  Status pass_mail_on();

  const int socket_;
  std::unique_ptr<Offscreen> offscreen_;
  SessionIdentity of_;
  vso::local::Doorbell nobody_;  // waits for that mail
  std::map<ObjectName, std::unique_ptr<PictureSource>> pictures_;
  std::map<Surface, std::unique_ptr<FrameWriter>> frames_;
};

}  // namespace blink::server
