// Memory for compiled code: written while it cannot be executed, executed while it cannot be
// written.
//
// Pieces that are given back are kept for the next code of their size, since compiling is faster
// than the kernel makes pages.
//
// Threads: any.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "common/status.h"

namespace blink::jit {

class CodeMemory {
 public:
  // A copy of the code, executable.
  static Result<CodeMemory> make(std::span<const std::uint8_t> code);

  CodeMemory(CodeMemory&& other) noexcept;
  CodeMemory& operator=(CodeMemory&&) = delete;
  ~CodeMemory();

  const void* start() const { return pages_; }
  std::size_t bytes() const { return bytes_; }  // of the pages

 private:
  CodeMemory(void* pages, std::size_t bytes) : pages_(pages), bytes_(bytes) {}

  void* pages_;
  std::size_t bytes_;
};

}  // namespace blink::jit
