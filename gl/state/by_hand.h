// What commands do to the state that no table says (gl/state_table.txt, "hand"): each returns
// whether its command certainly succeeds.

#pragma once

#include "gl/state/shadow.h"
#include "gl/types.h"

namespace blink::gl::state {

// ---- capabilities and parameters that have names ----
inline bool track_Enable(Shadow& its, GLenum cap) { return its.set_enabled(cap, true); }
inline bool track_Disable(Shadow& its, GLenum cap) { return its.set_enabled(cap, false); }
inline bool track_Enablei(Shadow& its, GLenum target, GLuint index) {
  return its.set_enabled_indexed(target, index, true);
}
inline bool track_Disablei(Shadow& its, GLenum target, GLuint index) {
  return its.set_enabled_indexed(target, index, false);
}
bool track_Fogf(Shadow& its, GLenum pname, GLfloat param);
bool track_Fogi(Shadow& its, GLenum pname, GLint param);
bool track_Fogfv(Shadow& its, GLenum pname, const GLfloat* params);
bool track_LightModelf(Shadow& its, GLenum pname, GLfloat param);
bool track_LightModeli(Shadow& its, GLenum pname, GLint param);
bool track_LightModelfv(Shadow& its, GLenum pname, const GLfloat* params);
bool track_PointParameterf(Shadow& its, GLenum pname, GLfloat param);
bool track_PointParameterfv(Shadow& its, GLenum pname, const GLfloat* params);
bool track_PointParameteri(Shadow& its, GLenum pname, GLint param);
bool track_PointParameteriv(Shadow& its, GLenum pname, const GLint* params);
bool track_PixelTransferf(Shadow& its, GLenum pname, GLfloat param);
bool track_PixelTransferi(Shadow& its, GLenum pname, GLint param);
bool track_PixelStorei(Shadow& its, GLenum pname, GLint param);
bool track_EnableClientState(Shadow& its, GLenum array);
bool track_DisableClientState(Shadow& its, GLenum array);

// ---- matrices ----
bool track_LoadIdentity(Shadow& its);
bool track_LoadMatrixf(Shadow& its, const GLfloat* m);
bool track_LoadMatrixd(Shadow& its, const GLdouble* m);
bool track_LoadTransposeMatrixf(Shadow& its, const GLfloat* m);
bool track_LoadTransposeMatrixd(Shadow& its, const GLdouble* m);
bool track_MultMatrixf(Shadow& its, const GLfloat* m);
bool track_MultMatrixd(Shadow& its, const GLdouble* m);
bool track_MultTransposeMatrixf(Shadow& its, const GLfloat* m);
bool track_MultTransposeMatrixd(Shadow& its, const GLdouble* m);
bool track_Rotatef(Shadow& its, GLfloat angle, GLfloat x, GLfloat y, GLfloat z);
inline bool track_Rotated(Shadow& its, GLdouble angle, GLdouble x, GLdouble y, GLdouble z) {
  return track_Rotatef(its, static_cast<GLfloat>(angle), static_cast<GLfloat>(x),
                       static_cast<GLfloat>(y), static_cast<GLfloat>(z));
}
bool track_Translatef(Shadow& its, GLfloat x, GLfloat y, GLfloat z);
inline bool track_Translated(Shadow& its, GLdouble x, GLdouble y, GLdouble z) {
  return track_Translatef(its, static_cast<GLfloat>(x), static_cast<GLfloat>(y),
                          static_cast<GLfloat>(z));
}
bool track_Scalef(Shadow& its, GLfloat x, GLfloat y, GLfloat z);
inline bool track_Scaled(Shadow& its, GLdouble x, GLdouble y, GLdouble z) {
  return track_Scalef(its, static_cast<GLfloat>(x), static_cast<GLfloat>(y),
                      static_cast<GLfloat>(z));
}
bool track_Frustum(Shadow& its, GLdouble left, GLdouble right, GLdouble bottom, GLdouble top,
                   GLdouble near, GLdouble far);
bool track_Ortho(Shadow& its, GLdouble left, GLdouble right, GLdouble bottom, GLdouble top,
                 GLdouble near, GLdouble far);
inline bool track_PushMatrix(Shadow& its) { return its.push_matrix(); }
// Which stack Mesa changes then was not to be found out.
inline bool track_MatrixPushEXT(Shadow& its, GLenum) {
  its.lose_track();
  return false;
}
inline bool track_MatrixPopEXT(Shadow& its, GLenum) {
  its.lose_track();
  return false;
}
inline bool track_PopMatrix(Shadow& its) { return its.pop_matrix(); }

// ---- begin, lists, stacks ----
inline bool track_Begin(Shadow& its, GLenum mode) { return its.begin(mode); }
inline bool track_End(Shadow& its) { return its.end(); }
inline bool track_NewList(Shadow& its, GLuint list, GLenum mode) {
  return its.new_list(list, mode);
}
inline bool track_EndList(Shadow& its) { return its.end_list(); }
inline bool track_CallList(Shadow& its, GLuint list) {
  its.call_list(list);
  return false;
}
inline bool track_PushAttrib(Shadow& its, GLbitfield mask) { return its.push(mask); }
inline bool track_PopAttrib(Shadow& its) { return its.pop(); }
inline bool track_PushClientAttrib(Shadow& its, GLbitfield mask) { return its.push_client(mask); }
inline bool track_PopClientAttrib(Shadow& its) { return its.pop_client(); }

// ---- names ----
bool track_GenTextures(Shadow& its, GLsizei n, const GLuint* textures);
bool track_GenBuffers(Shadow& its, GLsizei n, const GLuint* buffers);
bool track_GenFramebuffers(Shadow& its, GLsizei n, const GLuint* framebuffers);
bool track_GenRenderbuffers(Shadow& its, GLsizei n, const GLuint* renderbuffers);
bool track_GenVertexArrays(Shadow& its, GLsizei n, const GLuint* arrays);
bool track_DeleteTextures(Shadow& its, GLsizei n, const GLuint* textures);
bool track_DeleteBuffers(Shadow& its, GLsizei n, const GLuint* buffers);
bool track_DeleteFramebuffers(Shadow& its, GLsizei n, const GLuint* framebuffers);
bool track_DeleteRenderbuffers(Shadow& its, GLsizei n, const GLuint* renderbuffers);
bool track_DeleteVertexArrays(Shadow& its, GLsizei n, const GLuint* arrays);
bool track_BindTexture(Shadow& its, GLenum target, GLuint texture);
bool track_BindBuffer(Shadow& its, GLenum target, GLuint buffer);
bool track_BindBufferBase(Shadow& its, GLenum target, GLuint index, GLuint buffer);
bool track_BindBufferRange(Shadow& its, GLenum target, GLuint index, GLuint buffer, GLintptr offset,
                           GLsizeiptr size);
bool track_BindVertexArray(Shadow& its, GLuint array);
bool track_BindRenderbuffer(Shadow& its, GLenum target, GLuint renderbuffer);
bool track_BindFramebuffer(Shadow& its, GLenum target, GLuint framebuffer);

// ---- content ----
bool track_BufferData(Shadow& its, GLenum target, GLsizeiptr size, const void* data, GLenum usage);
bool track_BufferSubData(Shadow& its, GLenum target, GLintptr offset, GLsizeiptr size,
                         const void* data);

// A buffer has its content from elsewhere.
bool note_strange(Shadow& its, GLenum target);
inline bool note_strange_buffer(Shadow& its, GLuint buffer) {
  its.shared().buffers.put(buffer, strange);
  return false;
}
inline bool track_BufferStorage(Shadow& its, GLenum target, GLsizeiptr, const void*, GLbitfield) {
  return note_strange(its, target);
}
inline bool track_BufferStorageMemEXT(Shadow& its, GLenum target, GLsizeiptr, GLuint, GLuint64) {
  return note_strange(its, target);
}
inline bool track_NamedBufferStorage(Shadow& its, GLuint buffer, GLsizeiptr, const void*,
                                     GLbitfield) {
  return note_strange_buffer(its, buffer);
}
inline bool track_NamedBufferStorageMemEXT(Shadow& its, GLuint buffer, GLsizeiptr, GLuint,
                                           GLuint64) {
  return note_strange_buffer(its, buffer);
}
inline bool track_NamedBufferData(Shadow& its, GLuint buffer, GLsizeiptr, const void*, GLenum) {
  return note_strange_buffer(its, buffer);
}
inline bool track_NamedBufferDataEXT(Shadow& its, GLuint buffer, GLsizeiptr, const void*, GLenum) {
  return note_strange_buffer(its, buffer);
}

// ---- programs ----
bool track_UseProgram(Shadow& its, GLuint program);
// Nobody has said since whether it is linked.
bool track_LinkProgram(Shadow& its, GLuint program);
inline bool track_ProgramBinary(Shadow& its, GLuint program, GLenum, const void*, GLsizei) {
  return track_LinkProgram(its, program);
}
inline bool track_DeleteObjectARB(Shadow& its, GLuint object) {
  return track_LinkProgram(its, object);
}

}  // namespace blink::gl::state
