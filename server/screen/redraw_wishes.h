// RedrawWishes: what the desktop asks a session's thread to have drawn beside the screen, because
// it takes too long for the screen's own.
//
// Threads: the compositor's puts, the session's takes.

#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

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
  std::vector<RedrawWish> take() {
    const std::lock_guard lock(mutex_);
    std::vector<RedrawWish> all;
    for (auto& [window, wish] : wishes_)
      all.push_back(wish);
    wishes_.clear();
    return all;
  }

 private:
  std::mutex mutex_;
  std::map<ObjectName, RedrawWish> wishes_;  // the newest of each window
};

}  // namespace blink::server
