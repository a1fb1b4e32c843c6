// Only in sanitizer builds: what GL drivers, which are not built with sanitizers, would have them
// say.

#include <cstdlib>

// Libraries stay loaded until the process ends. Drivers keep memory for good, in variables of their
// own; when the EGL loader unloads one, the leak check at the end no longer sees those variables
// and calls the memory lost, in a library that it cannot name any more.
extern "C" __attribute__((visibility("default"))) int dlclose(void*) { return 0; }

// Mesa's threads are ordered by its own atomics, which ThreadSanitizer cannot see.
extern "C" __attribute__((visibility("default"))) const char* __tsan_default_suppressions() {
  return "race:swrast_dri.so\n"
         "race:libgallium\n"
         "race:libLLVM\n";
}

// A server that ends though something hangs leaves by _exit(), and its threads are never joined.
// Elsewhere std::thread sees to it that they are.
extern "C" __attribute__((visibility("default"))) const char* __tsan_default_options() {
  return "report_thread_leaks=0";
}

// Mesa's cache of shaders on disk has a thread that ends while the process does. LeakSanitizer,
// which looks then, falls over it on a busy machine.
__attribute__((constructor)) static void keep_no_shaders() {
  ::setenv("MESA_SHADER_CACHE_DISABLE", "true", 0);
}
