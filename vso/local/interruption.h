// Interruption: how the server gets out of system calls that a client has made block.
//
// A client can make more calls block than one would think: a ring, whose eventfd it has filled, and
// even a close(), of a socket that lingers. What they have in common is that a signal ends them.
//
// Threads: any.

#pragma once

#include <pthread.h>
#include <ctime>

namespace blink::vso::local {

// Ends the system call in which the thread blocks, if it blocks in one; one that is about to block
// is not noticed: repeat.
void interrupt(pthread_t thread);

// While this lives, what blocks the calling thread is interrupted after a millisecond, and again.
class Impatience {
 public:
  Impatience();
  ~Impatience();
  Impatience(const Impatience&) = delete;

 private:
  timer_t timer_{};
  bool is_set_ = false;
};

}  // namespace blink::vso::local
