/* What a broken installation looks like from outside: BLINK_BAD_DRIVER=crash or hang. */

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

__attribute__((constructor)) static void misbehave(void) {
  const char* const how = getenv("BLINK_BAD_DRIVER");
  if (how && strcmp(how, "crash") == 0) raise(SIGSEGV);
  while (how && strcmp(how, "hang") == 0)
    pause();
}
