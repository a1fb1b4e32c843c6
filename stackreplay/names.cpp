#include "stackreplay/names.h"

#include <algorithm>
#include <utility>

#include "common/limits.h"

namespace blink::stackreplay {

bool NameTable::set(gl::GLuint client, gl::GLuint made) {
  if (client >= low_max) {
    if (high_.size() >= limits::replayed_names_max) return false;
    high_[client] = made;
    return true;
  }
  if (client >= low_.size())
    low_.resize(std::min<std::size_t>(low_max, std::max<std::size_t>(64, client * 2 + 1)));
  low_[client] = made;
  return true;
}

gl::GLuint NameTable::take(gl::GLuint client) {
  if (client < low_.size()) return std::exchange(low_[client], 0);
  const auto found = high_.find(client);
  if (found == high_.end()) return 0;
  const gl::GLuint made = found->second;
  high_.erase(found);
  return made;
}

}  // namespace blink::stackreplay
