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
#include "stackreplay/object_names.h"
#include "stackreplay/replay.h"
#include "stackreplay/thunks.h"

namespace blink::stackreplay {

using namespace gl;

// ----------------------------------------------------------------------------- asking and waiting

void eval_GetError(Replay& r, Record& in) {
  Answer answer = r.answer(in.scalar<GLuint>());
  if (!in.is_bad()) answer.give([&] { answer.result(r.take_error()); });
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
  if (client == 0) return;
  const auto found = r.syncs().find(client);
  if (found == r.syncs().end()) return r.raise(GL_INVALID_VALUE);
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
  r.gl.BindFramebuffer(target, draws ? r.framebuffer(client) : r.read_framebuffer(client));
  if (draws) r.bound.draw = client;
  if (reads) r.bound.read = client;
  if (draws && reads && client == 0 && r.read_framebuffer(0) != r.framebuffer(0))
    r.bind_framebuffers();
}

void eval_DrawBuffer(Replay& r, Record& in) {
  const auto buffer = in.scalar<GLenum>();
  if (in.is_bad()) return;
  if (r.bound.draw == 0) r.surface_buffers.draw = buffer;
  r.gl.DrawBuffer(r.buffer_of(r.bound.draw, buffer));
}

void eval_ReadBuffer(Replay& r, Record& in) {
  const auto buffer = in.scalar<GLenum>();
  if (in.is_bad()) return;
  if (r.bound.read == 0) r.surface_buffers.read = buffer;
  r.gl.ReadBuffer(r.buffer_of(r.bound.read, buffer));
}

namespace {

// What is attached to a framebuffer. `ask` is the command, less what it is about.
template <typename Ask>
void give_attachment(Replay& r, Answer& answer, bool is_surface, GLenum attachment, GLenum pname,
                     Ask&& ask) {
  if (is_surface) {
    const GLenum before = attachment;
    attachment = r.surface_attachment(attachment);
    if (attachment == before || pname == GL_FRAMEBUFFER_ATTACHMENT_OBJECT_NAME) {
      r.raise(GL_INVALID_ENUM);  // OpenGL 4.6, section 9.2.3: it has no names
      return answer.give_bytes({});
    }
  }
  const Out<GLint> params = answer.out<GLint>(1);
  if (pname == GL_FRAMEBUFFER_ATTACHMENT_OBJECT_NAME) {
    GLint type = GL_NONE;
    ask(attachment, GL_FRAMEBUFFER_ATTACHMENT_OBJECT_TYPE, &type);
    answer.names(in_list(r, type == GL_RENDERBUFFER ? NameKind::renderbuffer : NameKind::texture));
  } else if (is_surface && pname == GL_FRAMEBUFFER_ATTACHMENT_OBJECT_TYPE) {
    answer.names([](GLuint type) {
      return type == GL_NONE ? GLuint{GL_NONE} : GLuint{GL_FRAMEBUFFER_DEFAULT};
    });
  }
  answer.give([&] { ask(attachment, pname, params.data()); });
}

}  // namespace

void eval_GetFramebufferAttachmentParameteriv(Replay& r, Record& in) {
  const auto target = in.scalar<GLenum>(), attachment = in.scalar<GLenum>();
  const auto pname = in.scalar<GLenum>();
  Answer answer = r.answer(in.scalar<GLuint>());
  if (in.is_bad()) return;
  give_attachment(r, answer, r.is_surface(target), attachment, pname,
                  [&](GLenum what, GLenum name, GLint* to) {
                    r.gl.GetFramebufferAttachmentParameteriv(target, what, name, to);
                  });
}

void eval_GetNamedFramebufferAttachmentParameteriv(Replay& r, Record& in) {
  const auto client = in.scalar<GLuint>();
  const auto attachment = in.scalar<GLenum>(), pname = in.scalar<GLenum>();
  Answer answer = r.answer(in.scalar<GLuint>());
  if (in.is_bad()) return;
  const GLuint made = r.framebuffer(client);
  give_attachment(r, answer, client == 0, attachment, pname,
                  [&](GLenum what, GLenum name, GLint* to) {
                    r.gl.GetNamedFramebufferAttachmentParameteriv(made, what, name, to);
                  });
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

void eval_CreateShaderProgramv(Replay& r, Record& in) {
  const auto type = in.scalar<GLenum>();
  const auto client = in.scalar<GLuint>();
  Answer answer = r.answer(in.scalar<GLuint>());
  const GLchar* const text = in.text();
  if (in.is_bad()) return;
  const GLuint made = r.gl.CreateShaderProgramv(type, 1, &text);
  if (made != 0) r.keep(NameKind::program, client, made);
  answer.result(std::uint64_t{made != 0});
  answer.give_bytes({});
}

// ------------------------------------------------------------------------------------- messages

namespace {

constexpr GLuint messages_max = 128;               // at once; drivers keep fewer
constexpr GLuint messages_bytes_max = 128 * 1024;  // of their texts

}  // namespace

// Taken from a queue: the driver is asked once.
void eval_GetDebugMessageLog(Replay& r, Record& in) {
  const GLuint count = std::min(in.scalar<GLuint>(), messages_max);
  const GLuint size = in.scalar<GLuint>();
  Answer answer = r.answer(in.scalar<GLuint>());
  if (in.is_bad()) return;
  const std::size_t text_bytes =
      size == payload_null ? 0 : std::min<std::size_t>(size, messages_bytes_max);
  std::vector<GLuint> numbers(std::size_t{5} * count);
  std::vector<GLchar> text(text_bytes + 1);
  const auto column = [&](std::size_t which) { return numbers.data() + which * count; };
  auto* const lengths = reinterpret_cast<GLsizei*>(column(4));
  const GLuint many = r.gl.GetDebugMessageLog(count, static_cast<GLsizei>(text_bytes), column(0),
                                              column(1), column(2), column(3), lengths,
                                              size == payload_null ? nullptr : text.data());
  std::vector<std::byte> all;
  const auto add = [&](const void* data, std::size_t bytes) {
    const auto* const from = static_cast<const std::byte*>(data);
    all.insert(all.end(), from, from + bytes);
  };
  std::size_t used = 0;
  for (GLuint i = 0; i < std::min(many, count); ++i)
    used += static_cast<std::size_t>(std::max(lengths[i], 0));
  for (std::size_t which = 0; which < 5; ++which)
    add(column(which), std::min(many, count) * sizeof(GLuint));
  add(text.data(), std::min(used, text_bytes));
  answer.result(std::uint64_t{std::min(many, count)});
  answer.give_bytes(all);
}

// ------------------------------------------------------------------------ feedback and selection

namespace {

// Has the driver write to memory of so many words from now on. It may refuse, and then keeps what
// it had: so it is asked.
template <typename Tell>
void give_memory(Replay& r, GLsizei count, GLenum pointer, Replay::ModeMemory& memory,
                 Tell&& tell) {
  constexpr auto words_max = limits::replayed_array_bytes_max / sizeof(GLuint);
  if (count < 0) return tell(nullptr);  // for the driver to refuse
  if (static_cast<std::uint64_t>(count) > words_max) return r.raise(GL_OUT_OF_MEMORY);
  auto words = std::make_unique<GLuint[]>(static_cast<std::size_t>(count) + 1);
  tell(words.get());
  void* kept = nullptr;
  r.gl.GetPointerv(pointer, &kept);
  if (kept != words.get()) return;
  memory.words = std::move(words);
  memory.count = static_cast<std::uint32_t>(count);
}

// How many words so many hits are: each says how many names it has, in the first of three.
std::uint32_t words_of_hits(const Replay::ModeMemory& memory, GLint hits) {
  std::uint64_t at = 0;
  for (GLint i = 0; i < hits && at < memory.count; ++i)
    at += std::uint64_t{3} + memory.words[at];
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(at, memory.count));
}

}  // namespace

void eval_FeedbackBuffer(Replay& r, Record& in) {
  const auto count = in.scalar<GLsizei>();
  const auto type = in.scalar<GLenum>();
  if (in.is_bad()) return;
  give_memory(r, count, GL_FEEDBACK_BUFFER_POINTER, r.feedback, [&](GLuint* to) {
    r.gl.FeedbackBuffer(count, type, reinterpret_cast<GLfloat*>(to));
  });
}

void eval_SelectBuffer(Replay& r, Record& in) {
  const auto count = in.scalar<GLsizei>();
  if (in.is_bad()) return;
  give_memory(r, count, GL_SELECTION_BUFFER_POINTER, r.selection,
              [&](GLuint* to) { r.gl.SelectBuffer(count, to); });
}

void eval_RenderMode(Replay& r, Record& in) {
  const auto mode = in.scalar<GLenum>();
  Answer answer = r.answer(in.scalar<GLuint>());
  const vso::guest_span room = in.room();
  if (in.is_bad()) return;
  GLint before = GL_RENDER;
  r.gl.GetIntegerv(GL_RENDER_MODE, &before);
  const GLint result = r.gl.RenderMode(mode);
  const Replay::ModeMemory& memory = before == GL_FEEDBACK ? r.feedback : r.selection;
  std::uint32_t words = 0;
  if (before != GL_RENDER && memory.words) {
    words = memory.count;  // of too many, as many as there is room for
    if (result >= 0 && before == GL_SELECT) words = words_of_hits(memory, result);
    if (result >= 0 && before == GL_FEEDBACK)
      words = std::min(words, static_cast<std::uint32_t>(result));
    words =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(words, room.bytes() / sizeof(GLuint)));
    room.copy_in(0, std::as_bytes(std::span(memory.words.get(), words)));
  }
  answer.result(result);
  const std::uint32_t what[] = {static_cast<std::uint32_t>(before), words};
  answer.give_bytes(std::as_bytes(std::span(what)));
}

}  // namespace blink::stackreplay
