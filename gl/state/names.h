// Names: a number for each name of one kind that there is.
//
// A growing array of pages that never move, so that who only looks needs no lock. Names beyond its
// end are not known, as if there were none.
//
// Threads: any.

#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

#include "gl/types.h"

namespace blink::gl::state {

class Names {
 public:
  Names() = default;
  ~Names() {
    for (auto& page : pages_)
      delete page.load(std::memory_order_relaxed);
  }
  Names(const Names&) = delete;

  // Whether there is such a name.
  bool contains(GLuint name) const { return load(name) != 0; }
  // Its number; 0 as well where there is no such name.
  std::uint64_t number(GLuint name) const {
    const std::uint64_t entry = load(name);
    return entry == 0 ? 0 : entry - 1;
  }
  void put(GLuint name, std::uint64_t number);
  void remove(GLuint name);
  // All that there are get this number.
  void forget_numbers(std::uint64_t number);

 private:
  static constexpr std::size_t page_names = 1024, pages_max = 256;
  using Page = std::array<std::atomic<std::uint64_t>, page_names>;

  std::uint64_t load(GLuint name) const {
    if (name >= page_names * pages_max) return 0;
    const Page* const page = pages_[name / page_names].load(std::memory_order_acquire);
    return page == nullptr ? 0 : (*page)[name % page_names].load(std::memory_order_relaxed);
  }

  std::array<std::atomic<Page*>, pages_max> pages_{};
  std::mutex mutex_;
};

}  // namespace blink::gl::state
