#include "server/gl_streams.h"

#include "common/limits.h"
#include "common/log.h"
#include "vso/layout.h"

namespace blink::server {
namespace {

Status bad(const char* what) {
  return Status::guest(BLINK_END_CONTENT, std::string("GL stream: ") + what);
}

RendererOrder order_about(vso::ObjectKey key, OrderKind kind) {
  RendererOrder order;
  order.kind = kind;
  order.array = key.array;
  order.object = key.object;
  return order;
}

// Where a version lies: its pages are in one row.
RendererOrder order_about(const vso::ObjectVersion& version) {
  RendererOrder order = order_about(
      version.key, version.type == BLINK_OBJECT_BULK ? OrderKind::bulk : OrderKind::stream);
  order.api = version.param[BLINK_STREAM_API];
  order.version = version.param[BLINK_STREAM_VERSION];
  order.shares = version.param[BLINK_STREAM_SHARES];
  order.ring = version.param[BLINK_STREAM_RING];
  order.begin = vso::page_offset(version.content.pages().runs()[0].first_page);
  order.bytes = version.content.bytes();
  return order;
}

}  // namespace

bool GlStreams::knows(std::uint16_t type) const {
  return type == BLINK_OBJECT_STREAM || type == BLINK_OBJECT_BULK;
}

Status GlStreams::need_renderer() {
  if (process_) return {};
  BLINK_ASSIGN(process_, RendererProcess::start());
  screen_.of().stats->renderer_pid = static_cast<std::uint64_t>(process_->pid());
  link_ = std::make_unique<RendererLink>(
      RendererLink::Other{
          .of = "its OpenGL",
          .socket = process_->socket(),
          .take = [this](const RendererReport& report,
                         std::span<UniqueFd> fds) { return frames_.take(report, fds); },
          .end = [this] { return process_->end(); }},
      session_, terms_.time_max);
  RendererOrder order;
  order.kind = OrderKind::begin;
  order.begin = RendererOrder::magic_number;
  order.bytes = terms_.memory_bytes_max;
  const int fds[] = {session_.memory.fd(), session_.client_doorbell.fd()};
  return link_->tell(order, fds);
}

// -------------------------------------------------------------------------------------- objects

// A context may fail to be made, so a new stream is made here. What is there already changes only
// when its version stands.
Status GlStreams::prepare(const vso::ObjectVersion& version) {
  // What is used for longer than a moment must lie where it stays.
  if (version.content.pages().runs().size() != 1) return bad("its pages are not in one row");
  if (version.type == BLINK_OBJECT_STREAM && version.content.bytes() < sizeof(blink_stream_words))
    return bad("is too small");
  BLINK_TRY(need_renderer());
  if (version.type == BLINK_OBJECT_BULK || known_.contains(version.key)) return {};
  return link_->ask(order_about(version));
}

// When an object moves, what it leaves behind is the client's again: that is waited for. A failure
// is told by look_around().
void GlStreams::commit(const vso::ObjectVersion& version) {
  const bool is_new = known_.insert(version.key).second;
  if (!is_new)
    (void)link_->ask(order_about(version));
  else if (version.type == BLINK_OBJECT_BULK)
    (void)link_->tell(order_about(version));
}

void GlStreams::discard(const vso::ObjectVersion& version) {
  if (link_ && version.type == BLINK_OBJECT_STREAM && !known_.contains(version.key))
    (void)link_->tell(order_about(version.key, OrderKind::retire));
}

void GlStreams::retire(vso::ObjectKey key) {
  known_.erase(key);
  (void)link_->ask(order_about(key, OrderKind::retire));
}

// --------------------------------------------------------------------------------------- replay

Status GlStreams::eval(vso::ObjectKey key, std::uint32_t begin, std::uint32_t bytes,
                       bool is_awaited) {
  if (!link_) return bad("there is no such stream");
  RendererOrder order = order_about(key, OrderKind::eval);
  order.begin = begin;
  order.bytes = bytes;
  return is_awaited ? link_->ask(order) : link_->tell(order);
}

Status GlStreams::added(vso::ObjectKey key, std::uint64_t place, bool is_awaited) {
  if (!link_) return bad("there is no such stream");
  RendererOrder order = order_about(key, OrderKind::added);
  order.begin = place;
  return is_awaited ? link_->ask(order) : link_->tell(order);
}

Status GlStreams::look_around() { return link_ ? link_->look_around() : Status(); }

vso::Awaited GlStreams::awaited() const { return link_ ? link_->awaited() : vso::Awaited(); }

}  // namespace blink::server
