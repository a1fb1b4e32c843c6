#include "server/renderer/procedure_renderer.h"

#include <algorithm>
#include <bit>
#include <variant>

#include "common/check.h"
#include "server/renderer/send_report.h"

namespace blink::server {

using jit::Callback;

Status ProcedureRenderer::carry_out(const RendererOrder& order, std::span<UniqueFd> fds) {
  if (order.kind == OrderKind::draw) {
    CHECK(fds.size() == 1);
    BLINK_TRY(draw(order, std::move(fds[0])));
  }
  if (order.number == 0) return {};
  RendererReport report;
  report.number = order.number;
  return send_report(socket_, report);
}

Status ProcedureRenderer::need_offscreen() {
  if (offscreen_) return {};
  BLINK_ASSIGN(nobody_, vso::local::Doorbell::create());
  of_.mail = std::make_shared<ClientMail>(nobody_);
  Procedure::warm_up();
  BLINK_ASSIGN(auto display, EglDisplay::open());
  BLINK_ASSIGN(offscreen_, Offscreen::create(std::move(display), of_));
  offscreen_->on_post([this](ObjectName window, float a, float b) {
    blink_event_window letter{};
    letter.array = window.array;
    letter.window = window.object;
    letter.number[0] = std::bit_cast<std::uint32_t>(a);
    letter.number[1] = std::bit_cast<std::uint32_t>(b);
    of_.mail->put(BLINK_EVENT_POST, letter);
  });
  return {};
}

Status ProcedureRenderer::draw(const RendererOrder& order, UniqueFd fd) {
  BLINK_TRY(need_offscreen());
  BLINK_ASSIGN(auto memory, vso::local::MemoryFile::adopt(std::move(fd), order.bytes));
  BLINK_ASSIGN(UnpackedDraw unpacked, unpack_draw(*memory));
  RendererReport report;
  report.set(draw(unpacked, report));
  BLINK_TRY(pass_mail_on());
  report.kind = ReportKind::drawn;
  report.array = unpacked.wish.window.array;
  report.window = unpacked.wish.window.object;
  report.surface = static_cast<std::uint32_t>(unpacked.callback);
  return send_report(socket_, report);
}

Status ProcedureRenderer::draw(UnpackedDraw& draw, RendererReport& report) {
  BLINK_TRY(take(draw));
  BLINK_ASSIGN(const Offscreen::Drawn drawn, offscreen_->draw(draw.callback, draw.wish));
  const OffscreenImage* image = drawn.image;
  report.set(drawn.cells);
  BLINK_ASSIGN(FrameWriter * frames,
               need_frames({draw.wish.window, draw.callback}, *image->face()));
  image->read(frames->slot());
  (void)frames->publish();
  if (draw.callback != Callback::update) return {};
  // Procedures see what `update` drew as the picture with the window's name.
  SessionNews news;
  news.pictures[draw.wish.window] = image->face();
  offscreen_->take(std::move(news));
  return {};
}

Status ProcedureRenderer::take(UnpackedDraw& draw) {
  BLINK_TRY(offscreen_->context().make_current());
  for (const UnpackedDraw::Picture& picture : draw.pictures) {
    auto& face = draw.news.pictures[picture.name];
    auto& source = pictures_[picture.name];
    if (picture.width == 0) {
      pictures_.erase(picture.name);
      continue;
    }
    if (!source)
      source = std::make_unique<PictureSource>(offscreen_->context(), *of_.stats->budget);
    // SAFETY: pixels, which blinkd has written.
    BLINK_TRY(source->upload({picture.width, picture.height, picture.width * 4, PixelOrder::rgbx},
                             picture.pixels.lend_to_driver(), std::nullopt));
    face = source->publish();
  }
  std::erase_if(frames_, [&](const auto& entry) {
    const auto its = draw.news.windows.find(entry.first.window);
    return its != draw.news.windows.end() && its->second.shape && !*its->second.shape;
  });
  offscreen_->take(std::move(draw.news));
  return {};
}

// Memory for frames of the size that there is now, at both ends.
Result<FrameWriter*> ProcedureRenderer::need_frames(const Surface& surface,
                                                    const PictureFace& face) {
  auto& frames = frames_[surface];
  if (frames && frames->width() == face.width && frames->height() == face.height)
    return frames.get();
  frames.reset();
  BLINK_ASSIGN(frames, FrameWriter::create(face.width, face.height));
  RendererReport report;
  report.kind = ReportKind::memory;
  report.surface = static_cast<std::uint32_t>(surface.callback);
  report.array = surface.window.array;
  report.window = surface.window.object;
  report.width = face.width;
  report.height = face.height;
  BLINK_TRY(send_report(socket_, report, frames->fd()));
  frames->close_file();
  return frames.get();
}

Status ProcedureRenderer::pass_mail_on() {
  for (const ClientMail::Letter& letter : of_.mail->take()) {
    RendererReport report;
    if (const auto* about = std::get_if<blink_event_refusal>(&letter)) {
      report.kind = ReportKind::complaint;
      report.array = about->array;
      report.window = about->object;
      report.code = about->code;
      report.text_bytes = about->text_bytes;
      std::ranges::copy(about->text, report.text);
    } else {
      const auto& post = std::get<blink_event_window>(letter);
      report.kind = ReportKind::post;
      report.array = post.array;
      report.window = post.window;
      report.width = post.number[0];
      report.height = post.number[1];
    }
    BLINK_TRY(send_report(socket_, report));
  }
  return {};
}

}  // namespace blink::server
