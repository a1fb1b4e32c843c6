// The commands that no table describes, as programs call them. Each stands beside its name in
// gl/wire_overlay.txt, which says why; the other end is stackreplay/by_hand.cpp.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client-icd/encode.h"
#include "client-icd/entry_points.h"
#include "gl/generated/enums.h"
#include "gl/state/by_hand.h"

namespace blink::icd {

using namespace gl;

// ----------------------------------------------------------------------------- asking and waiting

GLenum GL_APIENTRY icd_GetError() {
  Context* const c = current_context();
  if (c == nullptr) return 0;
  return c->get_error();
}

void GL_APIENTRY icd_Finish() {
  Context* const c = current_context();
  if (c == nullptr) return;
  c->stream.record(WireOp::Finish, 1, c->shadow.takes_at_once()).put(StreamWriter::answer_place());
  (void)c->stream.ask();
  c->see_written();
}

void GL_APIENTRY icd_Flush() {
  Context* const c = current_context();
  if (c == nullptr) return;
  (void)c->stream.record(WireOp::Flush, 0, c->shadow.takes_at_once());
  c->stream.flush();
}

namespace {

constexpr GLuint whole = ~0u;  // not one of several

std::optional<std::string> ask_text(Context& c, GLenum name, GLuint index) {
  const bool is_whole = index == whole;
  WireWords out =
      c.stream.record(is_whole ? WireOp::GetString : WireOp::GetStringi, is_whole ? 2 : 3,
                      is_whole && name >= GL_VENDOR && name <= GL_EXTENSIONS);
  out.put(name);
  if (!is_whole) out.put(index);
  out.put(StreamWriter::answer_place());
  Reply reply = c.stream.ask();
  if (reply.result<std::uint64_t>() == 0) return std::nullopt;
  const auto bytes = reply.bytes();
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

// Asked once: it stays, and a program may keep the pointer.
const GLubyte* text_of(Context& c, GLenum name, GLuint index) {
  auto found = c.strings.find({name, index});
  if (found == c.strings.end()) {
    auto text = ask_text(c, name, index);
    if (!text) return nullptr;
    found = c.strings.emplace(std::pair(name, index), std::move(*text)).first;
  }
  return reinterpret_cast<const GLubyte*>(found->second.c_str());
}

}  // namespace

const std::vector<const char*>& extensions_of(Context& c) {
  if (c.extensions) return *c.extensions;
  c.extensions.emplace();
  WireWords out = c.stream.record(WireOp::GetIntegerv, 2);
  out.put(GLenum{GL_NUM_EXTENSIONS});
  out.put(StreamWriter::answer_place());
  GLint count = 0;
  c.stream.ask().take(&count);
  for (GLint i = 0; i < count; ++i) {
    const GLubyte* const text = text_of(c, GL_EXTENSIONS, static_cast<GLuint>(i));
    const char* const name = reinterpret_cast<const char*>(text);
    if (name != nullptr && is_offered(name)) c.extensions->push_back(name);
  }
  return *c.extensions;
}

const GLubyte* GL_APIENTRY icd_GetString(GLenum name) {
  Context* const c = current_context();
  if (c == nullptr) return nullptr;
  const GLubyte* const text = text_of(*c, name, whole);
  if (name != GL_EXTENSIONS || text == nullptr) return text;
  std::string all;
  for (const char* each : extensions_of(*c))
    all.append(each).push_back(' ');
  std::string& kept = c->strings[{name, whole}];
  if (kept != all) kept = std::move(all);  // once
  return reinterpret_cast<const GLubyte*>(kept.c_str());
}

const GLubyte* GL_APIENTRY icd_GetStringi(GLenum name, GLuint index) {
  Context* const c = current_context();
  if (c == nullptr) return nullptr;
  if (name != GL_EXTENSIONS) return text_of(*c, name, index);
  const auto& extensions = extensions_of(*c);
  if (index < extensions.size()) return reinterpret_cast<const GLubyte*>(extensions[index]);
  c->raise(GL_INVALID_VALUE);
  return nullptr;
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
  if (c == nullptr || range == 0) return;
  if (range < 0) return c->raise(GL_INVALID_VALUE);
  auto words = c->stream.record(WireOp::DeleteLists, 2);
  words.put(list);
  words.put(range);
  c->shadow.shared().drop_lists(list, static_cast<GLuint>(range));
}

// ------------------------------------------------------------------------------------------ fences

GLsync GL_APIENTRY icd_FenceSync(GLenum condition, GLbitfield flags) {
  Context* const c = current_context();
  if (c == nullptr) return nullptr;
  // There is one condition, and no flag (OpenGL 4.6, section 4.1).
  if (condition != GL_SYNC_GPU_COMMANDS_COMPLETE || flags != 0) {
    c->raise(flags != 0 && condition == GL_SYNC_GPU_COMMANDS_COMPLETE ? GL_INVALID_VALUE
                                                                      : GL_INVALID_ENUM);
    return nullptr;
  }
  static std::atomic<GLuint> last{0};  // of the process: contexts that share have them in common
  const GLuint name = ++last;
  WireWords out = c->stream.record(WireOp::FenceSync, 3);
  out.put(condition);
  out.put(flags);
  out.put(name);
  return reinterpret_cast<GLsync>(std::uintptr_t{name});
}

GLenum GL_APIENTRY icd_ClientWaitSync(GLsync sync, GLbitfield flags, GLuint64 timeout) {
  Context* const c = current_context();
  if (c == nullptr) return GL_WAIT_FAILED;
  const auto begin = std::chrono::steady_clock::now();
  for (;;) {
    WireWords out = c->stream.record(WireOp::ClientWaitSync, 1 + 1 + 2 + 1);
    out.put(number_of_sync(sync));
    out.put(flags);
    out.put(timeout);
    out.put(StreamWriter::answer_place());
    const auto state = c->stream.ask().result<GLenum>();
    const auto waited = std::chrono::steady_clock::now() - begin;
    // The server waits a little at a time.
    if (state == GL_TIMEOUT_EXPIRED && std::cmp_less(waited.count(), timeout)) continue;
    if (state == GL_ALREADY_SIGNALED || state == GL_CONDITION_SATISFIED) c->see_written();
    return state == 0 ? GLenum{GL_WAIT_FAILED} : state;
  }
}

void GL_APIENTRY icd_DeleteSync(GLsync sync) {
  Context* const c = current_context();
  if (c != nullptr) c->stream.record(WireOp::DeleteSync, 1).put(number_of_sync(sync));
}

// -------------------------------------------------------------------------------- lists and texts

void GL_APIENTRY icd_ListBase(GLuint base) {
  if (Context* const c = current_context()) c->list_base = base;
}

namespace {

// OpenGL 4.6 compatibility profile, section 21.4: how a list's name is written.
GLuint list_at(const void* lists, GLenum type, GLsizei i) {
  const auto* const bytes = static_cast<const GLubyte*>(lists);
  const auto joined = [&](int count) {
    GLuint number = 0;
    for (int j = 0; j < count; ++j)
      number = number << 8 | bytes[i * count + j];
    return number;
  };
  const auto at = [&]<typename T>(T) {
    T value;
    std::memcpy(&value, bytes + static_cast<std::size_t>(i) * sizeof value, sizeof value);
    return static_cast<GLuint>(static_cast<std::int64_t>(value));
  };
  switch (type) {
    case GL_BYTE: return at(GLbyte{});
    case GL_UNSIGNED_BYTE: return at(GLubyte{});
    case GL_SHORT: return at(GLshort{});
    case GL_UNSIGNED_SHORT: return at(GLushort{});
    case GL_INT: return at(GLint{});
    case GL_UNSIGNED_INT: return at(GLuint{});
    case GL_FLOAT: return at(GLfloat{});
    case GL_2_BYTES: return joined(2);
    case GL_3_BYTES: return joined(3);
    case GL_4_BYTES: return joined(4);
    default: return 0;
  }
}

// Texts behind one another, each with its zero.
std::string joined(GLsizei count, const GLchar* const* texts) {
  std::string all;
  for (GLsizei i = 0; i < count; ++i)
    all.append(texts[i]).push_back('\0');
  return all;
}

}  // namespace

void GL_APIENTRY icd_CallLists(GLsizei n, GLenum type, const void* lists) {
  Context* const c = current_context();
  if (c == nullptr) return;
  if (n < 0) return c->raise(GL_INVALID_VALUE);
  if (type < GL_BYTE || type > GL_4_BYTES) return c->raise(GL_INVALID_ENUM);
  c->send_written();
  std::vector<GLuint> names;
  for (GLsizei i = 0; i < n; ++i) {
    names.push_back(c->list_base + list_at(lists, type, i));
    c->shadow.call_list(names.back());
  }
  const Payload payload = c->stream.payload(names.data(), n, sizeof(GLuint));
  WireWords out = c->stream.record(WireOp::CallLists, 1 + payload.words());
  out.put(n);
  out.put(payload);
}

void GL_APIENTRY icd_TransformFeedbackVaryings(GLuint program, GLsizei count,
                                               const GLchar* const* varyings, GLenum mode) {
  Context* const c = current_context();
  if (c == nullptr) return;
  const std::string all = joined(count, varyings);
  const Payload payload = c->stream.payload(all.data(), static_cast<std::int64_t>(all.size()), 1);
  WireWords out = c->stream.record(WireOp::TransformFeedbackVaryings, 3 + payload.words());
  out.put(program);
  out.put(count);
  out.put(mode);
  out.put(payload);
}

void GL_APIENTRY icd_GetUniformIndices(GLuint program, GLsizei count, const GLchar* const* names,
                                       GLuint* indices) {
  Context* const c = current_context();
  if (c == nullptr) return;
  const std::string all = joined(count, names);
  const Payload payload = c->stream.payload(all.data(), static_cast<std::int64_t>(all.size()), 1);
  WireWords out = c->stream.record(WireOp::GetUniformIndices, 3 + payload.words());
  out.put(program);
  out.put(count);
  out.put(StreamWriter::answer_place());
  out.put(payload);
  c->stream.ask().take(indices);
}

// -------------------------------------------------------------------------------------
// framebuffers

void GL_APIENTRY icd_BindFramebuffer(GLenum target, GLuint framebuffer) {
  Context* const c = current_context();
  if (c == nullptr) return;
  const bool is_sure = gl::state::track_BindFramebuffer(c->shadow, target, framebuffer);
  auto words = c->stream.record(WireOp::BindFramebuffer, 2, is_sure);
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

namespace {

void get_attachment(WireOp op, GLuint which, GLenum attachment, GLenum pname, GLint* params) {
  Context* const c = current_context();
  if (c == nullptr) return;
  WireWords out = c->stream.record(op, 4);
  out.put(which);
  out.put(attachment);
  out.put(pname);
  out.put(StreamWriter::answer_place());
  c->stream.ask().take(params);
}

}  // namespace

void GL_APIENTRY icd_GetFramebufferAttachmentParameteriv(GLenum target, GLenum attachment,
                                                         GLenum pname, GLint* params) {
  get_attachment(WireOp::GetFramebufferAttachmentParameteriv, target, attachment, pname, params);
}

void GL_APIENTRY icd_GetNamedFramebufferAttachmentParameteriv(GLuint framebuffer, GLenum attachment,
                                                              GLenum pname, GLint* params) {
  get_attachment(WireOp::GetNamedFramebufferAttachmentParameteriv, framebuffer, attachment, pname,
                 params);
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
  Context* const c = current_context();
  if (c == nullptr) return;
  gl::state::track_LinkProgram(c->shadow, program);
  c->stream.record(WireOp::DeleteProgram, 1).put(program);
}

void GL_APIENTRY icd_ShaderSource(GLuint shader, GLsizei count, const GLchar* const* string,
                                  const GLint* length) {
  Context* const c = current_context();
  if (c == nullptr) return;
  if (count < 0 || string == nullptr) return c->raise(GL_INVALID_VALUE);
  for (GLsizei i = 0; i < count; ++i)
    if (string[i] == nullptr) return c->raise(GL_INVALID_OPERATION);
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

GLuint GL_APIENTRY icd_CreateShaderProgramv(GLenum type, GLsizei count,
                                            const GLchar* const* strings) {
  Context* const c = current_context();
  if (c == nullptr) return 0;
  if (count < 0) {
    c->raise(GL_INVALID_VALUE);
    return 0;
  }
  std::string text;
  for (GLsizei i = 0; i < count; ++i)
    text += strings[i];
  GLuint program = 0;
  c->make_names(NameKind::program, &program, 1);
  const Payload payload = c->stream.payload(text.data(), static_cast<std::int64_t>(text.size()), 1);
  WireWords out = c->stream.record(WireOp::CreateShaderProgramv, 3 + payload.words());
  out.put(type);
  out.put(program);
  out.put(StreamWriter::answer_place());
  out.put(payload);
  return c->stream.ask().result<std::uint64_t>() != 0 ? program : 0;
}

// ------------------------------------------------------------------------------------- messages

GLuint GL_APIENTRY icd_GetDebugMessageLog(GLuint count, GLsizei size, GLenum* sources,
                                          GLenum* types, GLuint* ids, GLenum* severities,
                                          GLsizei* lengths, GLchar* log) {
  Context* const c = current_context();
  if (c == nullptr) return 0;
  if (log != nullptr && size < 0) {
    c->raise(GL_INVALID_VALUE);
    return 0;
  }
  WireWords out = c->stream.record(WireOp::GetDebugMessageLog, 3);
  out.put(count);
  out.put(log != nullptr ? static_cast<GLuint>(size) : gl::payload_null);
  out.put(StreamWriter::answer_place());
  Reply reply = c->stream.ask();
  const auto many = static_cast<std::size_t>(reply.result<std::uint64_t>());
  const std::byte* from = reply.bytes().data();
  const auto take = [&](void* to, std::size_t bytes) {
    if (to != nullptr && bytes != 0) std::memcpy(to, from, bytes);
    from += bytes;
  };
  std::vector<GLsizei> given(many);
  for (void* const each : {static_cast<void*>(sources), static_cast<void*>(types),
                           static_cast<void*>(ids), static_cast<void*>(severities)})
    take(each, many * sizeof(GLuint));
  std::memcpy(given.data(), from, many * sizeof(GLsizei));
  take(lengths, many * sizeof(GLsizei));
  std::size_t text = 0;
  for (const GLsizei each : given)
    text += static_cast<std::size_t>(each);
  take(log, log != nullptr ? text : 0);
  return static_cast<GLuint>(many);
}

// ------------------------------------------------------------------------ feedback and selection

// What is written there comes with the answer to the next glRenderMode.
void GL_APIENTRY icd_FeedbackBuffer(GLsizei count, GLenum type, GLfloat* to) {
  Context* const c = current_context();
  if (c == nullptr) return;
  c->feedback = {to, std::max(count, 0)};
  WireWords out = c->stream.record(WireOp::FeedbackBuffer, 2);
  out.put(count);
  out.put(type);
}

void GL_APIENTRY icd_SelectBuffer(GLsizei count, GLuint* to) {
  Context* const c = current_context();
  if (c == nullptr) return;
  c->selection = {to, std::max(count, 0)};
  c->stream.record(WireOp::SelectBuffer, 1).put(count);
}

GLint GL_APIENTRY icd_RenderMode(GLenum mode) {
  Context* const c = current_context();
  if (c == nullptr) return 0;
  const GLsizei most = std::max({c->feedback.count, c->selection.count, 1});
  const auto room = c->stream.room(static_cast<std::uint64_t>(most) * sizeof(GLuint));
  if (room.object == 0) {
    c->raise(GL_OUT_OF_MEMORY);
    return 0;
  }
  WireWords out = c->stream.record(WireOp::RenderMode, 2 + 3);
  out.put(mode);
  out.put(StreamWriter::answer_place());
  out.put(room.object);
  out.put(0u);
  out.put(static_cast<std::uint32_t>(most) * std::uint32_t{sizeof(GLuint)});
  Reply reply = c->stream.ask();
  const auto result = reply.result<GLint>();
  std::uint32_t what[2] = {};  // the mode until now, and how many words came
  reply.take(what);
  const auto& to = what[0] == GL_FEEDBACK ? c->feedback : c->selection;
  const auto words = std::min<std::size_t>(what[1], static_cast<std::size_t>(to.count));
  if (words != 0) std::memcpy(to.memory, room.content.data(), words * sizeof(GLuint));
  return result;
}

}  // namespace blink::icd
