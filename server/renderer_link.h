// RendererLink: the talk with a renderer, from blinkd's side.
//
// Orders are handed over and not waited for, as many as the socket holds; then, and where an answer
// is wanted, the session's thread waits here, and hears meanwhile what the renderer reports, and
// whether the session is to end. Nothing that the renderer says is believed, and it is given only
// so much time: now and then it is asked whether the driver has done with everything, and if
// neither an answer nor a frame comes, it is no more waited for.
//
// A failure of the link is final, and by then the renderer has ended.
//
// Threads: the session's own.

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "common/status.h"
#include "common/unique_fd.h"
#include "server/renderer/protocol.h"
#include "server/session_link.h"
#include "vso/object_consumer.h"

namespace blink::server {

class RendererLink {
 public:
  struct Other {
    std::string of;  // what it runs: "its OpenGL"
    int socket = -1;
    // Takes what it reports beside answers, and of the descriptors that came with it what it wants.
    std::function<Status(const RendererReport&, std::span<UniqueFd>)> take;
    // Ends it, and says how it had ended.
    std::function<std::string()> end;
  };
  RendererLink(Other other, const SessionLink& session, std::chrono::milliseconds time_max);

  // Hands an order over.
  Status tell(const RendererOrder& order, std::span<const int> fds = {});
  // The same, and waits until it has been carried out: how that went.
  Status ask(RendererOrder order);
  // Hears what has been said, and looks at the time.
  Status look_around();
  vso::Awaited awaited() const;
  bool is_broken() const { return broken_.has_value(); }

 private:
  using Clock = std::chrono::steady_clock;
  struct Broken {
    std::uint32_t code;
    std::string text;
  };

  Status send(const RendererOrder& order, std::span<const int> fds);
  // Waits until the socket is ready for `events`, or there is something to hear; `since` is when
  // the other's time began.
  Status wait(short events, Clock::time_point since);
  Status hear();
  Status take(const RendererReport& report, std::span<UniqueFd> fds);
  Status count_report();
  Status keep_watch();
  // Ends the renderer; there is nothing more to be said.
  Status fail(const Status& why);
  Status why_broken() const;
  Status gone();
  Status too_slow();

  const Other other_;
  const SessionLink& session_;
  const std::chrono::milliseconds time_max_;
  std::optional<Broken> broken_;

  std::uint64_t numbers_ = 0;             // of answers that were asked for
  std::optional<RendererReport> answer_;  // the last one to ask()
  std::uint64_t asked_ = 0;               // what ask() waits for; 0: nothing

  // The watch. There is one question at a time, and not more often than every look_time.
  std::uint64_t question_ = 0;  // the number of the answer; 0: it has come
  bool is_unwatched_ = false;   // there may be something to do since the question
  Clock::time_point heard_at_, question_at_;

  Clock::time_point second_begin_;
  std::uint32_t reports_this_second_ = 0;
};

}  // namespace blink::server
