#include "server/renderer/protocol.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>

#include "common/limits.h"
#include "common/text.h"

namespace blink::server {

void RendererReport::set(const Status& status) {
  code = status.is_system() ? std::uint32_t{BLINK_END_SERVER} : status.code();
  if (status.is_ok()) return;
  text_bytes = static_cast<std::uint32_t>(std::min(status.text().size(), sizeof text));
  std::memcpy(text, status.text().data(), text_bytes);
}

Status RendererReport::status() const {
  if (code == BLINK_END_NONE) return {};
  std::string why = printable_text();
  return code == BLINK_END_SERVER ? Status::system(std::move(why))
                                  : Status::guest(code, std::move(why));
}

void RendererReport::set(std::span<const float> cells) {
  text_bytes = static_cast<std::uint32_t>(cells.size_bytes());
  std::memcpy(text, cells.data(), std::min(cells.size_bytes(), sizeof text));
}

RendererReport::Cells RendererReport::cells() const { return std::bit_cast<Cells>(text); }

std::string RendererReport::printable_text() const {
  return printable({text, text_bytes}, sizeof text);
}

Result<RendererReport> decode_report(std::span<const std::byte> message) {
  const auto refuse = [](const char* what) {
    return Status::guest(BLINK_END_RENDERER, std::string("its renderer sent ") + what);
  };
  RendererReport report;
  if (message.size() != sizeof report) return refuse("a message of another size");
  std::memcpy(&report, message.data(), sizeof report);
  if (report.kind < ReportKind::answer || report.kind > ReportKind::post)
    return refuse("a message of no kind");
  if (report.code > BLINK_END_RENDERER || report.text_bytes > sizeof report.text)
    return refuse("a reason that is none");
  if (report.kind == ReportKind::end && report.code == BLINK_END_NONE)
    return refuse("an end without a reason");
  const auto is_side = [](std::uint32_t side) {
    return side >= 1 && side <= limits::picture_side_max;
  };
  if (report.kind == ReportKind::memory && !(is_side(report.width) && is_side(report.height)))
    return refuse("frames of no size");
  return report;
}

}  // namespace blink::server
