#include "server/renderer_link.h"

#include <poll.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "common/limits.h"
#include "common/poll_time.h"
#include "vso/local/interruption.h"
#include "vso/local/socket.h"

namespace blink::server {
namespace {

namespace local = vso::local;
using std::chrono::milliseconds;

constexpr milliseconds look_time{1'000};
constexpr int reports_at_once_max = 64;

}  // namespace

RendererLink::RendererLink(Other other, const SessionLink& session, milliseconds time_max)
    : other_(std::move(other)), session_(session), time_max_(time_max) {}

// --------------------------------------------------------------------------------------- orders

Status RendererLink::tell(const RendererOrder& order, std::span<const int> fds) {
  if (broken_) return why_broken();
  BLINK_TRY(send(order, fds));
  is_unwatched_ = true;
  return keep_watch();
}

Status RendererLink::ask(RendererOrder order) {
  if (broken_) return why_broken();
  asked_ = order.number = ++numbers_;
  answer_.reset();
  BLINK_TRY(send(order, {}));
  for (const auto begin = Clock::now(); !answer_;)
    BLINK_TRY(wait(0, begin));
  return std::exchange(answer_, std::nullopt)->status();
}

Status RendererLink::send(const RendererOrder& order, std::span<const int> fds) {
  for (const auto begin = Clock::now();;) {
    const Status sent = local::send_packet(other_.socket, std::as_bytes(std::span(&order, 1)), fds);
    if (sent.is_ok()) return {};
    if (sent.code() == EPIPE || sent.code() == ECONNRESET) return gone();
    if (sent.code() != EAGAIN) return fail(sent);
    BLINK_TRY(wait(POLLOUT, begin));
  }
}

Status RendererLink::wait(short events, Clock::time_point since) {
  const auto until = std::max(since, heard_at_) + time_max_;
  pollfd fds[] = {{other_.socket, static_cast<short>(events | POLLIN), 0},
                  {session_.wake.fd(), POLLIN, 0}};
  if (!session_.is_ending()) ::poll(fds, 2, poll_time(until));
  if (fds[1].revents != 0) session_.wake.take();
  if (session_.is_ending()) return fail(Status::guest(BLINK_END_STOPPING, "the session ends"));
  if (fds[0].revents == 0 && Clock::now() >= until) return too_slow();
  return hear();
}

// -------------------------------------------------------------------------------------- reports

Status RendererLink::look_around() {
  if (broken_) return why_broken();
  BLINK_TRY(hear());
  return keep_watch();
}

vso::Awaited RendererLink::awaited() const {
  if (broken_) return {};
  vso::Awaited awaited;
  awaited.add(other_.socket);
  if (question_ != 0)
    awaited.until = std::max(question_at_, heard_at_) + time_max_;
  else if (is_unwatched_)
    awaited.until = question_at_ + look_time;
  return awaited;
}

Status RendererLink::keep_watch() {
  const auto now = Clock::now();
  if (question_ != 0)
    return now < std::max(question_at_, heard_at_) + time_max_ ? Status() : too_slow();
  if (!is_unwatched_ || now < question_at_ + look_time) return {};
  RendererOrder order;
  question_ = order.number = ++numbers_;
  question_at_ = now;
  is_unwatched_ = false;
  return send(order, {});
}

Status RendererLink::hear() {
  for (int i = 0; i < reports_at_once_max; ++i) {
    std::array<std::byte, sizeof(RendererReport) + 1> message;  // one that is longer is noticed
    auto packet = local::receive_packet(other_.socket, message);
    if (!packet.is_ok()) {
      const std::uint32_t error = packet.status().code();
      if (error == EAGAIN || error == EINTR) return {};
      return error == ECONNRESET ? gone() : fail(packet.status());
    }
    if (packet->bytes == 0 && packet->fds.empty()) return gone();
    auto report = decode_report(std::span(message).first(std::min(packet->bytes, message.size())));
    if (!report.is_ok()) return fail(report.status());
    BLINK_TRY(count_report());
    // Of descriptors that nobody wants, too, this thread is the last to let go.
    std::optional<local::Impatience> impatience;
    if (!packet->fds.empty()) impatience.emplace();
    Status taken = take(report.value(), packet->fds);
    packet->fds.clear();
    if (!taken.is_ok()) return fail(taken);
  }
  return {};
}

Status RendererLink::take(const RendererReport& report, std::span<UniqueFd> fds) {
  heard_at_ = Clock::now();
  if (report.kind == ReportKind::end) return report.status();
  if (report.kind != ReportKind::answer) return other_.take(report, fds);
  if (report.number == question_) {
    question_ = 0;
    is_unwatched_ |= report.width != 0;
  } else if (report.number == asked_) {
    answer_ = report;
  }
  return {};
}

Status RendererLink::count_report() {
  const auto now = Clock::now();
  if (now - second_begin_ >= std::chrono::seconds(1)) {
    second_begin_ = now;
    reports_this_second_ = 0;
  }
  if (++reports_this_second_ <= limits::renderer_reports_per_s_max) return {};
  return fail(
      Status::guest(BLINK_END_RENDERER, "the renderer of " + other_.of + " talks too much"));
}

// ---------------------------------------------------------------------------------------- its end

Status RendererLink::fail(const Status& why) {
  broken_ = Broken{why.is_guest() ? why.code() : std::uint32_t{BLINK_END_SERVER},
                   std::string(why.text())};
  (void)other_.end();
  return why_broken();
}

Status RendererLink::why_broken() const { return Status::guest(broken_->code, broken_->text); }

Status RendererLink::gone() {
  return fail(
      Status::guest(BLINK_END_RENDERER, "the renderer of " + other_.of + " " + other_.end()));
}

Status RendererLink::too_slow() {
  return fail(Status::guest(
      BLINK_END_RENDERER,
      other_.of + " took more than " + std::to_string(time_max_.count()) + " ms at once"));
}

}  // namespace blink::server
