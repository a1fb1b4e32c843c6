#include "server/renderer/stream_renderer.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "common/cpu.h"
#include "common/limits.h"
#include "server/renderer/send_report.h"

namespace blink::server {
namespace {

Status bad(const char* what) {
  return Status::guest(BLINK_END_CONTENT, std::string("GL stream: ") + what);
}

Status quota(const char* what) { return Status::guest(BLINK_END_QUOTA, what); }

constexpr std::uint32_t finishes_put_off_max = 16;  // in a row

constexpr std::uint64_t ring_words_at = sizeof(blink_stream_words);
constexpr std::uint64_t is_looked_at_at =
    ring_words_at + offsetof(blink_stream_ring_words, is_looked_at);
constexpr std::uint64_t place_at = ring_words_at + offsetof(blink_stream_ring_words, place);
constexpr std::uint64_t ring_begin_min = ring_words_at + sizeof(blink_stream_ring_words);
// So much of a ring is replayed before the client is told that it may write there again, and so
// much before orders are looked for.
constexpr std::uint64_t ring_step_bytes = 16 * 1024, ring_turn_bytes = 128 * 1024;
// To look for more costs a processor, to be told of it a few times as long as this.
constexpr std::chrono::microseconds look_time{50};
constexpr int looks_between_orders = 32;

std::optional<EglContext::Api> api_of(std::uint32_t number) {
  switch (number) {
    case BLINK_GL_COMPATIBILITY: return EglContext::Api::compatibility;
    case BLINK_GL_CORE: return EglContext::Api::core;
    case BLINK_GL_ES: return EglContext::Api::es;
    default: return std::nullopt;
  }
}

}  // namespace

StreamRenderer::StreamRenderer(int socket, std::unique_ptr<vso::local::MemoryFile> memory,
                               vso::local::Doorbell client, std::uint64_t frame_bytes_max)
    : socket_(socket),
      memory_(std::move(memory)),
      wake_(memory_->span()),
      client_(std::move(client)),
      frame_bytes_max_(frame_bytes_max) {}

StreamRenderer::~StreamRenderer() {
  while (!streams_.empty())
    retire(streams_.begin()->first);
}

Status StreamRenderer::carry_out(const RendererOrder& order) {
  RendererReport report;
  switch (order.kind) {
    case OrderKind::stream: report.set(set_stream(order)); break;
    case OrderKind::bulk: bulk_[order.array][order.object] = content_of(order); break;
    case OrderKind::retire: retire({order.array, order.object}); break;
    case OrderKind::eval: BLINK_TRY(eval(order)); break;
    case OrderKind::added: BLINK_TRY(added(order)); break;
    case OrderKind::finish:
      finish();
      report.width = std::exchange(has_looked_, is_looking());
      break;
    case OrderKind::begin:
    case OrderKind::draw: CHECK(false); break;
  }
  if (order.number == 0) return {};
  report.kind = ReportKind::answer;
  report.number = order.number;
  return send_report(socket_, report);
}

Status StreamRenderer::need_house() {
  if (house_) return {};
  BLINK_ASSIGN(auto display, EglDisplay::open());
  BLINK_ASSIGN(house_, EglContext::create(std::move(display), EglContext::Profile::compatibility));
  return {};
}

// -------------------------------------------------------------------------------------- objects

vso::guest_span StreamRenderer::content_of(const RendererOrder& order) const {
  const auto content = memory_->span().part(order.begin, order.bytes);
  CHECK(content.has_value());  // blinkd has seen to it
  return *content;
}

Status StreamRenderer::set_stream(const RendererOrder& order) {
  const vso::ObjectKey key{order.array, order.object};
  // A ring is of a size that places count in, and that holds a record and what is left at its end.
  if (order.ring != 0 && (order.ring < BLINK_STREAM_RING_BYTES_MIN || order.ring % 4096 != 0))
    return bad("its ring has no such size");
  auto found = streams_.find(key);
  const std::uint64_t ring_bytes = found == streams_.end() ? order.ring : found->second->ring_bytes;
  if (ring_bytes != 0 && (order.bytes < ring_bytes + ring_begin_min || order.bytes % 8 != 0))
    return bad("its ring does not lie within it");
  if (found == streams_.end()) {
    BLINK_ASSIGN(auto made, make_stream(order));
    found = streams_.emplace(key, std::move(made)).first;
  }
  found->second->content = content_of(order);
  return {};
}

Result<std::unique_ptr<StreamRenderer::Stream>> StreamRenderer::make_stream(
    const RendererOrder& order) {
  const auto api = api_of(order.api);
  if (!api || order.version > 99) return bad("there is no such API");
  if (streams_.size() >= limits::replayed_streams_max)
    return quota("a session has as many GL contexts as it may");
  auto stream = std::make_unique<Stream>();
  if (order.shares != 0) {
    const auto found = streams_.find({order.array, order.shares});
    if (found == streams_.end()) return bad("there is no stream to share with");
    stream->names = found->second->names;
  } else {
    stream->names = std::make_shared<stackreplay::Names>();
  }
  stream->ring_bytes = order.ring;
  if (order.ring != 0)
    stream->place = content_of(order).word<std::uint64_t>(place_at).load() / 4 * 4;
  BLINK_TRY(need_house());
  BLINK_ASSIGN(stream->context,
               EglContext::create_for_client(house_->display(), *api, order.version, *house_));
  using FreeNames = stackreplay::Replay::FreeNames;
  stream->replay = std::make_unique<stackreplay::Replay>(
      stream->context->gl(), *this, stream->names,
      *api == EglContext::Api::core ? FreeNames::no : FreeNames::yes,
      *api == EglContext::Api::compatibility);
  return stream;
}

void StreamRenderer::retire(vso::ObjectKey key) {
  if (const auto found = streams_.find(key); found != streams_.end()) {
    EglContext& context = *found->second->context;
    if (context.make_current().is_ok())
      for (auto& [id, surface] : surfaces_)
        surface->image.forget(context);
    if (looked_at_ == found->second.get()) looked_at_ = nullptr;
    streams_.erase(found);
  } else if (const auto array = bulk_.find(key.array); array != bulk_.end()) {
    array->second.erase(key.object);
  }
}

// --------------------------------------------------------------------------------------- replay

Status StreamRenderer::eval(const RendererOrder& order) {
  const auto found = streams_.find({order.array, order.object});
  if (found == streams_.end()) return bad("there is no such stream");
  Stream& stream = *found->second;
  BLINK_TRY(look_away());
  const auto part = stream.content.part(order.begin, order.bytes);
  const unsigned multiple = stream.ring_bytes != 0 ? 4 : 8;
  if (!part || order.begin % multiple != 0 || order.bytes % 4 != 0)
    return bad("what is to be replayed is not within it");
  BLINK_TRY(stream.context->make_current());
  stream_ = &stream;
  array_ = order.array;
  Status status = stream.replay->run(*part, stream.content, bulk_[order.array]);
  stream_ = nullptr;
  if (!status.is_ok()) return status;
  stream.content.word<std::uint64_t>(offsetof(blink_stream_words, commands_done))
      .store_ordered(++stream.commands_done);
  if (wake_.must_ring()) client_.ring();
  return {};
}

// ---------------------------------------------------------------------------------------- rings

Status StreamRenderer::added(const RendererOrder& order) {
  const auto found = streams_.find({order.array, order.object});
  if (found == streams_.end()) return bad("there is no such stream");
  Stream& stream = *found->second;
  if (stream.ring_bytes == 0) return bad("it has no ring");
  if (looked_at_ != &stream) BLINK_TRY(look_away());
  looked_at_ = &stream;
  looked_at_array_ = order.array;
  has_looked_ = true;
  idle_since_.reset();
  stream.content.word<std::uint32_t>(is_looked_at_at).store_ordered(1);
  return replay_up_to(stream, order.begin);
}

Status StreamRenderer::replay_up_to(Stream& stream, std::uint64_t place) {
  if (place <= stream.place) return {};
  if (place - stream.place > stream.ring_bytes || place % 4 != 0)
    return bad("more was added than its ring holds");
  const std::uint64_t begin = stream.content.bytes() - stream.ring_bytes;
  BLINK_TRY(stream.context->make_current());
  while (stream.place != place) {
    const std::uint64_t at = stream.place % stream.ring_bytes;
    const auto part =
        stream.content.part(begin + at, std::min(place - stream.place, stream.ring_bytes - at));
    stream_ = &stream;
    array_ = looked_at_array_;
    auto done = stream.replay->run_some(*part, stream.content, bulk_[array_], ring_step_bytes);
    stream_ = nullptr;
    if (!done.is_ok()) return done.take_status();
    stream.place += done.value();
    stream.content.word<std::uint64_t>(offsetof(blink_stream_words, place_done))
        .store_ordered(stream.place);
    if (wake_.must_ring()) client_.ring();
  }
  return {};
}

Result<bool> StreamRenderer::replay_added(Stream& stream) {
  const std::uint64_t place = stream.content.word<std::uint64_t>(place_at).load_ordered();
  if (place <= stream.place) return false;
  BLINK_TRY(replay_up_to(stream, place));
  return true;
}

Status StreamRenderer::look() {
  const std::uint64_t end = looked_at_->place + ring_turn_bytes;
  for (int looks = 0; looks < looks_between_orders && looked_at_->place < end; ++looks) {
    BLINK_ASSIGN(const bool is_more, replay_added(*looked_at_));
    if (is_more) {
      looks = 0;
      idle_since_.reset();
    }
    cpu_relax();
  }
  if (looked_at_->place >= end) return {};
  const auto now = Clock::now();
  if (!idle_since_) idle_since_ = now;
  return now - *idle_since_ < look_time ? Status() : look_away();
}

// Whoever adds something from now on sees that nobody looks, and who did before is seen.
Status StreamRenderer::look_away() {
  if (looked_at_ == nullptr) return {};
  looked_at_->content.word<std::uint32_t>(is_looked_at_at).store_ordered(0);
  Status status = replay_added(*looked_at_).take_status();
  looked_at_ = nullptr;
  return status;
}

// Whatever the driver was told to draw and nobody has waited for.
void StreamRenderer::finish() {
  for (const auto& [key, stream] : streams_) {
    // There glFinish is an error, which the program would find. But no program stays there for
    // long.
    const bool is_between = stream->replay->is_between_begin_and_end();
    stream->finishes_put_off = is_between ? stream->finishes_put_off + 1 : 0;
    if (is_between && stream->finishes_put_off <= finishes_put_off_max) continue;
    if (stream->context->make_current().is_ok()) stream->context->gl().Finish();
  }
}

// ------------------------------------------------------------------------------------- surfaces

Status StreamRenderer::set_surface(std::uint32_t id, std::uint32_t width, std::uint32_t height) {
  if (id == 0 || width < 1 || height < 1 || width > limits::picture_side_max ||
      height > limits::picture_side_max)
    return bad("a surface's size is out of range");
  if (!surfaces_.contains(id) && surfaces_.size() >= limits::replayed_surfaces_max)
    return quota("a session has as many GL surfaces as it may");
  auto& surface = surfaces_[id];
  if (!surface) surface = std::make_unique<Surface>(*house_);
  surface->image.set_size(width, height);
  return {};
}

Status StreamRenderer::drop_surface(std::uint32_t id) {
  if (const auto found = surfaces_.find(id); found != surfaces_.end()) {
    frame_bytes_ -= found->second->frame_bytes;
    surfaces_.erase(found);
    RendererReport report;
    report.kind = ReportKind::drop;
    report.surface = id;
    BLINK_TRY(send_report(socket_, report));
  }
  return stream_->context->make_current();
}

Result<gl::GLuint> StreamRenderer::framebuffer(std::uint32_t id) {
  if (id == 0) return gl::GLuint{0};
  const auto found = surfaces_.find(id);
  if (found == surfaces_.end()) return bad("there is no such surface");
  return found->second->image.bind(*stream_->context);
}

Result<StreamRenderer::SurfaceImages> StreamRenderer::surface_images(std::uint32_t id) {
  BLINK_TRY(framebuffer(id).take_status());
  const GlSurface& image = surfaces_.at(id)->image;
  return SurfaceImages{image.colour(), image.depth(), image.width(), image.height()};
}

Status StreamRenderer::beside(const std::function<void(const gl::Dispatch&)>& act) {
  stream_->context->gl().Finish();
  BLINK_TRY(house_->make_current());
  act(house_->gl());
  house_->gl().Finish();
  return stream_->context->make_current();
}

// Memory for frames of the size that there is now, at both ends.
Status StreamRenderer::need_frames(std::uint32_t id, Surface& surface) {
  RendererReport report;
  report.kind = ReportKind::memory;
  report.surface = id;
  report.width = surface.image.width();
  report.height = surface.image.height();
  if (surface.frames && surface.frames->width() == report.width &&
      surface.frames->height() == report.height)
    return {};
  surface.frames.reset();
  frame_bytes_ -= std::exchange(surface.frame_bytes, 0);
  const std::uint64_t bytes = FrameMemory::bytes_for(report.width, report.height);
  if (bytes > frame_bytes_max_ - frame_bytes_)
    return quota("the frames of its OpenGL need more memory than a session may have");
  BLINK_ASSIGN(surface.frames, FrameWriter::create(report.width, report.height));
  frame_bytes_ += surface.frame_bytes = bytes;
  surface.shown_as = {};
  BLINK_TRY(send_report(socket_, report, surface.frames->fd()));
  surface.frames->close_file();
  return {};
}

Status StreamRenderer::swap(std::uint32_t id, std::uint32_t window) {
  const auto found = surfaces_.find(id);
  if (found == surfaces_.end()) return bad("there is no such surface");
  Surface& surface = *found->second;
  if (!surface.image.has_image() || window == 0) return {};
  // Another context cannot read what this one has not finished.
  stream_->context->gl().Finish();
  BLINK_TRY(need_frames(id, surface));
  BLINK_TRY(surface.image.read(surface.frames->slot()));
  BLINK_TRY(stream_->context->make_current());
  const vso::ObjectKey shown_as{array_, window};
  const bool is_unseen = surface.frames->publish();
  if (!is_unseen && shown_as == surface.shown_as) return {};  // it knows, and has not looked yet
  surface.shown_as = shown_as;
  RendererReport report;
  report.kind = ReportKind::frame;
  report.surface = id;
  report.array = array_;
  report.window = window;
  return send_report(socket_, report);
}

// --------------------------------------------------------------------------------------- images

Result<gl::GLenum> StreamRenderer::create_image(std::uint32_t image, const ImageSource& source) {
  images_.erase(image);
  if (images_.size() >= limits::replayed_images_max)
    return quota("a session has as many images of EGL's as it may");
  std::uint32_t error = 0;
  auto made = ClientImage::create(*stream_->context, source.target, source.name, source.level,
                                  source.layer, &error);
  if (made) images_[image] = std::move(made);
  return gl::GLenum{error};
}

void* StreamRenderer::find_image(std::uint32_t image) {
  const auto found = images_.find(image);
  return found == images_.end() ? nullptr : found->second->handle();
}

}  // namespace blink::server
