// InputEvent: what the user does, in the terms of the screen, whichever output it comes from.

#pragma once

#include <cstdint>

namespace blink::server {

struct InputEvent {
  enum class Kind : std::uint8_t {
    pointer,  // moved to x, y: pixels of the screen, from its upper left
    button,   // code: 1 left, 2 middle, 3 right
    wheel,    // x, y: steps to the right and away from the user
    key,      // code: as Linux' evdev numbers them
    touch,    // code: which finger; x, y
    leave     // the pointer has left the screen, and keys are not heard any more
  };
  // A moved finger is `repeated`.
  enum class Press : std::uint8_t { released = 0, pressed = 1, repeated = 2 };

  Kind kind = Kind::pointer;
  Press press = Press::released;
  std::uint32_t code = 0;
  float x = 0, y = 0;
};

}  // namespace blink::server
