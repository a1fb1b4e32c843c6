#include "common/roomy_thread.h"

#include <sys/mman.h>

#include <memory>
#include <system_error>
#include <utility>

#include "common/check.h"
#include "common/limits.h"

namespace blink {
namespace {

// Not by huge pages: of a thousand threads' stacks hardly the first pages are used.
void use_small_pages() {
  pthread_attr_t attributes;
  if (::pthread_getattr_np(::pthread_self(), &attributes) != 0) return;
  void* stack = nullptr;
  std::size_t bytes = 0;
  if (::pthread_attr_getstack(&attributes, &stack, &bytes) == 0)
    (void)::madvise(stack, bytes, MADV_NOHUGEPAGE);
  ::pthread_attr_destroy(&attributes);
}

void* run_all(void* given) {
  const std::unique_ptr<std::function<void()>> run(static_cast<std::function<void()>*>(given));
  use_small_pages();
  (*run)();
  return nullptr;
}

}  // namespace

RoomyThread::RoomyThread(std::function<void()> run) {
  auto given = std::make_unique<std::function<void()>>(std::move(run));
  pthread_attr_t attributes;
  CHECK(::pthread_attr_init(&attributes) == 0);
  CHECK(::pthread_attr_setstacksize(&attributes, limits::compiling_stack_bytes) == 0);
  const int error = ::pthread_create(&thread_, &attributes, run_all, given.get());
  ::pthread_attr_destroy(&attributes);
  if (error != 0) throw std::system_error(error, std::generic_category(), "a thread");
  (void)given.release();  // the thread's
  is_there_ = true;
}

RoomyThread& RoomyThread::operator=(RoomyThread&& other) noexcept {
  CHECK(!is_there_);
  thread_ = other.thread_;
  is_there_ = std::exchange(other.is_there_, false);
  return *this;
}

RoomyThread::~RoomyThread() { CHECK(!is_there_); }

void RoomyThread::join() {
  CHECK(std::exchange(is_there_, false));
  CHECK(::pthread_join(thread_, nullptr) == 0);
}

}  // namespace blink
