// What a function takes, in cycles of the time stamp counter; 0 where there is none.

#pragma once

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace blink::bench {

inline double cycles() {
#if defined(__x86_64__)
  unsigned processor = 0;
  return static_cast<double>(__rdtscp(&processor));
#else
  return 0;
#endif
}

template <typename Function>
double cycles_of(Function function) {
  const double start = cycles();
  function();
  return cycles() - start;
}

}  // namespace blink::bench
