// Suggestion: the name that was probably meant.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace blink::jit {

class Suggestion {
 public:
  explicit Suggestion(std::string_view word);

  // Each name that would have been right. It must live as long as this.
  void offer(std::string_view name);
  // "did you mean X?", or nothing when no name was near.
  std::string text() const;

 private:
  std::string word_;
  std::string_view best_;
  std::uint32_t distance_;  // of the best; what is not nearer is not taken
};

}  // namespace blink::jit
