// Memory for compiled code: written while it cannot be executed, executed while it cannot be
// written.
//
// Pieces that are given back are kept for the next code of their size, unless they are long, since
// compiling is faster than the kernel makes pages.
//
// Threads: any.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "common/status.h"
#include "jit/compile/growing_memory.h"

namespace blink::jit {

class CodeMemory {
 public:
  // A copy of the code, executable.
  static Result<CodeMemory> make(std::span<const std::uint8_t> code);
  // Of code at the beginning of memory which becomes it: for what is too long to be copied.
  static Result<CodeMemory> make(GrowingMemory& memory, std::size_t code_bytes);
  static constexpr std::size_t copied_bytes_max = 8u << 20;

  CodeMemory(CodeMemory&& other) noexcept;
  CodeMemory& operator=(CodeMemory&&) = delete;
  ~CodeMemory();

  const void* start() const { return pages_; }
  std::size_t bytes() const { return bytes_; }  // of the pages

 private:
  CodeMemory(void* pages, std::size_t bytes) : pages_(pages), bytes_(bytes) {}
  static Result<CodeMemory> executable(CodeMemory memory);

  void* pages_;
  std::size_t bytes_;
};

}  // namespace blink::jit
