#include "gl/recording.h"

#include <cmath>
#include <cstdio>
#include <string_view>

#include "common/check.h"
#include "gl/generated/dispatch.h"

namespace blink::gl {

// SAFETY: set and cleared by Recording's own constructor and destructor, on the same thread.
thread_local Recording* listener = nullptr;

struct RecordingAccess {
  static std::vector<Recording::Call>* calls() { return listener ? &listener->calls_ : nullptr; }
  static Recording::Lengths lengths() { return listener ? listener->lengths_ : nullptr; }
};

bool Recording::Argument::operator==(const Argument& other) const {
  if (kind != other.kind) return false;
  if (bits == other.bits) return true;
  return kind == Kind::real && std::isnan(std::bit_cast<double>(bits)) &&
         std::isnan(std::bit_cast<double>(other.bits));
}

Recording::Recording(Lengths lengths) : lengths_(lengths) {
  CHECK(listener == nullptr);
  listener = this;
}

Recording::~Recording() { listener = nullptr; }

std::string Recording::text(const Call& call) {
  std::string text(call.name);
  for (const Argument& argument : call.arguments) {
    char number[40];
    if (argument.kind == Argument::Kind::real)
      std::snprintf(number, sizeof number, " %.9g", std::bit_cast<double>(argument.bits));
    else if (argument.kind == Argument::Kind::pointer)
      std::snprintf(number, sizeof number, " %s", argument.bits != 0 ? "(data)" : "(null)");
    else
      std::snprintf(number, sizeof number, " %lld", static_cast<long long>(argument.bits));
    text += number;
  }
  return text;
}

namespace recording {

void begin(std::uint32_t command) {
  begin(command, std::string_view(command_names[command]).substr(2));
}

void begin(std::uint32_t command, std::string_view name) {
  if (auto* calls = RecordingAccess::calls()) calls->push_back({command, name, {}});
}

void note(Recording::Argument argument) {
  if (auto* calls = RecordingAccess::calls()) calls->back().arguments.push_back(argument);
}

std::size_t length_of(std::size_t parameter) {
  const Recording::Lengths lengths = RecordingAccess::lengths();
  return lengths == nullptr ? 0 : lengths(RecordingAccess::calls()->back().command, parameter);
}

}  // namespace recording
}  // namespace blink::gl
