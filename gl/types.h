// The types of OpenGL's commands, so that no header of a GL driver is needed. Their sizes are those
// of the registry (section "types" of gl.xml); gl/generate.py uses them by name.

#pragma once

#include <cstdint>

namespace blink::gl {

using GLvoid = void;
using GLenum = unsigned int;
using GLboolean = unsigned char;
using GLbitfield = unsigned int;

using GLbyte = std::int8_t;
using GLubyte = std::uint8_t;
using GLshort = std::int16_t;
using GLushort = std::uint16_t;
using GLint = int;
using GLuint = unsigned int;
using GLint64 = std::int64_t;
using GLint64EXT = std::int64_t;
using GLuint64 = std::uint64_t;
using GLuint64EXT = std::uint64_t;
using GLsizei = int;
using GLintptr = std::intptr_t;
using GLintptrARB = std::intptr_t;
using GLsizeiptr = std::intptr_t;
using GLsizeiptrARB = std::intptr_t;

using GLfloat = float;
using GLclampf = float;
using GLdouble = double;
using GLclampd = double;
using GLhalf = std::uint16_t;
using GLhalfARB = std::uint16_t;
using GLfixed = std::int32_t;
using GLclampx = std::int32_t;

using GLchar = char;
using GLcharARB = char;
using GLhandleARB = unsigned int;
using GLsync = struct SyncObject*;
using GLeglImageOES = void*;
using GLeglClientBufferEXT = void*;

using GLDEBUGPROC = void (*)(GLenum source, GLenum type, GLuint id, GLenum severity, GLsizei length,
                             const GLchar* message, const void* user);
using GLDEBUGPROCARB = GLDEBUGPROC;
using GLDEBUGPROCKHR = GLDEBUGPROC;

// Of OpenCL, for ARB_cl_event.
struct _cl_context;
struct _cl_event;

}  // namespace blink::gl
