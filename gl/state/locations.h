// Locations: where the variables of linked programs are, as far as somebody has asked.
//
// Threads: any.

#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gl/types.h"

namespace blink::gl::state {

class Locations {
 public:
  std::optional<GLint> find(GLuint program, std::string_view name);
  // Below 0: there is none, or it was an error; that is not kept.
  void put(GLuint program, std::string_view name, GLint location);
  // It is linked anew, or no more.
  void forget(GLuint program);

 private:
  std::mutex mutex_;
  std::unordered_map<GLuint, std::map<std::string, GLint, std::less<>>> programs_;
};

}  // namespace blink::gl::state
