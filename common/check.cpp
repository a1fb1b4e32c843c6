#include "common/check.h"

#include <cstdio>
#include <cstdlib>

namespace blink {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "blink: bug: CHECK(%s) failed at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace blink
