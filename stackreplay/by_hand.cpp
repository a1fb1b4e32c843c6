// The commands that no table describes, replayed. Each stands beside its name in
// gl/wire_overlay.txt, which says why; the other end is client-icd/by_hand.cpp.

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "common/limits.h"
#include "gl/generated/enums.h"
#include "stackreplay/answer.h"
#include "stackreplay/replay.h"
#include "stackreplay/thunks.h"

namespace blink::stackreplay {

using namespace gl;

// ----------------------------------------------------------------------------- asking and waiting

void eval_GetError(Replay& r, Record& in) {
  Answer answer = r.answer(in.scalar<GLuint>());
  if (!in.is_bad()) answer.give([&] { answer.result(r.gl.GetError()); });
}

void eval_Finish(Replay& r, Record& in) {
  Answer answer = r.answer(in.scalar<GLuint>());
  if (!in.is_bad()) answer.give([&] { r.gl.Finish(); });
}

void eval_Flush(Replay& r, Record&) { r.gl.Flush(); }

namespace {

void give_text(Answer& answer, const GLubyte* text) {
  const std::string_view view = text == nullptr ? "" : reinterpret_cast<const char*>(text);
  answer.result(std::uint64_t{text != nullptr});
  answer.give_bytes(std::as_bytes(std::span(view)));
}

}  // namespace

void eval_GetString(Replay& r, Record& in) {
  const auto name = in.scalar<GLenum>();
  Answer answer = r.answer(in.scalar<GLuint>());
  if (!in.is_bad()) give_text(answer, r.gl.GetString(name));
}

void eval_GetStringi(Replay& r, Record& in) {
  const auto name = in.scalar<GLenum>();
  const auto index = in.scalar<GLuint>();
  Answer answer = r.answer(in.scalar<GLuint>());
  if (!in.is_bad()) give_text(answer, r.gl.GetStringi(name, index));
}

// ----------------------------------------------------------------------------------- names in rows

void eval_GenLists(Replay& r, Record& in) {
  const auto first = in.scalar<GLuint>();
  const auto range = in.scalar<GLuint>();
  if (in.is_bad()) return;
  if (range > limits::replayed_names_max || first == 0 || first > ~range)
    return in.refuse("makes too many names");
  const GLuint made = r.gl.GenLists(static_cast<GLsizei>(range));
  for (GLuint i = 0; made != 0 && i < range && !in.is_bad(); ++i)
    r.keep(NameKind::display_list, first + i, made + i);
}

void eval_DeleteLists(Replay& r, Record& in) {
  const auto first = in.scalar<GLuint>();
  const auto range = in.scalar<GLuint>();
  if (in.is_bad()) return;
  if (range > limits::replayed_names_max || first > ~range)
    return in.refuse("deletes too many names");
  for (GLuint i = 0; i < range; ++i)
    if (const GLuint made = r.take(NameKind::display_list, first + i); made != 0)
      r.gl.DeleteLists(made, 1);
}

// ------------------------------------------------------------------------------------------ fences

void eval_FenceSync(Replay& r, Record& in) {
  const auto condition = in.scalar<GLenum>();
  const auto flags = in.scalar<GLbitfield>();
  const auto client = in.scalar<GLuint>();
  if (in.is_bad()) return;
  if (r.syncs().size() >= limits::replayed_names_max) return in.refuse("has too many fences");
  const GLsync made = r.gl.FenceSync(condition, flags);
  if (made == nullptr) return;
  GLsync& place = r.syncs()[client];
  if (place != nullptr) r.gl.DeleteSync(place);
  place = made;
}

// At once: the session has other things to do. The client asks again.
constexpr GLuint64 wait_ns_max = 10'000'000;

void eval_ClientWaitSync(Replay& r, Record& in) {
  const GLsync sync = r.sync(in.scalar<GLuint>());
  const auto flags = in.scalar<GLbitfield>();
  const auto timeout = in.scalar<GLuint64>();
  Answer answer = r.answer(in.scalar<GLuint>());
  if (in.is_bad()) return;
  const GLuint64 step = std::min<GLuint64>(timeout, wait_ns_max);
  answer.give([&] { answer.result(r.gl.ClientWaitSync(sync, flags, step)); });
}

void eval_DeleteSync(Replay& r, Record& in) {
  const auto client = in.scalar<GLuint>();
  if (in.is_bad()) return;
  const auto found = r.syncs().find(client);
  if (found == r.syncs().end()) return;
  r.gl.DeleteSync(found->second);
  r.syncs().erase(found);
}

// -------------------------------------------------------------------------------- lists and texts

void eval_CallLists(Replay& r, Record& in) {
  const auto count = in.scalar<GLsizei>();
  const GLuint* const lists = r.names(NameKind::display_list, in, elements(count));
  if (!in.is_bad()) r.gl.CallLists(count, GL_UNSIGNED_INT, lists);
  r.draws.arrays_changed();
}

namespace {

// Texts behind one another, each with its zero.
std::vector<const GLchar*> texts(Record& in, GLsizei count) {
  std::vector<const GLchar*> each;
  const auto all = in.texts();
  std::size_t at = 0;
  for (GLsizei i = 0; i < count && at < all.size(); ++i) {
    each.push_back(all.data() + at);
    at = all.find('\0', at) + 1;
  }
  if (std::cmp_not_equal(each.size(), std::max(count, 0))) in.refuse("has too few texts");
  return each;
}

}  // namespace

void eval_TransformFeedbackVaryings(Replay& r, Record& in) {
  const GLuint program = r.name(NameKind::program, in.scalar<GLuint>());
  const auto count = in.scalar<GLsizei>();
  const auto mode = in.scalar<GLenum>();
  const auto names = texts(in, count);
  if (!in.is_bad()) r.gl.TransformFeedbackVaryings(program, count, names.data(), mode);
}

void eval_GetUniformIndices(Replay& r, Record& in) {
  const GLuint program = r.name(NameKind::program, in.scalar<GLuint>());
  const auto count = in.scalar<GLsizei>();
  Answer answer = r.answer(in.scalar<GLuint>());
  const auto names = texts(in, count);
  const Out<GLuint> indices = answer.out<GLuint>(elements(count));
  if (in.is_bad()) return;
  answer.give([&] { r.gl.GetUniformIndices(program, count, names.data(), indices.data()); });
}

// -------------------------------------------------------------------------------------
// framebuffers

void eval_BindFramebuffer(Replay& r, Record& in) {
  const auto target = in.scalar<GLenum>();
  const auto client = in.scalar<GLuint>();
  if (in.is_bad()) return;
  const bool draws = target == GL_FRAMEBUFFER || target == GL_DRAW_FRAMEBUFFER;
  const bool reads = target == GL_FRAMEBUFFER || target == GL_READ_FRAMEBUFFER;
  // The driver says what is wrong with anything else.
  const GLuint made = client == 0 ? r.surface_framebuffer() : r.name(NameKind::framebuffer, client);
  r.gl.BindFramebuffer(target, made);
  if (draws) r.bound.draw = client;
  if (reads) r.bound.read = client;
}

namespace {

// A surface's colour is that of a framebuffer object of ours.
GLenum buffer_in_driver(GLenum buffer) {
  switch (buffer) {
    case GL_BACK:
    case GL_BACK_LEFT:
    case GL_FRONT:
    case GL_FRONT_LEFT:
    case GL_LEFT:
    case GL_FRONT_AND_BACK: return GL_COLOR_ATTACHMENT0;
    default: return buffer;
  }
}

}  // namespace

void eval_DrawBuffer(Replay& r, Record& in) {
  const auto buffer = in.scalar<GLenum>();
  if (!in.is_bad()) r.gl.DrawBuffer(r.bound.draw == 0 ? buffer_in_driver(buffer) : buffer);
}

void eval_ReadBuffer(Replay& r, Record& in) {
  const auto buffer = in.scalar<GLenum>();
  if (!in.is_bad()) r.gl.ReadBuffer(r.bound.read == 0 ? buffer_in_driver(buffer) : buffer);
}

// ---------------------------------------------------------------------------- shaders and programs

void eval_CreateShader(Replay& r, Record& in) {
  const auto type = in.scalar<GLenum>();
  const auto client = in.scalar<GLuint>();
  if (in.is_bad()) return;
  if (const GLuint made = r.gl.CreateShader(type); made != 0)
    r.keep(NameKind::shader, client, made);
}

void eval_CreateProgram(Replay& r, Record& in) {
  const auto client = in.scalar<GLuint>();
  if (in.is_bad()) return;
  if (const GLuint made = r.gl.CreateProgram(); made != 0) r.keep(NameKind::program, client, made);
}

void eval_DeleteShader(Replay& r, Record& in) {
  const auto client = in.scalar<GLuint>();
  if (!in.is_bad() && client != 0) r.gl.DeleteShader(r.name(NameKind::shader, client));
}

void eval_DeleteProgram(Replay& r, Record& in) {
  const auto client = in.scalar<GLuint>();
  if (!in.is_bad() && client != 0) r.gl.DeleteProgram(r.name(NameKind::program, client));
}

void eval_ShaderSource(Replay& r, Record& in) {
  const GLuint shader = r.name(NameKind::shader, in.scalar<GLuint>());
  const GLchar* const text = in.text();
  if (!in.is_bad()) r.gl.ShaderSource(shader, 1, &text, nullptr);
}

}  // namespace blink::stackreplay
