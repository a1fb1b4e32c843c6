// GlReset: puts a context's state back to what GL makes it at first, group by group, so that
// whoever draws next finds nothing of whoever drew before. Command by command, not by PushAttrib:
// drivers forget what to restore when a client pushes, too.
//
// Threads: the context's.

#pragma once

#include <cstdint>
#include <vector>

#include "gl/generated/dispatch.h"
#include "jit/verify/verified_program.h"

namespace blink::server {

// What of a context's state may be other than GL makes it.
struct Touched {
  std::uint32_t groups = 0;  // a bit for each jit::State
  jit::Capabilities switches;

  static Touched by(const jit::VerifiedProgram& program) {
    return {program.effects().touches, program.effects().switches};
  }
  bool has(jit::State group) const { return groups >> static_cast<unsigned>(group) & 1; }
  void add(const Touched& more) {
    groups |= more.groups;
    switches |= more.switches;
  }
};

class GlReset {
 public:
  // The context is current, and as it was made.
  explicit GlReset(const gl::Dispatch& gl);

  // Objects and what is bound of buffers, arrays, programs and framebuffers is ClientGl's; viewport
  // and scissor the desktop's.
  void apply(const Touched& touched) const;

 private:
  void enable(const jit::Capabilities& switches) const;
  void current() const;
  void matrices(std::uint32_t units) const;
  void light() const;
  void raster() const;
  void fog() const;
  void bindings() const;
  void texture_environment() const;
  void texture_coordinates() const;

  const gl::Dispatch& gl_;
  struct Capability {
    std::size_t index;
    gl::GLenum name;
    bool is_on;  // at first
  };
  std::vector<Capability> capabilities_;  // that this driver knows and procedures may switch
  std::vector<gl::GLenum> targets_;       // of textures, likewise
  gl::GLfloat point_size_max_ = 1;
  gl::GLint clip_planes_ = 6;
  bool has_sample_shading_ = false, has_patches_ = false;  // they came with OpenGL 4.0
};

}  // namespace blink::server
