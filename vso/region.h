// Region: the server's side of one client's shared region.
//
// Everything that the protocol of docs/formats/vso.md asks of the server, without threads, sockets
// or clocks: a transport brings the memory, a session calls turn() when there is work. Nothing in
// the region is trusted, also not what the server has written there itself.
//
// Errors: a guest's fault returned from here ends the session; the owner calls end() with it.
// Threads: one at a time.

#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "common/limits.h"
#include "common/status.h"
#include "vso/blink_vso.h"
#include "vso/client_wake.h"
#include "vso/layout.h"
#include "vso/memory.h"
#include "vso/object_array.h"
#include "vso/object_consumer.h"
#include "vso/ring.h"

namespace blink::vso {

// What a session may have.
struct Quotas {
  std::uint32_t objects_max = limits::session_objects_max;
  std::uint32_t extents_max = limits::session_extents_max;
  std::uint64_t object_bytes_max = limits::session_object_bytes_max;
  std::uint64_t region_bytes_max = limits::session_region_bytes_max;
  std::uint32_t notifications_per_s_max = limits::session_notifications_per_s_max;
};

// What a session has and has done. Written by its own thread, read by any.
struct RegionCounters {
  std::atomic<std::uint64_t> arrays{0};
  std::atomic<std::uint64_t> objects{0};
  std::atomic<std::uint64_t> object_bytes{0};
  std::atomic<std::uint64_t> extents{0};
  std::atomic<std::uint64_t> commands{0};
  std::atomic<std::uint64_t> versions{0};  // committed
  std::atomic<std::uint64_t> torn{0};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> events_lost{0};
};

class Region {
 public:
  struct Identity {
    std::uint64_t generation = 0;
    std::uint32_t session_id = 0;
  };

  // Checks the header and takes the region on. `memory` and `consumer` outlive the region.
  static Result<std::unique_ptr<Region>> attach(Memory& memory, ObjectConsumer& consumer,
                                                const Quotas& quotas, Identity identity);
  ~Region();

  // Does some of what there is to do; true when there is more. `must_stop` is asked between
  // commands, which may take long.
  Result<bool> turn(const std::function<bool()>& must_stop = nullptr);
  // Whether the client has published anything since.
  bool has_work() const;
  // The client has said goodbye and was answered.
  bool said_bye() const { return said_bye_; }

  // The sleep protocol. After announce_sleep() the owner looks at has_work() once more, and only
  // then blocks on its doorbell.
  void announce_sleep() { server_sleeping_.store_ordered(1); }
  void announce_awake() { server_sleeping_.store_ordered(0); }
  // Whether something was published that a sleeping client must be woken for; asked after every
  // turn.
  bool must_ring();

  // Puts an event that the client did not ask for into its ring: a structure that starts with a
  // blink_message whose `bytes` and `type` are set. Without room it is lost, and counted. What will
  // be out of date soon, `is_passing`, leaves half of the ring to the rest.
  Status post(std::span<const std::byte> event, bool is_passing = false);

  // Lets go of every object, and tells the client why the session is over.
  void end(std::uint32_t code, std::string_view text);

  const RegionCounters& counters() const { return counters_; }

 private:
  struct Object;
  struct Slot {
    std::uint64_t version = 0;       // the last one dealt with
    std::unique_ptr<Object> object;  // of which a version was committed
  };
  struct Array {
    ObjectArray shared;
    std::vector<Slot> slots;
  };

  Region(Memory& memory, ObjectConsumer& consumer, const Quotas& quotas, RegionTerms terms);
  void introduce(Identity identity, const RegionTerms& terms);

  Status run_command(const Message& message);
  Status answer(const blink_message& command, std::uint32_t code, std::uint64_t value = 0);
  Status add_array(const blink_command_array& command);
  Status remove_array(const blink_command_array& command);
  Status run_update(const blink_command_update& command);
  Status run_eval(const blink_command_eval& command);
  Status run_added(const blink_command_added& command);
  Status catch_up();
  void drop_array(std::uint32_t index);

  Result<bool> take_changes();
  Status look_at(std::uint32_t array, std::uint32_t slot);
  Status check_record(std::uint32_t array, std::uint32_t slot, const blink_object_record& record);
  Status take_version(std::uint32_t array, std::uint32_t slot, const blink_object_record& record);
  Status check_quotas(const Object* before, const PageList& pages) const;
  Status count_torn(ObjectKey key, std::uint64_t version);
  Status refuse(ObjectKey key, Slot& slot, std::uint64_t version, const Status& why);
  void keep_object(Slot& slot, std::unique_ptr<Object> object);
  void drop_object(Slot& slot);

  void count_lost_event();
  Status post_refusal(std::uint16_t type, ObjectKey key, std::uint64_t version, std::uint32_t code,
                      std::string_view text);

  Memory& memory_;
  ObjectConsumer& consumer_;
  const Quotas quotas_;
  const Layout layout_;
  const std::uint16_t version_minor_;
  guest_span span_;
  guest_word<std::uint64_t> dirty_arrays_;
  ClientWake client_wake_;
  guest_word<std::uint32_t> server_sleeping_;
  RingReader commands_;
  RingWriter events_;

  PageMarks marks_;
  MappedRuns mapped_runs_;
  std::array<std::unique_ptr<Array>, BLINK_ARRAYS_MAX> arrays_;
  std::vector<std::uint32_t> changed_;  // of one array in one turn; kept for its memory
  std::uint64_t pages_looked_at_ = 0;   // in this turn
  Message message_;                     // the command in hand
  RegionCounters counters_;
  bool published_ = false;
  bool said_bye_ = false;
  std::uint32_t unread_answers_ = 0;
  // The object that was torn last, and how often in a row. One is enough: it is about a client that
  // outruns the server, and then with one object at a time.
  ObjectKey torn_key_;
  std::uint32_t torn_count_ = 0;
};

}  // namespace blink::vso
