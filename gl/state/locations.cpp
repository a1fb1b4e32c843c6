#include "gl/state/locations.h"

namespace blink::gl::state {

std::optional<GLint> Locations::find(GLuint program, std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto found = programs_.find(program);
  if (found == programs_.end()) return std::nullopt;
  const auto location = found->second.find(name);
  return location == found->second.end() ? std::nullopt : std::optional(location->second);
}

void Locations::put(GLuint program, std::string_view name, GLint location) {
  constexpr std::size_t names_max = 4096;  // of a program; it may ask for anything
  if (location < 0) return;
  const std::lock_guard lock(mutex_);
  auto& its = programs_[program];
  if (its.size() < names_max) its.emplace(name, location);
}

void Locations::forget(GLuint program) {
  const std::lock_guard lock(mutex_);
  programs_.erase(program);
}

}  // namespace blink::gl::state
