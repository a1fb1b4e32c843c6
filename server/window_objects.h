// WindowObjects: what the server does with a session's windows and what belongs to them: it checks
// and compiles procedures, copies titles, params and data, and hands all of it to the compositor.
//
// Threads: the session's own.

#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>

#include "common/limits.h"
#include "server/session_screen.h"
#include "vso/object_consumer.h"

namespace blink::server {

class WindowObjects final : public vso::ObjectConsumer {
 public:
  explicit WindowObjects(SessionScreen& screen) : screen_(screen) {}
  ~WindowObjects() override;

  bool knows(std::uint16_t type) const override;
  Status prepare(const vso::ObjectVersion& version) override;
  void commit(const vso::ObjectVersion& version) override;
  void discard(const vso::ObjectVersion& version) override;
  void retire(vso::ObjectKey key) override;

 private:
  // Of a committed object: what it was, so that it can be taken back.
  struct Known {
    std::uint16_t type = BLINK_OBJECT_NONE;
    ObjectName window;
    jit::Callback callback{};
    std::uint64_t cost = 0;  // words of a procedure, bytes of data
  };
  // What prepare() made.
  struct Prepared {
    Known known;
    WindowShape shape;
    std::shared_ptr<const Procedure> procedure;
    std::shared_ptr<const Params> params;
    std::shared_ptr<const Bytes> data;
  };

  Status prepare_window(const vso::ObjectVersion& version, Prepared& made);
  Status prepare_procedure(const vso::ObjectVersion& version, Prepared& made);
  Status prepare_params(const vso::ObjectVersion& version, Prepared& made);
  Status prepare_data(const vso::ObjectVersion& version, Prepared& made);
  Status check_quota(vso::ObjectKey key, const Known& known, std::uint64_t max,
                     std::uint64_t server_max, const char* what) const;
  void count_cost(std::uint16_t type, std::uint64_t more, std::uint64_t less);
  void take_back(vso::ObjectKey key, const Known& known);
  void leave(const Known& known);
  void tell_of_skipped(ObjectName window, const jit::VerifiedProgram& program) const;

  SessionScreen& screen_;
  std::map<vso::ObjectKey, Known> known_;
  std::map<ObjectName, std::uint32_t> windows_;               // how many objects belong to each
  std::array<std::uint64_t, BLINK_OBJECT_DATA + 1> costs_{};  // by type: sums over known_
  std::optional<Prepared> prepared_;
};

}  // namespace blink::server
