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
#include <utility>
#include <vector>

#include "client-icd/arrays.h"
#include "client-icd/buffers.h"
#include "client-icd/stream_writer.h"
#include "gl/image_size.h"
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
    if (name < next_.load(std::memory_order_relaxed)) [[likely]]
      return;
    take_until(name);
  }

 private:
  void take_until(gl::GLuint name);

  std::mutex mutex_;
  std::atomic<gl::GLuint> next_{1};
  std::vector<gl::GLuint> free_;  // guarded by mutex_
};

using NameSpaces = std::array<NameSpace, gl::name_kinds>;

class Surface;

struct Context {
  Context(Connection& connection, blink_stream_api api, std::uint32_t version,
          const Context* shares)
      : share(shares != nullptr ? shares->share : std::make_shared<NameSpaces>()),
        buffers(shares != nullptr ? shares->buffers : std::make_shared<Buffers>()),
        stream(connection, api, version, shares != nullptr ? shares->stream.stream() : 0) {}

  NameSpace& names(NameKind kind) { return (is_shared(kind) ? *share : own)[gl::name_space(kind)]; }
  void make_names(NameKind kind, gl::GLuint* to, std::int64_t count) {
    names(kind).make(to, count);
  }
  void remove_names(NameKind kind, const gl::GLuint* which, std::int64_t count) {
    names(kind).remove(which, count);
  }
  void saw(NameKind kind, gl::GLuint name) { names(kind).saw(name); }

  // What glGetIntegerv says without asking, if it does.
  bool gives(gl::GLenum pname, gl::GLint* data);

  // An error that the server will not find: it does not hear of the command.
  void raise(gl::GLenum error) { stream.record(gl::StreamOp::error, 1).put(error); }

  void forget_buffers(gl::GLsizei count, const gl::GLuint* which) {
    arrays.forget_buffers(count, which);
    for (gl::GLsizei i = 0; i < count; ++i)
      buffers->forget(which[i]);
  }

  void push_client_attributes(gl::GLbitfield mask);
  void pop_client_attributes();

  // Draws there from now on; null: nowhere.
  void draw_to(std::shared_ptr<Surface> surface);

  const std::shared_ptr<NameSpaces> share;
  const std::shared_ptr<Buffers> buffers;
  NameSpaces own;
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
  StreamWriter::Place no_error_until;  // glGetError was told so there
  gl::GLuint list_base = 0;
  std::shared_ptr<Surface> surface;
  bool has_drawn = false;  // to a surface
  // What glGetString has said: it stays, and a program may keep the pointer.
  std::map<std::pair<gl::GLenum, gl::GLuint>, std::string> strings;
  std::optional<std::vector<const char*>> extensions;  // once they were asked for
};

extern constinit thread_local Context* current __attribute__((tls_model("initial-exec")));
inline Context* current_context() { return current; }

}  // namespace blink::icd
