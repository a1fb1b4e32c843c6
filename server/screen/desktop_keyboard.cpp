// Desktop: which new windows take the keyboard.

#include <algorithm>

#include "common/limits.h"
#include "server/screen/desktop.h"

namespace blink::server {

// The keyboard stays with whom the user has given it to: a new window gets it from its own session;
// while nobody is typing also from no window, and the first one of its session from any.
bool Desktop::may_take_keyboard(const Window& window) const {
  if (stack_.focused() == nullptr) return seat_.is_idle(Clock::now());
  if (!is_strange(window)) return true;
  return !window.client.has_opened && seat_.is_idle(Clock::now(), keyboard_pause_);
}

// Another session has the keyboard.
bool Desktop::is_strange(const Window& window) const {
  const auto* const focused = static_cast<const Window*>(stack_.focused());
  return focused != nullptr && &focused->client != &window.client;
}

// Programs that come again and again do not get each word.
void Desktop::note_taking(Clock::time_point now) {
  const bool is_again = now - std::exchange(taken_at_, now) < limits::keyboard_pause_max;
  keyboard_pause_ = is_again
                        ? std::min<Clock::duration>(2 * keyboard_pause_, limits::keyboard_pause_max)
                        : Seat::typing_pause;
}

}  // namespace blink::server
