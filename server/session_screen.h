// SessionScreen: what one session has on the screen, seen from the session's side: it tells the
// compositor of everything, and draws beside the screen what the client or the desktop asks for.
//
// Contexts cost megabytes, and most clients of a desktop are idle: each is made when it is first
// needed.
//
// Threads: the session's own.

#pragma once

#include <memory>

#include "server/screen/compositor.h"
#include "server/screen/offscreen.h"

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
  // Runs `update` of a window; procedures see what it drew as the picture with the window's name.
  Status update(ObjectName window);
  // Redraws what the desktop has asked for.
  void redraw();
  // The context that textures of pictures belong to. It is current.
  Result<EglContext*> picture_context();

 private:
  Status need_offscreen();
  void hand_in(SessionNews news);

  const SessionIdentity of_;
  Compositor& compositor_;
  bool has_told_ = false;
  SessionNews known_;  // what holds now, until there is something that keeps it
  std::unique_ptr<Offscreen> offscreen_;
  std::unique_ptr<EglContext> picture_context_;
};

}  // namespace blink::server
