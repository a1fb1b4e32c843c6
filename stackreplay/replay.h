// Replay: a GL context of a client's, fed from its stream.
//
// The stream is untrusted. What OpenGL calls an error is the driver's to find, and goes back to the
// program; what no driver of ours would ever write (a record that lies about its length) ends the
// session.
//
// Threads: the session's own, with the context current.

#pragma once

#include <functional>
#include <memory>
#include <span>

#include "common/status.h"
#include "gl/generated/dispatch.h"
#include "stackreplay/draws.h"
#include "stackreplay/images.h"
#include "stackreplay/names.h"
#include "stackreplay/record.h"
#include "stackreplay/replay_host.h"
#include "vso/guest_memory.h"

namespace blink::stackreplay {

class Answer;

class Replay {
 public:
  // Whether a program may use a name that it was not given, as the compatibility profile lets it.
  enum class FreeNames : std::uint8_t { no, yes };

  Replay(const gl::Dispatch& dispatch, ReplayHost& host, std::shared_ptr<Names> shared,
         FreeNames free_names, bool has_fixed_function);

  // Replays a part of the stream's content.
  Status run(vso::guest_span part, vso::guest_span content, const BulkObjects& bulk) {
    return run_some(part, content, bulk, part.bytes()).take_status();
  }
  // The same, but ends with the record that makes it so many bytes. Returns how many they were.
  Result<std::uint64_t> run_some(vso::guest_span part, vso::guest_span content,
                                 const BulkObjects& bulk, std::uint64_t enough);

  // Between glBegin and glEnd the driver takes nothing but vertices: whoever has something else to
  // say waits for a better time. A client that lies gains that nothing is said.
  bool is_between_begin_and_end() const { return is_between_; }

  // ---- for thunks ----
  ReplayHost& host() { return host_; }
  void begins(gl::GLenum mode) { is_between_ = !compiles_ && mode <= gl_mode_max; }
  void ends() { is_between_ = false; }
  void compiles(bool into_list) { compiles_ = into_list; }

  const gl::Dispatch& gl;

  Draws draws;
  Images images;

  // The driver's name. What the client has no right to becomes a name that no driver gives.
  gl::GLuint name(NameKind kind, gl::GLuint client);
  // The same, but what the client has not used yet has no name.
  gl::GLuint known_name(NameKind kind, gl::GLuint client);
  // An array of them; null where there is none.
  const gl::GLuint* names(NameKind kind, Record& in, std::uint64_t count,
                          Null null = Null::refused);
  using Make = std::function<void(gl::GLsizei, gl::GLuint*)>;
  using Drop = std::function<void(gl::GLsizei, const gl::GLuint*)>;
  void gen(NameKind kind, std::span<const gl::GLuint> client, const Make& make);
  void remove(NameKind kind, std::span<const gl::GLuint> client, const Drop& drop);
  // Only a core context would say what a texture is; but it can be bound as nothing else.
  bool is_cube(gl::GLuint texture);
  // Tells the driver's name of an object that was made under the client's.
  void keep(NameKind kind, gl::GLuint client, gl::GLuint made);
  gl::GLsync sync(gl::GLuint client) const {
    const auto found = shared_->syncs.find(client);
    return found == shared_->syncs.end() ? nullptr : found->second;
  }
  std::unordered_map<gl::GLuint, gl::GLsync>& syncs() { return shared_->syncs; }
  // The contrary of name(); 0 also for what is ours.
  gl::GLuint client_name(NameKind kind, gl::GLuint made) { return of(kind).client_of(made); }
  gl::GLuint take(NameKind kind, gl::GLuint client) { return of(kind).take(client); }

  Answer answer(std::uint32_t place);

  // Where the driver writes in the modes of feedback and selection (OpenGL 4.6 compatibility
  // profile, sections 21.4 and 21.5): it keeps the address until it is given another, so this lives
  // as long.
  struct ModeMemory {
    std::unique_ptr<gl::GLuint[]> words;
    std::uint32_t count = 0;
  };
  ModeMemory feedback, selection;

  // An error that the driver cannot find, because it does not hear of the command. OpenGL keeps the
  // first until it is asked (OpenGL 4.6, section 2.3.1), whoever has found it.
  void raise(gl::GLenum error);
  gl::GLenum take_error();
  Scratch& scratch() { return scratch_; }

  // The framebuffers that are bound, as the client names them.
  struct Bound {
    gl::GLuint draw = 0, read = 0;
  };
  Bound bound;
  gl::GLuint surface_framebuffer() const { return framebuffer_; }
  // What the framebuffers are that a client names; 0 is the surface.
  gl::GLuint framebuffer(gl::GLuint client) {
    return client == 0 ? framebuffer_ : name(NameKind::framebuffer, client);
  }
  // The same of one that is read from.
  gl::GLuint read_framebuffer(gl::GLuint client) {
    return client == 0 ? read_framebuffer_ : framebuffer(client);
  }
  // Whether what is bound there is the surface. It is a framebuffer object of ours, whose only
  // buffer of colour is what the client calls back or front.
  bool is_surface(gl::GLenum target) const;
  gl::GLenum buffer_of(gl::GLuint client, gl::GLenum buffer) const;
  gl::GLenum surface_attachment(gl::GLenum attachment) const;
  const gl::GLenum* buffers_of(gl::GLuint client, const gl::GLenum* buffers, std::uint64_t count);
  const gl::GLenum* draw_buffers(const gl::GLenum* buffers, std::uint64_t count);
  const gl::GLenum* attachments_of(gl::GLenum target, const gl::GLenum* attachments,
                                   std::uint64_t count);
  // As the client called them last.
  struct Buffers {
    gl::GLenum draw = 0x0405, read = 0x0405;  // GL_BACK
  };
  Buffers surface_buffers;
  void bind_framebuffers();

 private:
  static constexpr gl::GLuint no_such_name = 0xFFFF'FFF0;
  static constexpr int errors_max = 16;  // that a driver keeps

  NameTable& of(NameKind kind) { return (gl::is_shared(kind) ? *shared_ : own_).of(kind); }
  gl::GLuint make_free_name(NameKind kind, gl::GLuint client);
  Status run_stream_op(gl::StreamOp op, Record& in);
  void give_state(Record& in);
  std::optional<gl::WireContent> take_content(Record& in);
  Status give_content(Record& in);
  Status take_back_content(Record& in);
  Result<gl::GLuint> driver_name(gl::WireContent& content);
  Status create_image(Record& in);
  Status make_current(std::uint32_t surface, std::uint32_t read_surface);
  Status make_current_again(std::uint32_t changed);
  void forget_own_errors(gl::GLenum before);
  Status complaint(std::uint16_t op, const char* why) const;

  ReplayHost& host_;
  const std::shared_ptr<Names> shared_;
  Names own_;
  const FreeNames free_names_;
  Scratch scratch_;
  std::uint32_t surface_ = 0, read_surface_ = 0;
  gl::GLuint framebuffer_ = 0, read_framebuffer_ = 0;  // of these
  static constexpr gl::GLenum gl_mode_max = 0x000E;    // GL_PATCHES
  bool is_between_ = false, compiles_ = false;
  gl::GLenum error_ = 0;  // what glGetError says next, before the driver's

  // Of the record at hand.
  Record* record_ = nullptr;
  vso::guest_span content_;
};

}  // namespace blink::stackreplay
