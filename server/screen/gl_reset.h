// GlReset: puts a context's state back to what GL makes it at first, group by group, so that
// whoever draws next finds nothing of whoever drew before. Command by command, not by PushAttrib:
// drivers forget what to restore when a client pushes, too.
//
// Threads: the context's.

#pragma once

#include <cstdint>
#include <vector>

#include "gl/generated/dispatch.h"

namespace blink::server {

class GlReset {
 public:
  // The context is current, and as it was made.
  explicit GlReset(const gl::Dispatch& gl);

  // A bit for each jit::State that may have been changed. Objects and what is bound of buffers,
  // arrays, programs and framebuffers is ClientGl's; viewport and scissor the desktop's.
  void apply(std::uint32_t touched) const;

 private:
  void enable() const;
  void current() const;
  void matrices(std::uint32_t units) const;
  void light() const;
  void raster() const;
  void fog() const;
  void bindings() const;
  void texture_environment() const;
  void texture_coordinates() const;

  const gl::Dispatch& gl_;
  std::vector<gl::GLenum> capabilities_;  // that this driver knows and procedures may enable
  std::vector<gl::GLenum> targets_;       // of textures, likewise
  gl::GLfloat point_size_max_ = 1;
};

}  // namespace blink::server
