// The commands that no table describes, as programs call them. Each stands beside its name in
// gl/wire_overlay.txt, which says why; the other end is stackreplay/by_hand.cpp.

#include <string>

#include "client-icd/encode.h"

namespace blink::icd {

using namespace gl;

// ----------------------------------------------------------------------------- asking and waiting

GLenum GL_APIENTRY icd_GetError() {
  Context* const c = current_context();
  if (c == nullptr) return 0;
  c->stream.record(WireOp::GetError, 1).put(StreamWriter::answer_place());
  return c->stream.ask().result<GLenum>();
}

void GL_APIENTRY icd_Finish() {
  Context* const c = current_context();
  if (c == nullptr) return;
  c->stream.record(WireOp::Finish, 1).put(StreamWriter::answer_place());
  (void)c->stream.ask();
}

void GL_APIENTRY icd_Flush() {
  Context* const c = current_context();
  if (c == nullptr) return;
  (void)c->stream.record(WireOp::Flush, 0);
  c->stream.flush();
}

namespace {

const GLubyte* keep_text(Context& c, GLenum name, GLuint index, Reply reply) {
  if (reply.result<std::uint64_t>() == 0) return nullptr;
  const auto bytes = reply.bytes();
  std::string& text = c.strings[{name, index}];
  text.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return reinterpret_cast<const GLubyte*>(text.c_str());
}

const GLubyte* kept_text(const Context& c, GLenum name, GLuint index) {
  const auto found = c.strings.find({name, index});
  if (found == c.strings.end()) return nullptr;
  return reinterpret_cast<const GLubyte*>(found->second.c_str());
}

constexpr GLuint whole = ~0u;  // not one of several

}  // namespace

const GLubyte* GL_APIENTRY icd_GetString(GLenum name) {
  Context* const c = current_context();
  if (c == nullptr) return nullptr;
  if (const GLubyte* text = kept_text(*c, name, whole)) return text;
  auto words = c->stream.record(WireOp::GetString, 2);
  words.put(name);
  words.put(StreamWriter::answer_place());
  return keep_text(*c, name, whole, c->stream.ask());
}

const GLubyte* GL_APIENTRY icd_GetStringi(GLenum name, GLuint index) {
  Context* const c = current_context();
  if (c == nullptr) return nullptr;
  if (const GLubyte* text = kept_text(*c, name, index)) return text;
  auto words = c->stream.record(WireOp::GetStringi, 3);
  words.put(name);
  words.put(index);
  words.put(StreamWriter::answer_place());
  return keep_text(*c, name, index, c->stream.ask());
}

// ----------------------------------------------------------------------------------- names in rows

GLuint GL_APIENTRY icd_GenLists(GLsizei range) {
  Context* const c = current_context();
  if (c == nullptr || range <= 0) return 0;
  const GLuint first = c->names(NameKind::display_list).make_row(static_cast<GLuint>(range));
  auto words = c->stream.record(WireOp::GenLists, 2);
  words.put(first);
  words.put(range);
  return first;
}

void GL_APIENTRY icd_DeleteLists(GLuint list, GLsizei range) {
  Context* const c = current_context();
  if (c == nullptr || range <= 0) return;
  auto words = c->stream.record(WireOp::DeleteLists, 2);
  words.put(list);
  words.put(range);
}

// -------------------------------------------------------------------------------------
// framebuffers

void GL_APIENTRY icd_BindFramebuffer(GLenum target, GLuint framebuffer) {
  Context* const c = current_context();
  if (c == nullptr) return;
  auto words = c->stream.record(WireOp::BindFramebuffer, 2);
  words.put(target);
  words.put(framebuffer);
  c->saw(NameKind::framebuffer, framebuffer);
}

void GL_APIENTRY icd_DrawBuffer(GLenum buf) {
  if (Context* const c = current_context()) c->stream.record(WireOp::DrawBuffer, 1).put(buf);
}

void GL_APIENTRY icd_ReadBuffer(GLenum src) {
  if (Context* const c = current_context()) c->stream.record(WireOp::ReadBuffer, 1).put(src);
}

// ---------------------------------------------------------------------------- shaders and programs

GLuint GL_APIENTRY icd_CreateShader(GLenum type) {
  Context* const c = current_context();
  if (c == nullptr) return 0;
  GLuint shader = 0;
  c->make_names(NameKind::shader, &shader, 1);
  auto words = c->stream.record(WireOp::CreateShader, 2);
  words.put(type);
  words.put(shader);
  return shader;
}

GLuint GL_APIENTRY icd_CreateProgram() {
  Context* const c = current_context();
  if (c == nullptr) return 0;
  GLuint program = 0;
  c->make_names(NameKind::program, &program, 1);
  c->stream.record(WireOp::CreateProgram, 1).put(program);
  return program;
}

void GL_APIENTRY icd_DeleteShader(GLuint shader) {
  if (Context* const c = current_context()) c->stream.record(WireOp::DeleteShader, 1).put(shader);
}

void GL_APIENTRY icd_DeleteProgram(GLuint program) {
  if (Context* const c = current_context()) c->stream.record(WireOp::DeleteProgram, 1).put(program);
}

void GL_APIENTRY icd_ShaderSource(GLuint shader, GLsizei count, const GLchar* const* string,
                                  const GLint* length) {
  Context* const c = current_context();
  if (c == nullptr) return;
  std::string text;
  for (GLsizei i = 0; i < count; ++i) {
    if (length != nullptr && length[i] >= 0)
      text.append(string[i], static_cast<std::size_t>(length[i]));
    else
      text += string[i];
  }
  const Payload payload = c->stream.payload(text.data(), static_cast<std::int64_t>(text.size()), 1);
  auto words = c->stream.record(WireOp::ShaderSource, 1 + payload.words());
  words.put(shader);
  words.put(payload);
}

}  // namespace blink::icd
