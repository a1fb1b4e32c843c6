// Context: one OpenGL context of the program's.
//
// Threads: current on one at a time, which alone uses it. What contexts share has a lock.

#pragma once

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "client-icd/arrays.h"
#include "client-icd/buffers.h"
#include "client-icd/checks.h"
#include "client-icd/stream_writer.h"
#include "gl/image_size.h"
#include "gl/state/shadow.h"
#include "gl/types.h"

namespace blink::icd {

using gl::NameKind;

// The names of one space. They are given out here, so that the program need not wait for them.
class NameSpace {
 public:
  void make(gl::GLuint* names, std::int64_t count);
  // The first of so many in a row.
  gl::GLuint make_row(gl::GLuint count);
  void remove(const gl::GLuint* names, std::int64_t count);
  // A program may use a name that it was not given: then nobody else gets it.
  void saw(gl::GLuint name) {
    if (name < next_.load(std::memory_order_relaxed) && !given_back_.contains(name)) [[likely]]
      return;
    take(name);
  }

 private:
  void take(gl::GLuint name);

  std::mutex mutex_;
  std::atomic<gl::GLuint> next_{1};
  std::vector<gl::GLuint> free_;  // guarded by mutex_
  gl::state::Names given_back_;   // the same, for who only looks
};

using NameSpaces = std::array<NameSpace, gl::name_kinds>;

class Surface;

// Whether there is such a version of OpenGL, or of OpenGL ES.
bool is_version(std::uint32_t major, std::uint32_t minor, bool is_es);

struct Context {
  Context(Connection& connection, blink_stream_api api, std::uint32_t version,
          const Context* shares)
      : share(shares != nullptr ? shares->share : std::make_shared<NameSpaces>()),
        shared(shares != nullptr ? shares->shared : std::make_shared<gl::state::Shared>()),
        buffers(shares != nullptr ? shares->buffers
                                  : std::make_shared<Buffers>(shared->mapped_buffers)),
        shadow(state_api(api), shared),
        stream(connection, api, version, shares != nullptr ? &shares->stream : nullptr) {
    // The state of OpenGL ES 1 is another one, which nobody follows.
    if (api == BLINK_GL_ES && version < 20) shadow.lose_track();
  }

  NameSpace& names(NameKind kind) { return (is_shared(kind) ? *share : own)[gl::name_space(kind)]; }
  void make_names(NameKind kind, gl::GLuint* to, std::int64_t count) {
    names(kind).make(to, count);
  }
  void remove_names(NameKind kind, const gl::GLuint* which, std::int64_t count) {
    names(kind).remove(which, count);
  }
  void saw(NameKind kind, gl::GLuint name) { names(kind).saw(name); }

  // What glGet says without asking, if it does; and the same of one of several.
  template <typename T>
  bool gives(gl::GLenum name, T* to) {
    if constexpr (std::is_same_v<T, gl::GLint>)
      if (!is_checking_ && shadow.get_number(name, to)) [[likely]]
        return true;
    return shadow.get(name, to) && !is_checking_ ? true : gives_slowly(name, to);
  }
  template <typename T>
  bool gives_indexed(gl::GLenum name, gl::GLuint index, T* to);
  std::optional<gl::GLboolean> enabled(gl::GLenum name);
  std::optional<gl::GLboolean> enabled(gl::GLenum name, gl::GLuint index);
  // Asks the server for all that is not known.
  void learn_state();
  void learn_program(gl::GLuint program, gl::GLenum name, const gl::GLint* value) {
    if (name == gl_link_status && value != nullptr && *value == 1) shared->programs.put(program, 1);
  }
  // Of a uniform or an attribute, which the command asks for.
  std::optional<gl::GLint> location(gl::state::Locations& known, gl::WireOp op, gl::GLuint program,
                                    const gl::GLchar* name);
  void learn_location(gl::state::Locations& known, gl::GLuint program, const gl::GLchar* name,
                      gl::GLint location) {
    if (name != nullptr) known.put(program, name, location);
  }
  gl::GLenum get_error();

  // An error that the server will not find: it does not hear of the command.
  void raise(gl::GLenum error) {
    stream.record(gl::StreamOp::error, 1).put(error);
    stream.set_unsure(true);
  }

  void forget_buffers(gl::GLsizei count, const gl::GLuint* which) {
    arrays.forget_buffers(count, which);
    for (gl::GLsizei i = 0; i < count; ++i)
      buffers->forget(which[i]);
  }

  // Before a command that reads buffers: what the program has written into those that stay mapped.
  // After one that waits for the GPU: what that has written there.
  void send_written() {
    if (buffers->has_lasting()) tell_written();
  }
  void see_written() {
    if (buffers->has_lasting()) ask_for_written();
  }

  void push_client_attributes(gl::GLbitfield mask);
  void pop_client_attributes();

  // Draws there from now on, and reads from there what is in no framebuffer; null: nowhere.
  void draw_to(std::shared_ptr<Surface> surface, std::shared_ptr<Surface> read);

  const std::shared_ptr<NameSpaces> share;
  const std::shared_ptr<gl::state::Shared> shared;
  const std::shared_ptr<Buffers> buffers;
  NameSpaces own;
  gl::state::Shadow shadow;
  StreamWriter stream;
  Arrays arrays;
  gl::Unpacking unpacking, packing;
  struct ClientAttributes {
    gl::GLbitfield mask = 0;
    Arrays arrays;
    gl::Unpacking unpacking, packing;
  };
  std::vector<ClientAttributes> client_attributes;  // glPushClientAttrib
  struct ModeMemory {                               // glFeedbackBuffer, glSelectBuffer
    void* memory = nullptr;
    gl::GLsizei count = 0;
  };
  ModeMemory feedback, selection;
  gl::GLuint list_base = 0;
  std::shared_ptr<Surface> surface, read_surface;
  bool has_drawn = false;   // to a surface
  bool has_learnt = false;  // its state
  // What glGetString has said: it stays, and a program may keep the pointer.
  std::map<std::pair<gl::GLenum, gl::GLuint>, std::string> strings;
  std::optional<std::vector<const char*>> extensions;  // once they were asked for

 private:
  static constexpr gl::GLenum gl_link_status = 0x8B82;
  static gl::state::Api state_api(blink_stream_api api) {
    return api == BLINK_GL_COMPATIBILITY ? gl::state::Api::compatibility
           : api == BLINK_GL_CORE        ? gl::state::Api::core
                                         : gl::state::Api::es;
  }
  // What is answered here is asked there, too, and compared.
  const bool is_checking_ = checks_state();
  void check_state();
  void tell_depths();
  void tell_written();
  void ask_for_written();
  // Whether a new context's state is what the table says.
  void check_initial();
  // What the driver says of these; nothing: nobody answers.
  std::vector<std::byte> ask_for(const std::vector<std::uint16_t>& slots);
  template <typename T>
  bool gives_slowly(gl::GLenum name, T* to);
};

extern constinit thread_local Context* current __attribute__((tls_model("initial-exec")));
inline Context* current_context() { return current; }

}  // namespace blink::icd
