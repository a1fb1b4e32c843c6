// Connection: this process' session with the server, which all of its GL contexts share.
//
// Made when the first context is; the server's socket is BLINK_SOCKET, or the user's.
//
// Threads: any.

#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>

#include "vso/client.h"
#include "vso/client_array.h"

namespace blink::icd {

class Connection {
 public:
  // Null where there is no server.
  static Connection* get();

  vso::Client& client() { return *client_; }

  // Objects of the one array that there is. A ClientArray is for one thread at a time, so these
  // take turns.
  std::uint32_t create(std::uint16_t type, std::uint64_t bytes,
                       const vso::ClientArray::Params& params, std::span<std::byte>* content);
  // Publishes what was written to it.
  void publish(std::uint32_t object);
  // The same, and waits until the server has taken it; false: it was refused.
  bool publish_and_wait(std::uint32_t object);
  // Publishes it with other numbers.
  void set_params(std::uint32_t object, const vso::ClientArray::Params& params);
  void retire(std::uint32_t object);
  bool eval(std::uint32_t stream, std::uint32_t begin, std::uint32_t bytes);

  // Says once, on the standard error output, why nothing is drawn.
  static void complain(std::string_view why);

  std::uint32_t next_surface() { return ++surfaces_; }

 private:
  static Result<std::unique_ptr<Connection>> make();

  std::unique_ptr<vso::Client> client_;
  // Hears what the server has to say.
  void listen();

  vso::ClientArray* array_ = nullptr;
  std::mutex mutex_;
  std::map<std::uint32_t, std::uint32_t> refused_;  // objects, and why; guarded by mutex_
  std::atomic<std::uint32_t> surfaces_{0};
};

}  // namespace blink::icd
