// Session: one client's connection, on a thread of its own.
//
// The thread shakes hands, takes the region on, works while there is work and sleeps when there is
// none. Whatever a client does wrong ends here, with a reason in its region and in the log; a slow
// or stuck client delays this thread only.
//
// Threads: everything public may be called by the server's main thread; info() by any.

#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "common/memory_left.h"
#include "common/roomy_thread.h"
#include "common/status.h"
#include "common/unique_fd.h"
#include "server/client_mail.h"
#include "server/session_link.h"
#include "vso/local/doorbell.h"
#include "vso/local/memory_file.h"
#include "vso/local/socket.h"
#include "vso/object_consumer.h"
#include "vso/region.h"

namespace blink::server {

// Makes what deals with a session's objects. The link outlives it.
using ConsumerFactory = std::function<std::unique_ptr<vso::ObjectConsumer>(
    std::uint32_t session, std::string name, std::shared_ptr<ClientMail> mail,
    const SessionLink& link)>;

struct SessionTerms {
  std::uint32_t id = 0;
  std::uint64_t generation = 0;
  vso::Quotas quotas;
  // How long the thread goes on looking before it sleeps: latency for processor time.
  std::uint32_t spin_us = 0;
  std::uint32_t handshake_ms_max = limits::handshake_ms_max;
  MachineLabel machine = {};
};

// What `blink ps` shows.
struct SessionInfo {
  std::uint32_t id = 0;
  std::string name;
  std::string machine;  // empty: none
  std::int32_t pid = 0;
  std::string state;  // "greeting", "live", "ending"
  std::uint64_t region_bytes = 0;
  std::uint64_t arrays = 0, objects = 0, object_bytes = 0, extents = 0;
  std::uint64_t commands = 0, versions = 0, torn = 0, refused = 0, events_lost = 0;
  std::uint64_t notifications = 0;
};

class Session {
 public:
  // `finished` is rung when the thread is about to end; it outlives the session.
  Session(UniqueFd socket, vso::local::Peer peer, const SessionTerms& terms,
          const ConsumerFactory& make_consumer, const vso::local::Doorbell& finished);
  ~Session();
  Session(const Session&) = delete;

  // Starts the thread. By then the session is where others look for it: a client that has been
  // welcomed finds itself in the list.
  void begin();

  // Asks the thread to end the session with this reason.
  void ask_to_end(std::uint32_t code);
  // Asks the client to end it, and to hold nothing of the server's.
  void ask_to_release();
  // The main thread has seen the client's end of the socket close. The session's thread sees that
  // too, unless it is blocked or kept busy.
  void note_gone();
  // Insists: interrupts whatever the thread is blocked in. For clients that have made their own
  // doorbell block (vso/local/doorbell.h); repeat until is_finished().
  void kick();
  bool is_finished() const { return finished_.load(std::memory_order_acquire); }
  // Finished, or about to be: its client has gone, or the user wants it gone.
  bool is_ending() const {
    return gone_.load(std::memory_order_relaxed) || is_finished() || mail_->end_asked();
  }

  int socket() const { return socket_.get(); }
  vso::local::Peer peer() const { return peer_; }
  const std::string& machine() const { return terms_.machine.name; }
  SessionInfo info() const;

 private:
  enum class Woken : std::uint8_t { rung, asked_to_end, gone };
  using End = ClientMail::End;

  void run();
  End serve();
  static End end_by(const Status& status);
  void say_end(const End& end);
  void let_go();
  Status shake_hands();
  Result<std::unique_ptr<vso::local::MemoryFile>> take_hello();
  Status send_welcome(std::uint32_t code, std::string_view text, bool with_doorbells);
  End work();
  // Why it ends that its client has not done.
  std::optional<End> end_from_outside() const;
  Status post_mail();
  bool spin_for_work() const;
  Woken sleep();
  Status count_notifications(std::uint64_t rings);
  void log_end(const End& end) const;

  const UniqueFd socket_;
  const vso::local::Peer peer_;
  const SessionTerms terms_;
  const ConsumerFactory& make_consumer_;
  const vso::local::Doorbell& all_finished_;
  vso::local::Doorbell wake_;  // rung by the main thread, and when there is mail
  const std::shared_ptr<ClientMail> mail_;
  std::atomic<std::uint32_t> end_asked_{0};
  std::atomic<bool> gone_{false};
  std::atomic<bool> finished_{false};
  std::atomic<std::uint64_t> notifications_{0};

  // The session's thread alone.
  vso::local::Doorbell server_doorbell_;
  vso::local::Doorbell client_doorbell_;
  std::chrono::steady_clock::time_point window_start_;
  std::uint64_t window_rings_ = 0;
  bool welcomed_ = false;
  bool is_over_ = false;  // and only its end is left to be told
  End no_memory_{BLINK_END_SERVER, std::string(no_memory_text)};  // made while there is some

  // Guarded by mutex_ while they are made and dropped, because info() looks.
  mutable std::mutex mutex_;
  std::string name_;
  std::string state_ = "greeting";
  std::unique_ptr<vso::local::MemoryFile> memory_;
  std::unique_ptr<SessionLink> link_;
  std::unique_ptr<vso::ObjectConsumer> consumer_;
  std::unique_ptr<vso::Region> region_;

  RoomyThread thread_;  // last: it uses all of the above
};

}  // namespace blink::server
