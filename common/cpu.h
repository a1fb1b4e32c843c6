// Hints to the processor.

#pragma once

namespace blink {

// In a loop that waits for another processor: lets a sibling thread run and saves power.
inline void cpu_relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

}  // namespace blink
