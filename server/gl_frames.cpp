#include "server/gl_frames.h"

#include "common/limits.h"

namespace blink::server {

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
  if (report.kind != ReportKind::frame || found == surfaces_.end())
    return bad_report("a frame of no surface");
  return show(found->second, {report.array, report.window});
}

Status GlFrames::set_memory(const RendererReport& report, std::span<UniqueFd> fds) {
  if (!surfaces_.contains(report.surface) && surfaces_.size() >= limits::replayed_surfaces_max)
    return bad_report("more surfaces than there may be");
  return surfaces_[report.surface].frames.set_memory(report, fds, screen_);
}

Status GlFrames::show(Surface& surface, ObjectName window) {
  {
    const TimeCounted time(screen_.of().stats->update_ns);
    BLINK_ASSIGN(const bool is_new, surface.frames.upload(screen_));
    if (is_new) ++screen_.of().stats->updates;
  }
  const auto& face = surface.frames.face();
  if (!face) return {};
  if (surface.window != window && surface.window != ObjectName()) tell(surface.window, nullptr);
  surface.window = window;
  tell(window, face);
  return {};
}

void GlFrames::drop(std::uint32_t id) {
  const auto found = surfaces_.find(id);
  if (found == surfaces_.end()) return;
  if (found->second.frames.face()) tell(found->second.window, nullptr);
  (void)screen_.picture_context();
  surfaces_.erase(found);
}

void GlFrames::tell(ObjectName window, std::shared_ptr<const PictureFace> face) {
  SessionNews news;
  news.pictures[window] = std::move(face);
  screen_.tell(std::move(news));
}

}  // namespace blink::server
