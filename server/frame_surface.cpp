#include "server/frame_surface.h"

namespace blink::server {

Status bad_report(const char* what) {
  return Status::guest(BLINK_END_RENDERER, std::string("its renderer reported ") + what);
}

Status FrameSurface::set_memory(const RendererReport& report, std::span<UniqueFd> fds,
                                SessionScreen& screen) {
  if (fds.size() != 1) return bad_report("frames without memory for them");
  frames_.reset();
  share_ = {};
  BLINK_ASSIGN(share_, screen.of().stats->budget->take(
                           0, FrameMemory::bytes_for(report.width, report.height)));
  BLINK_ASSIGN(frames_, FrameReader::adopt(std::move(fds[0]), report.width, report.height));
  return {};
}

Result<bool> FrameSurface::upload(SessionScreen& screen) {
  if (!frames_) return false;
  const auto frame = frames_->take();
  if (!frame) return false;
  BLINK_ASSIGN(EglContext * context, screen.picture_context());
  if (!source_) source_ = std::make_unique<PictureSource>(*context, *screen.of().stats->budget);
  face_.reset();
  const std::uint32_t width = frames_->width();
  // SAFETY: pixels; sealed against shrinking, and mapped for as long as the surface has it.
  BLINK_TRY(source_->upload({width, frames_->height(), width * 4, PixelOrder::rgbx},
                            frame->lend_to_driver(), std::nullopt));
  face_ = source_->publish();
  return true;
}

}  // namespace blink::server
