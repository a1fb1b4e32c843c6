// Commands of OpenGL with arguments by chance, right ones and wrong ones; gl/state_table.py writes
// which commands there are.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <type_traits>

#include "gl/generated/dispatch.h"

namespace blink::test {

class Chance {
 public:
  explicit Chance(std::uint32_t seed) : random_(seed) {}

  std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(random_()) % end; }
  double real() {
    constexpr double usual[] = {0, 1, 0.5, 0.25, -1, 2, 0.75, 45, 100, -0.5};
    return below(4) == 0 ? static_cast<double>(below(1'000'000)) / 500'000 - 0.5 : usual[below(10)];
  }
  std::int64_t number() {
    constexpr std::int64_t usual[] = {0, 1, 2, 3, 4, 8, 16, 64, 255, -1};
    return below(8) == 0 ? static_cast<std::int64_t>(below(100'000)) - 20'000 : usual[below(10)];
  }
  std::uint64_t one_of(std::initializer_list<std::uint64_t> values) {
    if (below(12) == 0) return below(0x9300);
    return values.begin()[below(static_cast<std::uint32_t>(values.size()))];
  }
  std::uint64_t bits(std::initializer_list<std::uint64_t> values) {
    std::uint64_t all = 0;
    for (std::uint32_t i = below(4); i > 0; --i)
      all |= values.begin()[below(static_cast<std::uint32_t>(values.size()))];
    return all;
  }
  template <typename T>
  T* array() {
    for (std::size_t i = 0; i < 16; ++i) {
      const T value =
          std::is_floating_point_v<T> ? static_cast<T>(real()) : static_cast<T>(number());
      reinterpret_cast<T*>(memory_.data())[i] = value;
    }
    return reinterpret_cast<T*>(memory_.data());
  }
  gl::GLuint* names() {
    for (std::size_t i = 0; i < 64; ++i)
      reinterpret_cast<gl::GLuint*>(memory_.data())[i] = below(7);
    return reinterpret_cast<gl::GLuint*>(memory_.data());
  }
  void* bytes() { return memory_.data(); }

 private:
  std::mt19937 random_;
  // Enough for as many names as number() may ask for.
  alignas(8) std::array<std::byte, 512 * 1024> memory_{};
};

struct RandomCommand {
  const char* name;
  void (*call)(const gl::Dispatch&, Chance&);
};
extern const RandomCommand random_commands[];
extern const std::size_t random_command_count;

// What there is to be asked for: the items of gl/state_table.txt.
unsigned item_name(std::size_t number);
const char* item_text(std::size_t number);
std::size_t item_count();

}  // namespace blink::test
