// Shared: what a share group's contexts know in common: which names there are and what they stand
// for, what the display lists do to a context's state, which programs are linked.
//
// Threads: any. Names are looked at by every bind, so that takes no lock.

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "gl/state/locations.h"
#include "gl/state/names.h"

namespace blink::gl::state {

// What a display list may change when it is called.
struct ListEffects {
  std::vector<std::uint16_t> slots;  // values that are not known afterwards
  std::vector<GLuint> calls;         // other lists
  bool changes_all = false;
  bool is_unbalanced = false;  // what it begins it does not end, or the contrary
};

// In place of a number: a texture has some target, a buffer has its content from elsewhere than
// glBufferData.
inline constexpr std::uint64_t strange = ~std::uint64_t{0} - 1;

struct Shared {
  Names textures;  // and the target of each, 0: none yet
  Names buffers;   // and how many bytes each has, plus 1; or 0, or strange
  Names renderbuffers;
  Names programs;  // 1: linked
  Locations uniforms, attributes;

  std::atomic<int> mapped_buffers{0};

  void drop_lists(GLuint first, GLuint count) {
    const std::lock_guard lock(lists_mutex);
    std::erase_if(lists, [&](const auto& list) { return list.first - first < count; });
  }
  std::mutex lists_mutex;
  std::unordered_map<GLuint, std::shared_ptr<const ListEffects>> lists;  // guarded by lists_mutex
};

}  // namespace blink::gl::state
