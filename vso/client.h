// Client: a client's session with the server.
//
// Owns the region, hands out its pages, sends commands, and waits. Objects live in arrays
// (vso/client_array.h). When the server dies nothing here is lost: the region is the client's own
// memory, and reconnect() hands the same region with all its objects to whoever serves next.
//
// Threads: any. Each ClientArray is for one thread at a time, as a GL context is. reconnect() must
// not run beside any other call.

#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "common/status.h"
#include "common/unique_fd.h"
#include "vso/blink_vso.h"
#include "vso/layout.h"
#include "vso/local/client_link.h"
#include "vso/local/memory_file.h"
#include "vso/page_allocator.h"
#include "vso/ring.h"

namespace blink::vso {

class ClientArray;

struct ClientOptions {
  std::string socket_path;
  std::string name = "client";
  std::uint64_t region_bytes = 256ull << 20;  // costs memory only where it is used
  std::uint32_t command_ring_pages = 4;
  std::uint32_t event_ring_pages = 16;
  std::uint64_t features_offered = 0;
  std::uint64_t features_required = 0;
};

// What the server has said about an object, a window or the session.
struct ClientEvent {
  std::uint16_t type = 0;  // BLINK_EVENT_*
  std::uint32_t array = 0;
  std::uint32_t object = 0;
  std::uint64_t version = 0;
  std::uint32_t code = 0;  // BLINK_END_*; of input: which button, key, finger
  std::string text;
  // Of struct blink_event_window.
  std::uint64_t time_us = 0;
  std::uint32_t kind = 0;  // BLINK_INPUT_*
  std::uint32_t value = 0;
  std::uint32_t modifiers = 0;
  float number[2] = {};
};

class Client {
 public:
  using Clock = std::chrono::steady_clock;

  static Result<std::unique_ptr<Client>> connect(ClientOptions options);
  ~Client();

  // A round trip through the server's session thread.
  Status ping();
  Result<ClientArray*> add_array(std::uint32_t capacity);
  Status remove_array(ClientArray* array);
  // Has the server run `update` of a window, with all that was published before.
  Status update(const ClientArray& array, std::uint32_t window);
  // Has the server replay a part of a GL stream, with all that was published before; does not wait.
  Status eval(const ClientArray& array, std::uint32_t stream, std::uint32_t begin,
              std::uint32_t bytes);
  // The same of its ring, up to that place.
  Status added(const ClientArray& array, std::uint32_t stream, std::uint64_t place);
  // Ends the session in good order: afterwards the server holds nothing.
  Status bye();
  // Ends the session in good order, and keeps nothing of it but the region, which is this process'
  // alone from then on: as if the server had gone. No other call runs beside it.
  void release();
  // After the server has gone: gives the region to the one that is there now, or comes before the
  // deadline. It tries once at least.
  Status reconnect(Clock::time_point deadline = {});
  // Whether the server has gone without a word: another one may come.
  bool has_lost_server() const;
  // Another descriptor of the connection's, which can be read when the server has gone.
  UniqueFd end_fd() const;

  // Why the session is over, once it is: the server's reason, or that it has gone.
  std::optional<Status> ended() const;
  Result<std::optional<ClientEvent>> next_event();
  bool has_event();

  // Waits until `is_true` or the deadline; looks again whenever the server has published something.
  // False at the deadline and when the session has ended.
  bool wait_until(Clock::time_point deadline, const std::function<bool()>& is_true);
  bool wait_for_event(Clock::time_point deadline);

  std::uint64_t generation() const;
  std::uint32_t session_id() const;
  // What both ends speak.
  std::uint16_t version_minor() const;
  const Layout& layout() const { return layout_; }
  local::MemoryFile& memory() { return *memory_; }

 private:
  friend class ClientArray;
  Client(ClientOptions options, std::unique_ptr<local::MemoryFile> memory, Layout layout);

  Status link_up();
  Status try_to_reconnect();
  void write_header();
  // Sends a command and waits for its answer.
  Status run_command(std::span<std::byte> message);
  // Sends a command that has no answer.
  Status post_command(std::span<const std::byte> message);
  Result<std::uint16_t> send_command(std::span<std::byte> message, std::uint64_t& ticket);
  Status add_array_at(const ClientArray& array);
  // After anything was published: wakes the server if it sleeps.
  void published();
  void mark_array(std::uint32_t array);
  guest_span span() const { return memory_->span(); }

  // Pages are taken and given back by all arrays.
  std::optional<PageRun> take_page_run(std::uint32_t pages);
  std::vector<PageRun> take_pages(std::uint32_t pages, bool scattered);
  void give_back_pages(std::span<const PageRun> runs);

  const ClientOptions options_;
  const std::unique_ptr<local::MemoryFile> memory_;
  const Layout layout_;
  std::optional<local::ClientLink> link_;
  guest_word<std::uint64_t> dirty_arrays_;
  guest_word<std::uint32_t> client_sleeping_;
  guest_word<std::uint32_t> server_sleeping_;
  guest_word<std::uint64_t> heartbeat_;

  std::mutex pages_mutex_;
  PageAllocator pages_;

  std::mutex command_mutex_;
  std::optional<RingWriter> commands_;
  std::uint64_t next_ticket_ = 1;
  std::uint64_t reply_slots_free_ = ~0ull;

  std::mutex event_mutex_;
  std::optional<RingReader> events_;
  Message event_message_;

  // One of the waiting threads sleeps on the doorbell; the others sleep until it has woken.
  std::mutex wait_mutex_;
  std::condition_variable woken_;
  bool has_sleeper_ = false;

  std::mutex arrays_mutex_;  // held over the commands that add and remove arrays
  std::array<std::unique_ptr<ClientArray>, BLINK_ARRAYS_MAX> arrays_;
};

}  // namespace blink::vso
