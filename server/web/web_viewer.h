// WebViewer: shows the screen to browsers of this host, and takes what the user does there.
//
// One page over HTTP, and one WebSocket for each browser that shows it (docs/formats/web.md), both
// by libwebsockets. Nothing is done while nobody watches or nothing changes: a frame is asked for
// when a browser has shown the one before.
//
// Trust: whoever has the token is the user. Everybody else of this host may connect, and is held
// off by admission.h and by limits: a few connections, small messages, little time.
//
// Threads: one of its own serves all. Frames and cursors come from the thread that draws.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "common/status.h"
#include "server/screen/cursor.h"
#include "server/screen/input_event.h"
#include "server/screen/screen_frame.h"

namespace blink::server {

// What is shown. Both are called on the viewer's thread.
struct WatchedScreen {
  // Hands over the next frame after the one of that number, once (Compositor::watch).
  std::function<void(std::uint64_t after, FrameTaker take)> watch;
  std::function<void(const InputEvent& event)> input;
};

class WebViewer {
 public:
  // Listens on the loopback interface; port 0: any that is free.
  static Result<std::unique_ptr<WebViewer>> start(std::uint16_t port, const std::string& token,
                                                  WatchedScreen screen);
  ~WebViewer();

  // The pointer looks like that from now on.
  void show(Cursor cursor);

  std::uint16_t port() const;
  // For the user's browser, with the token where browsers keep it to themselves.
  std::string address() const;

 private:
  class Service;
  explicit WebViewer(std::unique_ptr<Service> service);

  const std::unique_ptr<Service> service_;
};

}  // namespace blink::server
