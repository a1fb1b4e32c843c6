#include "stackreplay/names.h"

#include <algorithm>

#include "common/limits.h"

namespace blink::stackreplay {

using gl::GLuint;

bool NameTable::set(gl::GLuint client, gl::GLuint made) {
  if (const GLuint before = client_of(made); before != client) (void)take(before);
  if (const GLuint before = find(client); before != 0) clients_.erase(before);
  if (clients_.size() >= limits::replayed_names_max) return false;
  clients_[made] = client;
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
  const GLuint made = find(client);
  if (made == 0) return 0;
  clients_.erase(made);
  if (client < low_.size())
    low_[client] = 0;
  else
    high_.erase(client);
  return made;
}

}  // namespace blink::stackreplay
