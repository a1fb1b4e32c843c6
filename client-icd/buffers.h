// Buffers: memory of buffers as the program sees it, between glMapBuffer and glUnmapBuffer: memory
// of its own, whose content goes to the server when it is done with it. There the buffer is mapped
// too, so that the driver finds what is wrong, and answers what is asked.
//
// Threads: any; contexts that share objects have their buffers in common.

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "client-icd/lasting_map.h"
#include "gl/types.h"

namespace blink::icd {

class Buffers {
 public:
  // How many are mapped is told there.
  explicit Buffers(std::atomic<int>& mapped) : mapped_(mapped) {}

  struct Mapping {
    gl::GLbitfield access = 0;
    std::size_t bytes = 0;
    std::byte* data = nullptr;  // where the program reads and writes
    std::unique_ptr<std::byte, decltype(&std::free)> memory{nullptr, &std::free};
    std::shared_ptr<LastingMap> lasting;  // in its place, where it stays mapped
  };

  // Memory for a part of a buffer; null: there is none. The place in the buffer is that of the
  // memory, modulo GL_MIN_MAP_BUFFER_ALIGNMENT.
  static Mapping make(gl::GLintptr offset, gl::GLsizeiptr length, gl::GLbitfield access);
  std::byte* keep(gl::GLuint buffer, Mapping mapping);
  // Null data: it is not mapped.
  Mapping take(gl::GLuint buffer);
  // A part of it, for as long as it is mapped; null: there is none of the kind.
  const std::byte* part(gl::GLuint buffer, gl::GLintptr offset, gl::GLsizeiptr length);
  void* pointer(gl::GLuint buffer);
  // Another content, or the end: what was mapped is no longer (OpenGL 4.6, section 6.2).
  void forget(gl::GLuint buffer);
  // The same, by BufferData: so much is there from now on.
  void set_content(gl::GLuint buffer, gl::GLsizeiptr size, gl::GLenum usage);
  // Those that stay mapped, and are of all these kinds.
  struct Lasting {
    gl::GLuint buffer = 0;
    std::size_t bytes = 0;
    gl::GLbitfield access = 0;
    std::shared_ptr<LastingMap> map;
  };
  bool has_lasting() const { return lasting_.load(std::memory_order_relaxed) != 0; }
  std::vector<Lasting> lasting(gl::GLbitfield access);
  // Held while one of them is looked at, until what was found is said.
  std::mutex& lasting_mutex() { return lasting_mutex_; }
  // Whether it is certain that the driver can map this part, so that nobody needs to ask it.
  bool may_map(gl::GLuint buffer, gl::GLintptr offset, gl::GLsizeiptr length,
               gl::GLbitfield access);

 private:
  void count();

  std::atomic<int>& mapped_;
  std::atomic<int> lasting_{0};
  std::mutex lasting_mutex_;
  std::mutex mutex_;
  std::map<gl::GLuint, Mapping> mappings_;     // by buffer
  std::map<gl::GLuint, std::uint64_t> bytes_;  // of those whose size is certain
};

}  // namespace blink::icd
