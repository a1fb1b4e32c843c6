// Scratch: private memory for the arrays of one record, given back all at once.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace blink::stackreplay {

class Scratch {
 public:
  // Aligned for any number; what is in it is anything.
  std::byte* take(std::size_t bytes) {
    const std::size_t at = used_;
    const std::size_t rounded = (bytes + 15) & ~std::size_t{15};
    if (rounded <= small_.size() - at) {
      used_ += rounded;
      return small_.data() + at;
    }
    large_.push_back(std::make_unique_for_overwrite<std::byte[]>(bytes));
    return large_.back().get();
  }
  void give_back() {
    used_ = 0;
    if (!large_.empty()) large_.clear();
  }

 private:
  alignas(16) std::array<std::byte, 16384> small_;
  std::size_t used_ = 0;
  std::vector<std::unique_ptr<std::byte[]>> large_;
};

}  // namespace blink::stackreplay
