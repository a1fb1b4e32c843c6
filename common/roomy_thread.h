// RoomyThread: a std::thread with a stack of limits::compiling_stack_bytes. GL drivers compile
// shaders on the thread that asks, and go as deep as the shader does.

#pragma once

#include <pthread.h>

#include <functional>

namespace blink {

class RoomyThread {
 public:
  RoomyThread() = default;
  // Throws std::system_error, as std::thread does.
  explicit RoomyThread(std::function<void()> run);
  RoomyThread(RoomyThread&& other) noexcept { *this = std::move(other); }
  RoomyThread& operator=(RoomyThread&& other) noexcept;
  ~RoomyThread();  // which has been joined

  bool joinable() const { return is_there_; }
  void join();
  pthread_t native_handle() const { return thread_; }

 private:
  pthread_t thread_{};
  bool is_there_ = false;
};

}  // namespace blink
