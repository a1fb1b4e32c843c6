// SessionScreen: what one session has on the screen, seen from the session's side: it tells the
// compositor of everything, and keeps what holds for those who draw beside the screen.
//
// Contexts cost megabytes, and most clients of a desktop are idle: each is made when it is first
// needed.
//
// Threads: the session's own.

#pragma once

#include <memory>

#include "common/limits.h"
#include "server/pace.h"
#include "server/screen/compositor.h"

namespace blink::server {

class SessionScreen {
 public:
  SessionScreen(SessionIdentity of, Compositor& compositor)
      : of_(std::move(of)), compositor_(compositor) {}
  // Takes the session off the screen.
  ~SessionScreen();
  SessionScreen(const SessionScreen&) = delete;

  const SessionIdentity& of() const { return of_; }
  Compositor& compositor() { return compositor_; }

  void tell(SessionNews news);
  // A window opens, or gets another title or size: who does so too often sleeps here.
  void pace_window_change();
  // The context that textures of pictures belong to. It is current.
  Result<EglContext*> picture_context();

  // For those who draw beside the screen: what was told since the last time, or, the first time and
  // after repeat_news(), all that holds.
  SessionNews take_news();
  void repeat_news() { must_repeat_ = true; }
  // Null: there is no such window.
  const WindowShape* shape(ObjectName window) const;
  // Tells of what they have drawn, which they know themselves.
  void tell_of_picture(ObjectName name, std::shared_ptr<const PictureFace> face);
  void tell_of_redraw(ObjectName window, Redrawn redrawn);

 private:
  void hand_in(SessionNews news);

  const SessionIdentity of_;
  Compositor& compositor_;
  bool has_told_ = false;
  SessionNews known_;  // what holds
  SessionNews news_;   // since it was taken, unless all must be repeated
  bool must_repeat_ = true;
  std::unique_ptr<EglContext> picture_context_;
  Pace pace_{limits::window_changes_at_once, limits::window_changes_per_s_max};
};

}  // namespace blink::server
