// RedrawWishes: what the desktop asks a session's thread to have drawn beside the screen, because
// it takes too long for the screen's own.
//
// Threads: the compositor's puts, the session's takes.

#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

#include "jit/isa/procedure.h"
#include "server/screen/object_name.h"

namespace blink::server {

struct RedrawWish {
  ObjectName window;
  std::uint32_t width = 0, height = 0;
  std::array<float, jit::input_count> inputs{};
  std::array<float, jit::cells_max> cells{};
  bool has_cells = false;  // else they are as init leaves them
};

class RedrawWishes {
 public:
  void put(const RedrawWish& wish) {
    const std::lock_guard lock(mutex_);
    wishes_[wish.window] = wish;
  }
  std::optional<RedrawWish> take_one() {
    const std::lock_guard lock(mutex_);
    if (wishes_.empty()) return std::nullopt;
    return wishes_.extract(wishes_.begin()).mapped();
  }

 private:
  std::mutex mutex_;
  std::map<ObjectName, RedrawWish> wishes_;  // the newest of each window
};

}  // namespace blink::server
