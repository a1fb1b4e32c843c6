// Offscreen: a session's procedures beside the screen: `update`, and a `redraw` that is too slow
// for the screen, drawn into images. It is what the session's own process for them runs
// (server/renderer/procedure_renderer.h).
//
// Threads: the one where its context is current.

#pragma once

#include <map>
#include <memory>

#include "server/screen/desktop_news.h"
#include "server/screen/offscreen_image.h"
#include "server/screen/window_procedures.h"

namespace blink::server {

class Offscreen {
 public:
  static Result<std::unique_ptr<Offscreen>> create(std::shared_ptr<EglDisplay> display,
                                                   const SessionIdentity& of);
  ~Offscreen();

  EglContext& context() { return *context_; }
  // What the desktop is told too.
  void take(SessionNews news);
  // Runs `update` or `redraw` of a window. The image that it drew is there until the next one.
  Result<OffscreenImage*> draw(jit::Callback callback, const RedrawWish& wish);

 private:
  struct Window {
    explicit Window(ObjectName name) : procedures(name) {}
    WindowProcedures procedures;
    std::optional<WindowShape> shape;
    std::unique_ptr<OffscreenImage> updated, redrawn;
  };
  Offscreen(std::unique_ptr<EglContext> context, const SessionIdentity& of);
  Result<Window*> find(ObjectName name, jit::Callback callback);

  const SessionIdentity of_;
  const std::unique_ptr<EglContext> context_;
  std::unique_ptr<GlReset> reset_;
  std::unique_ptr<ClientGl> gl_;
  std::map<ObjectName, Window> windows_;
};

}  // namespace blink::server
