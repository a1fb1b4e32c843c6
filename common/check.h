// CHECK: assertions about our own code, on in every build. A failed CHECK is a bug in Blink, never
// a client's doing: what a client sends is judged with Status (common/status.h).

#pragma once

namespace blink {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace blink

#define CHECK(condition)                                                                          \
  do {                                                                                            \
    if (__builtin_expect(!(condition), 0)) ::blink::check_failed(#condition, __FILE__, __LINE__); \
  } while (0)
