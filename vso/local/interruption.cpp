#include "vso/local/interruption.h"

#include <unistd.h>
#include <csignal>
#include <mutex>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

namespace blink::vso::local {
namespace {

constexpr int signal_number = SIGUSR1;
constexpr long period_ns = 1'000'000;

// A signal whose handler does nothing: it ends a blocking call with EINTR.
void install_handler() {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction action {};
    action.sa_handler = [](int) {};  // without SA_RESTART
    ::sigaction(signal_number, &action, nullptr);
  });
}

}  // namespace

void interrupt(pthread_t thread) {
  install_handler();
  ::pthread_kill(thread, signal_number);
}

Impatience::Impatience() {
  install_handler();
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = signal_number;
  event.sigev_notify_thread_id = ::gettid();
  if (::timer_create(CLOCK_MONOTONIC, &event, &timer_) != 0) return;  // patient, then
  is_set_ = true;
  const itimerspec period{{0, period_ns}, {0, period_ns}};
  ::timer_settime(timer_, 0, &period, nullptr);
}

Impatience::~Impatience() {
  if (is_set_) ::timer_delete(timer_);
}

}  // namespace blink::vso::local
