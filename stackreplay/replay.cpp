#include "stackreplay/replay.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string>
#include <utility>

#include "common/limits.h"
#include "gl/generated/enums.h"
#include "stackreplay/answer.h"
#include "stackreplay/contents.h"
#include "stackreplay/object_names.h"
#include "stackreplay/thunks.h"
#include "vso/blink_vso.h"

namespace blink::stackreplay {

using gl::GLenum;
using gl::GLsizei;
using gl::GLuint;
using gl::StreamOp;

Replay::Replay(const gl::Dispatch& dispatch, ReplayHost& host, std::shared_ptr<Names> shared,
               FreeNames free_names, bool has_fixed_function)
    : gl(dispatch),
      draws(dispatch, has_fixed_function),
      images(dispatch),
      host_(host),
      shared_(std::move(shared)),
      free_names_(free_names) {}

Status Replay::complaint(std::uint16_t op, const char* why) const {
  return Status::guest(BLINK_END_CONTENT,
                       "GL stream: record of command " + std::to_string(op) + ": " + why);
}

Result<std::uint64_t> Replay::run_some(vso::guest_span part, vso::guest_span content,
                                       const BulkObjects& bulk, std::uint64_t enough) {
  content_ = content;
  std::uint64_t at = 0;
  while (at < std::min(enough, part.bytes())) {
    const vso::guest_words words = part.part(at, std::min(enough, part.bytes()) - at)->words();
    if (words.size() != 0) at += (words.size() - run_plain(*this, words)) * 4;
    if (at == part.bytes()) break;
    if (!part.contains(at, 4)) return complaint(0, "its header is cut off");
    const std::uint32_t header = part.word<std::uint32_t>(at).load();
    const std::uint16_t op = gl::wire_op(header);
    const std::uint64_t bytes = std::uint64_t{gl::wire_words(header)} * 4;
    const auto body = part.part(at + 4, bytes - 4);
    if (bytes < 4 || !body) return complaint(op, "its length is wrong");
    Record record(*body, bulk, scratch_);
    record_ = &record;
    if (op < 256) {
      BLINK_TRY(run_stream_op(static_cast<StreamOp>(op), record));
    } else {
      const Thunk thunk = op < wire_ops ? thunks[op] : nullptr;
      if (thunk == nullptr) return complaint(op, "this server does not take it");
      thunk(*this, record);
    }
    if (record.is_bad()) return complaint(op, record.why());
    // What was supplied for a draw is needed until then.
    if (op != static_cast<std::uint16_t>(StreamOp::array_data)) scratch_.give_back();
    at += bytes;
  }
  return at;
}

Status Replay::run_stream_op(StreamOp op, Record& in) {
  switch (op) {
    case StreamOp::surface: {
      const auto surface = in.scalar<GLuint>(), width = in.scalar<GLuint>(),
                 height = in.scalar<GLuint>();
      if (in.is_bad()) return {};
      BLINK_TRY(host_.set_surface(surface, width, height));
      return make_current_again(surface);
    }
    case StreamOp::drop_surface: {
      const auto surface = in.scalar<GLuint>();
      if (in.is_bad()) return {};
      const auto left = [&](std::uint32_t current) { return current == surface ? 0 : current; };
      if (surface == surface_ || surface == read_surface_)
        BLINK_TRY(make_current(left(surface_), left(read_surface_)));
      return host_.drop_surface(surface);
    }
    case StreamOp::make_current: {
      const auto surface = in.scalar<GLuint>();
      return in.is_bad() ? Status() : make_current(surface, surface);
    }
    case StreamOp::make_current_both: {
      const auto surface = in.scalar<GLuint>(), read_surface = in.scalar<GLuint>();
      return in.is_bad() ? Status() : make_current(surface, read_surface);
    }
    case StreamOp::create_image: return create_image(in);
    case StreamOp::destroy_image: {
      const auto image = in.scalar<GLuint>();
      if (!in.is_bad()) host_.destroy_image(image);
      return {};
    }
    case StreamOp::swap: {
      const auto surface = in.scalar<GLuint>(), window = in.scalar<GLuint>();
      if (in.is_bad()) return {};
      BLINK_TRY(host_.swap(surface, window));
      return make_current_again(surface);
    }
    case StreamOp::get_state: give_state(in); return {};
    case StreamOp::array_data: draws.supply(in); return {};
    case StreamOp::draw_elements: draws.draw_elements(in); return {};
    case StreamOp::skip: return {};
    case StreamOp::write_mapped: write_mapped(*this, in); return {};
    case StreamOp::read_mapped: read_mapped(*this, in); return {};
    case StreamOp::read_content: return give_content(in);
    case StreamOp::write_content: return take_back_content(in);
    case StreamOp::error: {
      const auto error = in.scalar<gl::GLenum>();
      if (!in.is_bad()) raise(error);
      return {};
    }
    case StreamOp::rebuilt:
      for (int i = 0; i < errors_max && take_error() != 0; ++i)
        ;
      return {};
  }
  return complaint(static_cast<std::uint16_t>(op), "this server does not know it");
}

void Replay::give_state(Record& in) {
  Answer answer = this->answer(in.scalar<GLuint>());
  const auto count = in.scalar<GLuint>();
  if (count > gl::wire_values_max) return in.refuse("asks for too much");
  const GLuint* const asked = in.array<GLuint>(count * sizeof(gl::WireValue) / sizeof(GLuint));
  if (in.is_bad()) return;
  const GLenum before = gl.GetError();
  std::vector<std::byte> all;
  for (std::size_t i = 0; i < count; ++i) {
    gl::WireValue wanted;
    std::memcpy(&wanted, asked + i * 2, sizeof wanted);
    if (wanted.count > gl::wire_value_components_max) return in.refuse("asks for too much");
    const std::size_t bytes = wanted.count * gl::component_bytes(wanted.type);
    // As many as there are of anything.
    alignas(8) std::array<std::byte, answer_elements_max * sizeof(gl::GLdouble)> memory{};
    std::byte* const values = memory.data();
    switch (wanted.type) {
      case gl::WireComponents::number:
        gl.GetIntegerv(wanted.name, reinterpret_cast<gl::GLint*>(values));
        break;
      case gl::WireComponents::real:
        gl.GetFloatv(wanted.name, reinterpret_cast<gl::GLfloat*>(values));
        break;
      case gl::WireComponents::long_real:
        gl.GetDoublev(wanted.name, reinterpret_cast<gl::GLdouble*>(values));
        break;
      default: return in.refuse("asks for numbers of no kind");
    }
    const std::uint32_t is_there = gl.GetError() == gl::GL_NO_ERROR;
    const Translation translation = in_binding(*this, wanted.name);
    if (translation && wanted.type == gl::WireComponents::number) {
      GLuint name;
      std::memcpy(&name, values, sizeof name);
      name = translation(name);
      std::memcpy(values, &name, sizeof name);
    }
    const auto* const word = reinterpret_cast<const std::byte*>(&is_there);
    all.insert(all.end(), word, word + sizeof is_there);
    all.insert(all.end(), values, values + bytes);
  }
  if (before != gl::GL_NO_ERROR) raise(before);
  answer.give_bytes(all);
}

// ------------------------------------------------------------------------------------- contents

std::optional<gl::WireContent> Replay::take_content(Record& in) {
  std::array<std::uint32_t, gl::wire_content_words> words;
  for (std::uint32_t& word : words)
    word = in.scalar<std::uint32_t>();
  if (in.is_bad()) return std::nullopt;
  if (words[0] > static_cast<std::uint32_t>(gl::WireContentOf::buffer)) {
    in.refuse("there is no such content");
    return std::nullopt;
  }
  return std::bit_cast<gl::WireContent>(words);
}

// The driver's name of what has it; what is a surface's becomes what the surface is drawn into. 0
// where there is none.
Result<GLuint> Replay::driver_name(gl::WireContent& content) {
  using enum gl::WireContentOf;
  switch (content.of) {
    case texture: return of(NameKind::texture).find(content.name);
    case renderbuffer: return of(NameKind::renderbuffer).find(content.name);
    case buffer: return of(NameKind::buffer).find(content.name);
    case colour:
    case depth: break;
  }
  const bool is_colour = content.of == colour;
  const GLenum before = gl.GetError();
  BLINK_ASSIGN(const ReplayHost::SurfaceImages drawn, host_.surface_images(content.name));
  bind_framebuffers();
  forget_own_errors(before);
  content = {is_colour ? texture : renderbuffer,
             content.name,
             gl::GL_TEXTURE_2D,
             0,
             {drawn.width, drawn.height, 1},
             is_colour ? GLenum{gl::GL_RGBA} : GLenum{gl::GL_DEPTH_STENCIL},
             is_colour ? GLenum{gl::GL_UNSIGNED_BYTE} : GLenum{gl::GL_UNSIGNED_INT_24_8}};
  return is_colour ? drawn.colour : drawn.depth;
}

Status Replay::give_content(Record& in) {
  const auto asked = take_content(in);
  const vso::guest_span room = in.room();
  if (!asked || in.is_bad()) return {};
  const auto bytes = content_bytes(*asked);
  if (!bytes || room.bytes() < gl::wire_content_head_bytes + *bytes) {
    in.refuse("there is no room for what it reads");
    return {};
  }
  std::uint32_t is_there = 0;
  room.word<std::uint32_t>(0).store_ordered(is_there);
  if (is_between_) return {};
  gl::WireContent content = *asked;
  BLINK_ASSIGN(const GLuint name, driver_name(content));
  if (name != 0 && content_bytes(content) == bytes) {
    std::byte* const memory = scratch_.take(*bytes);
    std::fill_n(memory, *bytes, std::byte{0});
    BLINK_TRY(host_.beside([&](const gl::Dispatch& beside) {
      is_there = read_content(beside, content, name, {memory, static_cast<std::size_t>(*bytes)});
    }));
    if (is_there != 0)
      room.copy_in(gl::wire_content_head_bytes, {memory, static_cast<std::size_t>(*bytes)});
  }
  room.word<std::uint32_t>(0).store_ordered(is_there);
  return {};
}

Status Replay::take_back_content(Record& in) {
  const auto asked = take_content(in);
  if (!asked) return {};
  if (asked->of == gl::WireContentOf::buffer) {
    in.refuse("a buffer is written by other commands");
    return {};
  }
  const auto bytes = content_bytes(*asked);
  if (!bytes) {
    in.refuse("there is no such content");
    return {};
  }
  const std::byte* const from = in.lent(*bytes);
  if (in.is_bad() || is_between_) return {};
  gl::WireContent content = *asked;
  BLINK_ASSIGN(const GLuint name, driver_name(content));
  if (name == 0 || content_bytes(content) != bytes) return {};
  return host_.beside([&](const gl::Dispatch& beside) {
    (void)write_content(beside, content, name, {from, static_cast<std::size_t>(*bytes)});
  });
}

Status Replay::make_current(std::uint32_t surface, std::uint32_t read_surface) {
  // What we say to the driver is no error of the program's: OpenGL ES 2.0 knows no framebuffer to
  // read from.
  const GLenum before = is_between_ ? GLenum{gl::GL_NO_ERROR} : gl.GetError();
  BLINK_ASSIGN(read_framebuffer_, host_.framebuffer(read_surface));
  read_surface_ = read_surface;
  framebuffer_ = read_framebuffer_;
  if (surface != read_surface) {
    BLINK_ASSIGN(framebuffer_, host_.framebuffer(surface));
  }
  surface_ = surface;
  bind_framebuffers();
  if (!is_between_) forget_own_errors(before);
  return {};
}

// It is of another size, or has been shown.
Status Replay::make_current_again(std::uint32_t changed) {
  if (changed != surface_ && changed != read_surface_) return {};
  return make_current(surface_, read_surface_);
}

// What the program has from before is its own.
void Replay::forget_own_errors(GLenum before) {
  (void)gl.GetError();
  if (before != gl::GL_NO_ERROR) raise(before);
}

void Replay::bind_framebuffers() {
  gl.BindFramebuffer(gl::GL_DRAW_FRAMEBUFFER, framebuffer(bound.draw));
  gl.BindFramebuffer(gl::GL_READ_FRAMEBUFFER, read_framebuffer(bound.read));
}

bool Replay::is_surface(GLenum target) const {
  return (target == gl::GL_READ_FRAMEBUFFER ? bound.read : bound.draw) == 0;
}

GLenum Replay::buffer_of(GLuint client, GLenum buffer) const {
  if (client != 0) return buffer;
  switch (buffer) {
    case gl::GL_BACK:
    case gl::GL_BACK_LEFT:
    case gl::GL_FRONT:
    case gl::GL_FRONT_LEFT:
    case gl::GL_LEFT:
    case gl::GL_FRONT_AND_BACK: return gl::GL_COLOR_ATTACHMENT0;
    default: return buffer;
  }
}

const GLenum* Replay::buffers_of(GLuint client, const GLenum* buffers, std::uint64_t count) {
  if (client != 0 || buffers == nullptr) return buffers;
  auto* const made = reinterpret_cast<GLenum*>(scratch_.take(count * sizeof(GLenum)));
  std::transform(buffers, buffers + count, made,
                 [&](GLenum each) { return buffer_of(client, each); });
  return made;
}

const GLenum* Replay::draw_buffers(const GLenum* buffers, std::uint64_t count) {
  if (bound.draw == 0 && count != 0) surface_buffers.draw = buffers[0];
  return buffers_of(bound.draw, buffers, count);
}

GLenum Replay::surface_attachment(GLenum attachment) const {
  switch (attachment) {
    case gl::GL_COLOR: return gl::GL_COLOR_ATTACHMENT0;
    case gl::GL_DEPTH: return gl::GL_DEPTH_ATTACHMENT;
    case gl::GL_STENCIL: return gl::GL_STENCIL_ATTACHMENT;
    default: return buffer_of(0, attachment);
  }
}

const GLenum* Replay::attachments_of(GLenum target, const GLenum* attachments,
                                     std::uint64_t count) {
  if (!is_surface(target) || attachments == nullptr) return attachments;
  auto* const made = reinterpret_cast<GLenum*>(scratch_.take(count * sizeof(GLenum)));
  std::transform(attachments, attachments + count, made,
                 [&](GLenum each) { return surface_attachment(each); });
  return made;
}

// ---------------------------------------------------------------------------------------- names

GLuint Replay::name(NameKind kind, GLuint client) {
  if (client == 0) return 0;
  if (const GLuint made = of(kind).find(client); made != 0) return made;
  return make_free_name(kind, client);
}

GLuint Replay::known_name(NameKind kind, GLuint client) {
  if (client == 0) return 0;
  const GLuint made = of(kind).find(client);
  return made != 0 ? made : no_such_name;
}

GLuint Replay::make_free_name(NameKind kind, GLuint client) {
  if (free_names_ == FreeNames::no) return no_such_name;
  GLuint made = 0;
  switch (kind) {
    case NameKind::buffer: gl.GenBuffers(1, &made); break;
    case NameKind::texture: gl.GenTextures(1, &made); break;
    case NameKind::renderbuffer: gl.GenRenderbuffers(1, &made); break;
    case NameKind::framebuffer: gl.GenFramebuffers(1, &made); break;
    case NameKind::query: gl.GenQueries(1, &made); break;
    case NameKind::display_list: made = gl.GenLists(1); break;
    case NameKind::assembly: gl.GenProgramsARB(1, &made); break;
    default: return no_such_name;
  }
  if (made == 0) return no_such_name;
  keep(kind, client, made);
  return made;
}

bool Replay::is_cube(GLuint texture) {
  if (gl.IsTexture(texture) == 0) return false;
  const GLenum before = gl.GetError();
  gl::GLint before_it = 0;
  gl.GetIntegerv(gl::GL_TEXTURE_BINDING_CUBE_MAP, &before_it);
  gl.BindTexture(gl::GL_TEXTURE_CUBE_MAP, texture);
  const bool it_is = gl.GetError() == gl::GL_NO_ERROR;
  gl.BindTexture(gl::GL_TEXTURE_CUBE_MAP, static_cast<GLuint>(before_it));
  if (before != gl::GL_NO_ERROR) raise(before);
  return it_is;
}

void Replay::keep(NameKind kind, GLuint client, GLuint made) {
  if (!of(kind).set(client, made)) record_->refuse("has too many names");
}

const GLuint* Replay::names(NameKind kind, Record& in, std::uint64_t count, Null null) {
  const GLuint* const client = in.array<GLuint>(count, null);
  if (client == nullptr) return nullptr;
  auto* const made = reinterpret_cast<GLuint*>(scratch_.take(count * sizeof(GLuint)));
  std::transform(client, client + count, made, [&](GLuint each) { return name(kind, each); });
  return made;
}

void Replay::gen(NameKind kind, std::span<const GLuint> client, const Make& make) {
  if (client.size() > limits::replayed_names_max) return record_->refuse("makes too many names");
  auto* const made = reinterpret_cast<GLuint*>(scratch_.take(client.size() * sizeof(GLuint)));
  std::fill_n(made, client.size(), 0);
  make(static_cast<GLsizei>(client.size()), made);
  for (std::size_t i = 0; i < client.size(); ++i) {
    if (client[i] != 0 && made[i] != 0) keep(kind, client[i], made[i]);
  }
}

void Replay::remove(NameKind kind, std::span<const GLuint> client, const Drop& drop) {
  auto* const made = reinterpret_cast<GLuint*>(scratch_.take(client.size() * sizeof(GLuint)));
  for (std::size_t i = 0; i < client.size(); ++i)
    made[i] = client[i] == 0 ? 0 : take(kind, client[i]);
  drop(static_cast<GLsizei>(client.size()), made);
  if (kind != NameKind::framebuffer) return;
  // What is deleted is bound no longer: the surface is.
  for (GLuint* which : {&bound.draw, &bound.read})
    if (std::ranges::find(client, *which) != client.end()) *which = 0;
  bind_framebuffers();
}

void Replay::raise(gl::GLenum error) {
  if (error_ != gl::GL_NO_ERROR) return;
  const gl::GLenum before = gl.GetError();
  error_ = before != gl::GL_NO_ERROR ? before : error;
}

gl::GLenum Replay::take_error() {
  const gl::GLenum driver = gl.GetError();
  return error_ != gl::GL_NO_ERROR ? std::exchange(error_, gl::GL_NO_ERROR) : driver;
}

Answer Replay::answer(std::uint32_t place) { return {*record_, content_, place, scratch_}; }

}  // namespace blink::stackreplay
