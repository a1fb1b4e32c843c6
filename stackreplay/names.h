// Names: which name of the driver's each name of the client's stands for.
//
// The client chooses the names of its objects itself, so that it need not wait for them, and so
// that they stay the same when its objects are made again by another driver. Nothing that a client
// says is ever taken for a name of the driver's: other clients' objects have no name here.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "gl/types.h"
#include "gl/wire.h"

namespace blink::stackreplay {

using gl::NameKind;

class NameTable {
 public:
  // 0: there is none.
  gl::GLuint find(gl::GLuint client) const {
    if (client < low_.size()) return low_[client];
    if (client < low_max) return 0;
    const auto found = high_.find(client);
    return found == high_.end() ? 0 : found->second;
  }
  // False: the client has too many.
  bool set(gl::GLuint client, gl::GLuint made);
  gl::GLuint take(gl::GLuint client);
  // The contrary of find(); 0: the client has no name for it.
  gl::GLuint client_of(gl::GLuint made) const {
    const auto found = clients_.find(made);
    return found == clients_.end() ? 0 : found->second;
  }

 private:
  static constexpr gl::GLuint low_max = 65536;

  std::vector<gl::GLuint> low_;  // most programs' names are small
  std::unordered_map<gl::GLuint, gl::GLuint> high_;
  // By the driver's name. What the client deleted may live on for a while, so its name stays here;
  // once the driver gives the same to something else, it means that alone.
  std::unordered_map<gl::GLuint, gl::GLuint> clients_;
};

class Names {
 public:
  std::unordered_map<gl::GLuint, gl::GLsync> syncs;  // fences
  NameTable& of(NameKind kind) { return tables_[gl::name_space(kind)]; }

 private:
  std::array<NameTable, gl::name_kinds> tables_;
};

}  // namespace blink::stackreplay
