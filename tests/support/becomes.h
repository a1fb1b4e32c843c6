#pragma once

#include <unistd.h>

namespace blink::test {

// Whether something comes true, within ten seconds or as long as it takes to look so often.
template <typename IsRight>
bool becomes(IsRight is_right) {
  for (int i = 0; i < 400; ++i) {
    if (is_right()) return true;
    ::usleep(25'000);
  }
  return false;
}

}  // namespace blink::test
