// What is answered from the shadow of the state (gl/state/), and what the server is asked for
// instead.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "client-icd/encode.h"
#include "gl/generated/enums.h"

namespace blink::icd {

using namespace gl;
using gl::StreamOp;

namespace {

template <typename T>
constexpr WireOp get_of() {
  if constexpr (std::is_same_v<T, GLboolean>) return WireOp::GetBooleanv;
  if constexpr (std::is_same_v<T, GLint>) return WireOp::GetIntegerv;
  if constexpr (std::is_same_v<T, GLint64>) return WireOp::GetInteger64v;
  if constexpr (std::is_same_v<T, GLfloat>) return WireOp::GetFloatv;
  return WireOp::GetDoublev;
}
template <typename T>
constexpr WireOp get_indexed_of() {
  if constexpr (std::is_same_v<T, GLboolean>) return WireOp::GetBooleani_v;
  if constexpr (std::is_same_v<T, GLint>) return WireOp::GetIntegeri_v;
  if constexpr (std::is_same_v<T, GLint64>) return WireOp::GetInteger64i_v;
  if constexpr (std::is_same_v<T, GLfloat>) return WireOp::GetFloati_v;
  return WireOp::GetDoublei_v;
}

bool is_alike(double ours, double theirs) {
  return ours == theirs || (std::isnan(ours) && std::isnan(theirs));
}

[[noreturn]] void differ(const char* what, const std::string& ours, const std::string& theirs) {
  std::fprintf(stderr, "BLINK_GL_CHECK: %s is %s here, and %s in the server\n", what, ours.c_str(),
               theirs.c_str());
  std::fflush(nullptr);
  std::_Exit(86);
}

template <typename T>
void compare_values(const state::ItemInfo& its, const void* here, const void* there) {
  std::vector<T> ours(its.count), theirs(its.count);
  std::memcpy(ours.data(), here, its.count * sizeof(T));
  std::memcpy(theirs.data(), there, its.count * sizeof(T));
  std::string text[2];
  bool is_same = true, is_clamped = false;
  for (std::size_t i = 0; i < its.count; ++i) {
    const auto one = static_cast<double>(ours[i]), other = static_cast<double>(theirs[i]);
    is_same = is_same && is_alike(one, other);
    is_clamped = is_clamped || (its.type == state::Type::bits && (one < 0 || one == INT32_MAX)) ||
                 (its.type == state::Type::colour && !(one >= 0 && one <= 1));
    text[0] += std::to_string(one) + ' ';
    text[1] += std::to_string(other) + ' ';
  }
  if (!is_same && !is_clamped) differ(its.text, text[0], text[1]);
}

template <typename T>
void compare(GLenum name, const T* ours, Reply reply) {
  const state::ItemInfo& its = state::infos[state::find(name)];
  // An object's name: there it is another, and only as a number is it translated.
  if (its.type == state::Type::name && !std::is_same_v<T, GLint>) return;
  const auto bytes = reply.bytes();
  std::vector<T> theirs(its.count);
  std::memcpy(theirs.data(), bytes.data(), std::min(bytes.size(), its.count * sizeof(T)));
  compare_values<T>(its, ours, theirs.data());
}

constexpr WireComponents components_of(state::Type type) {
  switch (type) {
    case state::Type::boolean:
    case state::Type::number:
    case state::Type::name:
    case state::Type::bits: return WireComponents::number;
    case state::Type::long_real:
    case state::Type::long_colour: return WireComponents::long_real;
    default: return WireComponents::real;
  }
}

double number_at(state::Type type, const std::uint32_t* words, std::size_t i) {
  switch (components_of(type)) {
    case WireComponents::number: return static_cast<GLint>(words[i]);
    case WireComponents::real: {
      GLfloat value;
      std::memcpy(&value, words + i, sizeof value);
      return value;
    }
    default: {
      GLdouble value;
      std::memcpy(&value, words + 2 * i, sizeof value);
      return value;
    }
  }
}

}  // namespace

std::vector<std::byte> Context::ask_for(const std::vector<std::uint16_t>& slots) {
  std::vector<WireValue> wanted;
  for (const std::uint16_t slot : slots) {
    const state::ItemInfo& its = state::info_of_slot(slot);
    wanted.push_back({its.name, components_of(its.type), its.count});
  }
  const Payload payload =
      stream.payload(wanted.data(), static_cast<std::int64_t>(wanted.size()), sizeof(WireValue));
  WireWords out = stream.record(StreamOp::get_state, 2 + payload.words());
  out.put(StreamWriter::answer_place());
  out.put(static_cast<GLuint>(wanted.size()));
  out.put(payload);
  const auto answer = stream.ask().bytes();
  std::size_t bytes = 0;
  for (const WireValue& each : wanted)
    bytes += 4 + each.count * component_bytes(each.type);
  return answer.size() < bytes ? std::vector<std::byte>()
                               : std::vector<std::byte>(answer.begin(), answer.end());
}

void Context::learn_state() {
  if (!shadow.may_ask()) return;
  const std::vector<std::uint16_t> slots = shadow.unknown();
  if (slots.empty()) return;
  const std::vector<std::byte> answer = ask_for(slots);
  const std::byte* at = answer.data();
  for (std::size_t i = 0; i < slots.size() && !answer.empty(); ++i) {
    std::uint32_t is_there = 0;
    std::memcpy(&is_there, at, sizeof is_there);
    shadow.learn(slots[i], is_there != 0 ? at + 4 : nullptr);
    const state::ItemInfo& its = state::info_of_slot(slots[i]);
    at += 4 + its.count * component_bytes(components_of(its.type));
  }
}

void Context::check_state() {
  if (!shadow.may_ask()) return;
  const std::vector<std::uint16_t> slots = shadow.known();
  const std::vector<std::byte> answer = ask_for(slots);
  const std::byte* at = answer.data();
  for (std::size_t i = 0; i < slots.size() && !answer.empty(); ++i) {
    const state::ItemInfo& its = state::info_of_slot(slots[i]);
    const WireComponents type = components_of(its.type);
    std::uint32_t is_there = 0;
    std::memcpy(&is_there, at, sizeof is_there);
    if (is_there == 0) differ(its.text, "there", "an error");
    const void* const ours = shadow.value(slots[i]);
    switch (type) {
      case WireComponents::number: compare_values<GLint>(its, ours, at + 4); break;
      case WireComponents::real: compare_values<GLfloat>(its, ours, at + 4); break;
      case WireComponents::long_real: compare_values<GLdouble>(its, ours, at + 4); break;
    }
    at += 4 + its.count * component_bytes(type);
  }
}

void Context::check_initial() {
  for (const std::uint16_t slot : shadow.known()) {
    const state::ItemInfo& its = state::info_of_slot(slot);
    if (its.initial == nullptr || its.type == state::Type::bits) continue;
    std::string text[2];
    bool is_same = true;
    for (std::size_t i = 0; i < its.count; ++i) {
      const double learnt = number_at(its.type, shadow.value(slot), i);
      is_same = is_same && is_alike(static_cast<GLfloat>(its.initial[i]), learnt);
      text[0] += std::to_string(its.initial[i]) + ' ';
      text[1] += std::to_string(learnt) + ' ';
    }
    if (!is_same) differ((std::string("in the beginning ") + its.text).c_str(), text[0], text[1]);
  }
}

template <typename T>
bool Context::gives_slowly(GLenum name, T* to) {
  if (name == GL_NUM_EXTENSIONS) {
    *to = static_cast<T>(extensions_of(*this).size());
    return true;
  }
  for (int tries = 0; tries < 2 && shadow.can_learn(name); ++tries)  // units first
    learn_state();
  if (!shadow.get(name, to)) return false;
  if (!is_checking_) return true;
  WireWords out = stream.record(get_of<T>(), 2, true);
  out.put(name);
  out.put(StreamWriter::answer_place());
  compare(name, to, stream.ask());
  check_state();
  return true;
}

template <typename T>
bool Context::gives_indexed(GLenum name, GLuint index, T* to) {
  if (!shadow.get_indexed(name, index, to)) return false;
  if (!is_checking_) return true;
  WireWords out = stream.record(get_indexed_of<T>(), 3, true);
  out.put(name);
  out.put(index);
  out.put(StreamWriter::answer_place());
  compare(name, to, stream.ask());
  check_state();
  return true;
}

template bool Context::gives_slowly(GLenum, GLboolean*);
template bool Context::gives_slowly(GLenum, GLint*);
template bool Context::gives_slowly(GLenum, GLint64*);
template bool Context::gives_slowly(GLenum, GLfloat*);
template bool Context::gives_slowly(GLenum, GLdouble*);
template bool Context::gives_indexed(GLenum, GLuint, GLboolean*);
template bool Context::gives_indexed(GLenum, GLuint, GLint*);
template bool Context::gives_indexed(GLenum, GLuint, GLint64*);
template bool Context::gives_indexed(GLenum, GLuint, GLfloat*);
template bool Context::gives_indexed(GLenum, GLuint, GLdouble*);

std::optional<GLboolean> Context::enabled(GLenum name) {
  const std::uint16_t item = state::find(name);
  if (item == state::no_item || !state::infos[item].is_capability) return std::nullopt;
  GLboolean is = 0;
  return gives(name, &is) ? std::optional(is) : std::nullopt;
}

std::optional<GLboolean> Context::enabled(GLenum name, GLuint index) {
  GLboolean is = 0;
  if (!shadow.get_enabled_indexed(name, index, &is)) return std::nullopt;
  if (!is_checking_) return is;
  WireWords out = stream.record(WireOp::IsEnabledi, 3, true);
  out.put(name);
  out.put(index);
  out.put(StreamWriter::answer_place());
  const auto theirs = stream.ask().result<GLboolean>();
  if (is != theirs)
    differ(state::infos[state::find(name)].text, std::to_string(is), std::to_string(theirs));
  return is;
}

std::optional<GLint> Context::location(state::Locations& known, WireOp op, GLuint program,
                                       const GLchar* name) {
  if (name == nullptr || !shadow.takes_at_once()) return std::nullopt;
  const auto location = known.find(program, name);
  if (!location || !is_checking_) return location;
  const Payload text = StreamWriter::text(name);
  WireWords out = stream.record(op, 2 + text.words(), true);
  out.put(program);
  out.put(StreamWriter::answer_place());
  out.put(text);
  const auto theirs = stream.ask().result<GLint>();
  if (*location != theirs) differ("a location", std::to_string(*location), std::to_string(theirs));
  return location;
}

GLenum Context::get_error() {
  const bool is_none = !stream.is_unsure() && shadow.may_ask();
  if (is_none && !is_checking_) [[likely]]
    return GL_NO_ERROR;
  stream.record(WireOp::GetError, 1).put(StreamWriter::answer_place());
  const auto error = stream.ask().result<GLenum>();
  if (is_none && error != GL_NO_ERROR) differ("glGetError", "0", std::to_string(error));
  if (error == GL_NO_ERROR && shadow.may_ask()) stream.set_unsure(false);
  if (is_checking_) check_state();
  return error;
}

}  // namespace blink::icd
