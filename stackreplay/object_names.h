// What kind of object a name stands for, where that depends on something else; and what among the
// driver's answers must be told the client in its own words.

#pragma once

#include <cstdint>
#include <cstring>
#include <functional>

#include "gl/types.h"
#include "gl/wire.h"

namespace blink::stackreplay {

class Replay;

using gl::NameKind;

// GL_EXTERNAL_VIRTUAL_MEMORY_BUFFER_AMD: a target of glBindBuffer's that no client may use.
inline constexpr gl::GLenum external_memory_buffer = 0x9160;

// A texture's target, or what glObjectLabel calls a kind of object. What is none of them, and so an
// error, counts as a texture.
NameKind kind_of_object(gl::GLenum what);

// Whether a text has fewer characters than its command says: it went on beyond its zero, or beyond
// what a driver takes.
inline bool is_cut_off(const gl::GLchar* text, std::int64_t length) {
  const auto characters = static_cast<std::int64_t>(std::strlen(text));
  return characters != 0 && characters < length;
}

// From the driver's number to the client's; empty where they are the same.
using Translation = std::function<gl::GLuint(gl::GLuint)>;

Translation in_list(Replay& replay, NameKind kind);
// By the parameter that glGet* was asked for.
Translation in_binding(Replay& replay, gl::GLenum pname);
Translation in_pipeline(Replay& replay, gl::GLenum pname);

}  // namespace blink::stackreplay
