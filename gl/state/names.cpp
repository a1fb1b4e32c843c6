#include "gl/state/names.h"

namespace blink::gl::state {

void Names::put(GLuint name, std::uint64_t number) {
  if (name == 0 || name >= page_names * pages_max) return;
  std::atomic<Page*>& place = pages_[name / page_names];
  Page* page = place.load(std::memory_order_acquire);
  if (page == nullptr) {
    const std::lock_guard lock(mutex_);
    page = place.load(std::memory_order_acquire);
    if (page == nullptr) {
      page = new Page{};
      place.store(page, std::memory_order_release);
    }
  }
  (*page)[name % page_names].store(number + 1, std::memory_order_relaxed);
}

void Names::remove(GLuint name) {
  if (!contains(name)) return;
  Page* const page = pages_[name / page_names].load(std::memory_order_acquire);
  (*page)[name % page_names].store(0, std::memory_order_relaxed);
}

void Names::forget_numbers(std::uint64_t number) {
  for (auto& place : pages_) {
    Page* const page = place.load(std::memory_order_acquire);
    for (std::size_t i = 0; page != nullptr && i < page_names; ++i)
      if ((*page)[i].load(std::memory_order_relaxed) != 0)
        (*page)[i].store(number + 1, std::memory_order_relaxed);
  }
}

}  // namespace blink::gl::state
