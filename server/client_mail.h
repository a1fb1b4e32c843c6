// ClientMail: what the screen tells a session's client, on its way to the session's thread, which
// alone may write into the event ring.
//
// Never full of what is out of date: a newer place of the pointer or size of a window takes the
// place of the one before when nothing came between.
//
// Threads: any may put(); the session's takes.

#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "vso/blink_vso.h"
#include "vso/local/doorbell.h"

namespace blink::server {

class ClientMail {
 public:
  using Letter = std::variant<blink_event_window, blink_event_refusal>;
  struct End {
    std::uint32_t code = 0;
    std::string text;
  };

  // The doorbell is rung when there is mail, and the other one, too, when the session is to end:
  // whose thread may be stuck. They outlive this, or is_over() was called.
  explicit ClientMail(const vso::local::Doorbell& doorbell,
                      const vso::local::Doorbell* ending = nullptr)
      : doorbell_(&doorbell), ending_(ending) {}

  // `type` is BLINK_EVENT_INPUT, _CONFIGURE, _CLOSE, _POST, _SHOWN or _RELEASE; the header is
  // filled in here.
  void put(std::uint16_t type, blink_event_window letter);
  void put_complaint(std::uint32_t array, std::uint32_t window, std::uint32_t code,
                     std::string_view text);
  // The session is to end for this reason; of several, the first.
  void ask_to_end(std::uint32_t code, std::string_view text);
  std::optional<End> end_asked() const;
  std::vector<Letter> take();
  // Wakes the session's thread though there is no mail.
  void wake();
  // Nobody reads any more.
  void is_over();

 private:
  void put(Letter letter);

  mutable std::mutex mutex_;
  const vso::local::Doorbell* doorbell_;
  const vso::local::Doorbell* const ending_;
  std::vector<Letter> letters_;
  std::optional<End> end_;
};

// What the next one makes out of date: a place of the pointer, a frame.
bool is_passing(const ClientMail::Letter& letter);

}  // namespace blink::server
