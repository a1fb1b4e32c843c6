// What objects have in the GPU's memory, read for a client that keeps it, and written when another
// server has to have it (gl/wire.h, WireContent).
//
// Threads: the session's own, with a context current whose state nobody minds.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "gl/generated/dispatch.h"
#include "gl/wire.h"

namespace blink::stackreplay {

// How many bytes it says to be; nothing for a format that there is not, or too much.
std::optional<std::uint64_t> content_bytes(const gl::WireContent& content);

// `name` is the driver's, of a texture, a renderbuffer or a buffer, as the content's kind is then.
// False: the driver has no such thing there. What a buffer has is written by OpenGL's commands.
bool read_content(const gl::Dispatch& gl, const gl::WireContent& content, gl::GLuint name,
                  std::span<std::byte> to);
bool write_content(const gl::Dispatch& gl, const gl::WireContent& content, gl::GLuint name,
                   std::span<const std::byte> from);

}  // namespace blink::stackreplay
