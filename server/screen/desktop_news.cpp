#include "server/screen/desktop_news.h"

namespace blink::server {

void merge(SessionNews& waiting, SessionNews news) {
  if (news.is_over) waiting = {};
  waiting.is_over |= news.is_over;
  waiting.of = std::move(news.of);
  for (auto& [name, bytes] : news.data)
    waiting.data[name] = std::move(bytes);
  for (auto& [name, face] : news.pictures)
    waiting.pictures[name] = std::move(face);
  for (auto& [name, its] : news.windows) {
    WindowNews& window = waiting.windows[name];
    if (its.shape) window.shape = std::move(its.shape);
    if (its.params) window.params = std::move(its.params);
    if (its.picture) window.picture = std::move(its.picture);
    if (its.redrawn) window.redrawn = std::move(its.redrawn);
    for (std::size_t i = 0; i < its.procedures.size(); ++i)
      if (its.procedures[i]) window.procedures[i] = std::move(its.procedures[i]);
  }
}

}  // namespace blink::server
