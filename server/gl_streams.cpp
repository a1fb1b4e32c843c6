#include "server/gl_streams.h"

#include <cstddef>

#include "common/limits.h"

namespace blink::server {
namespace {

Status bad(const char* what) {
  return Status::guest(BLINK_END_CONTENT, std::string("GL stream: ") + what);
}

std::optional<EglContext::Api> api_of(std::uint32_t number) {
  switch (number) {
    case BLINK_GL_COMPATIBILITY: return EglContext::Api::compatibility;
    case BLINK_GL_CORE: return EglContext::Api::core;
    case BLINK_GL_ES: return EglContext::Api::es;
    default: return std::nullopt;
  }
}

}  // namespace

GlStreams::~GlStreams() {
  for (auto& [key, stream] : streams_)
    drop_stream(*stream);
  surfaces_.clear();
}

bool GlStreams::knows(std::uint16_t type) const {
  return type == BLINK_OBJECT_STREAM || type == BLINK_OBJECT_BULK;
}

Status GlStreams::need_house() {
  if (house_) return {};
  BLINK_ASSIGN(house_, EglContext::create(screen_.compositor().display(),
                                          EglContext::Profile::compatibility));
  return {};
}

void GlStreams::drop_stream(Stream& stream) {
  if (!stream.context->make_current().is_ok()) return;
  for (auto& [id, surface] : surfaces_)
    surface->forget(*stream.context);
}

// -------------------------------------------------------------------------------------- objects

Result<std::unique_ptr<GlStreams::Stream>> GlStreams::make_stream(
    const vso::ObjectVersion& version) {
  const auto api = api_of(version.param[BLINK_STREAM_API]);
  const std::uint32_t gl_version = version.param[BLINK_STREAM_VERSION];
  if (!api || gl_version > 99) return bad("there is no such API");
  if (streams_.size() >= limits::replayed_streams_max)
    return Status::guest(BLINK_END_QUOTA, "a session has as many GL contexts as it may");
  auto stream = std::make_unique<Stream>();
  if (const std::uint32_t other = version.param[BLINK_STREAM_SHARES]; other != 0) {
    const auto found = streams_.find({version.key.array, other});
    if (found == streams_.end()) return bad("there is no stream to share with");
    stream->names = found->second->names;
  } else {
    stream->names = std::make_shared<stackreplay::Names>();
  }
  BLINK_TRY(need_house());
  BLINK_ASSIGN(stream->context,
               EglContext::create_for_client(house_->display(), *api, gl_version, *house_));
  using FreeNames = stackreplay::Replay::FreeNames;
  stream->replay = std::make_unique<stackreplay::Replay>(
      stream->context->gl(), *this, stream->names,
      *api == EglContext::Api::core ? FreeNames::no : FreeNames::yes,
      *api == EglContext::Api::compatibility);
  return stream;
}

Status GlStreams::prepare(const vso::ObjectVersion& version) {
  prepared_ = {};
  // What is used for longer than a moment must lie where it stays.
  if (version.content.pages().runs().size() != 1) return bad("its pages are not in one row");
  BLINK_ASSIGN(prepared_.content, version.content.contiguous());
  if (version.type == BLINK_OBJECT_BULK || streams_.contains(version.key)) return {};
  if (prepared_.content.bytes() < sizeof(blink_stream_words)) return bad("is too small");
  BLINK_ASSIGN(prepared_.stream, make_stream(version));
  return {};
}

void GlStreams::commit(const vso::ObjectVersion& version) {
  if (version.type == BLINK_OBJECT_BULK) {
    bulk_[version.key.array][version.key.object] = prepared_.content;
  } else {
    if (prepared_.stream) streams_[version.key] = std::move(prepared_.stream);
    streams_.at(version.key)->content = prepared_.content;
  }
  prepared_ = {};
}

void GlStreams::discard(const vso::ObjectVersion&) { prepared_ = {}; }

void GlStreams::retire(vso::ObjectKey key) {
  if (const auto found = streams_.find(key); found != streams_.end()) {
    drop_stream(*found->second);
    streams_.erase(found);
  } else if (const auto array = bulk_.find(key.array); array != bulk_.end()) {
    array->second.erase(key.object);
  }
}

// --------------------------------------------------------------------------------------- replay

Status GlStreams::eval(vso::ObjectKey key, std::uint32_t begin, std::uint32_t bytes) {
  const auto found = streams_.find(key);
  if (found == streams_.end()) return bad("there is no such stream");
  Stream& stream = *found->second;
  const auto part = stream.content.part(begin, bytes);
  if (!part || begin % 8 != 0 || bytes % 4 != 0)
    return bad("what is to be replayed is not within it");
  BLINK_TRY(stream.context->make_current());
  stream_ = &stream;
  array_ = key.array;
  Status status = stream.replay->run(*part, stream.content, bulk_[key.array]);
  stream_ = nullptr;
  if (!status.is_ok()) return status;
  stream.content.word<std::uint64_t>(offsetof(blink_stream_words, commands_done))
      .store_ordered(++stream.commands_done);
  return {};
}

Status GlStreams::set_surface(std::uint32_t id, std::uint32_t width, std::uint32_t height) {
  if (id == 0 || width < 1 || height < 1 || width > limits::picture_side_max ||
      height > limits::picture_side_max)
    return bad("a surface's size is out of range");
  if (!surfaces_.contains(id) && surfaces_.size() >= limits::replayed_surfaces_max)
    return Status::guest(BLINK_END_QUOTA, "a session has as many GL surfaces as it may");
  auto& surface = surfaces_[id];
  if (!surface) surface = std::make_unique<GlSurface>(*house_, *budget_);
  surface->set_size(width, height);
  return {};
}

Status GlStreams::drop_surface(std::uint32_t id) {
  surfaces_.erase(id);
  return stream_->context->make_current();
}

Result<gl::GLuint> GlStreams::framebuffer(std::uint32_t id) {
  if (id == 0) return gl::GLuint{0};
  const auto found = surfaces_.find(id);
  if (found == surfaces_.end()) return bad("there is no such surface");
  return found->second->bind(*stream_->context);
}

Status GlStreams::swap(std::uint32_t id, std::uint32_t window) {
  const auto found = surfaces_.find(id);
  if (found == surfaces_.end()) return bad("there is no such surface");
  auto face = found->second->swap();
  if (!face || window == 0) return {};
  ++screen_.of().stats->updates;
  SessionNews news;
  news.pictures[{array_, window}] = std::move(face);
  screen_.tell(std::move(news));
  return {};
}

}  // namespace blink::server
