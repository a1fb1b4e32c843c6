#include "server/gl_frames.h"

#include "common/limits.h"

namespace blink::server {
namespace {

Status bad(const char* what) {
  return Status::guest(BLINK_END_RENDERER,
                       std::string("the renderer of its OpenGL reported ") + what);
}

}  // namespace

GlFrames::~GlFrames() {
  if (!surfaces_.empty()) (void)screen_.picture_context();
  surfaces_.clear();
}

Status GlFrames::take(const RendererReport& report, std::span<UniqueFd> fds) {
  if (report.kind == ReportKind::memory) return set_memory(report, fds);
  if (report.kind == ReportKind::drop) {
    drop(report.surface);
    return {};
  }
  const auto found = surfaces_.find(report.surface);
  if (found == surfaces_.end()) return bad("a frame of no surface");
  return show(found->second, {report.array, report.window});
}

Status GlFrames::set_memory(const RendererReport& report, std::span<UniqueFd> fds) {
  if (fds.size() != 1) return bad("frames without memory for them");
  if (!surfaces_.contains(report.surface) && surfaces_.size() >= limits::replayed_surfaces_max)
    return bad("more surfaces than there may be");
  Surface& surface = surfaces_[report.surface];
  surface.frames.reset();
  surface.share = {};
  BLINK_ASSIGN(surface.share, screen_.of().stats->budget->take(
                                  0, FrameMemory::bytes_for(report.width, report.height)));
  BLINK_ASSIGN(surface.frames, FrameReader::adopt(std::move(fds[0]), report.width, report.height));
  return {};
}

Status GlFrames::show(Surface& surface, ObjectName window) {
  BLINK_TRY(upload(surface));
  if (!surface.face) return {};
  if (surface.window != window && surface.window != ObjectName()) tell(surface.window, nullptr);
  surface.window = window;
  tell(window, surface.face);
  return {};
}

Status GlFrames::upload(Surface& surface) {
  if (!surface.frames) return {};
  const auto frame = surface.frames->take();
  if (!frame) return {};
  BLINK_ASSIGN(EglContext * context, screen_.picture_context());
  if (!surface.source)
    surface.source = std::make_unique<PictureSource>(*context, *screen_.of().stats->budget);
  surface.face.reset();
  const TimeCounted time(screen_.of().stats->update_ns);
  const std::uint32_t width = surface.frames->width();
  // SAFETY: pixels; sealed against shrinking, and mapped for as long as the surface has it.
  BLINK_TRY(surface.source->upload({width, surface.frames->height(), width * 4, PixelOrder::rgbx},
                                   frame->lend_to_driver(), std::nullopt));
  surface.face = surface.source->publish();
  ++screen_.of().stats->updates;
  return {};
}

void GlFrames::drop(std::uint32_t id) {
  const auto found = surfaces_.find(id);
  if (found == surfaces_.end()) return;
  if (found->second.face) tell(found->second.window, nullptr);
  (void)screen_.picture_context();
  surfaces_.erase(found);
}

void GlFrames::tell(ObjectName window, std::shared_ptr<const PictureFace> face) {
  SessionNews news;
  news.pictures[window] = std::move(face);
  screen_.tell(std::move(news));
}

}  // namespace blink::server
