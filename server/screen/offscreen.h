// Offscreen: a session's procedures beside the screen: `update`, and a `redraw` that is too slow
// for the screen, drawn into images. It is what the session's own process for them runs
// (server/renderer/procedure_renderer.h).
//
// Threads: the one where its context is current.

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>

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
  struct Drawn {
    OffscreenImage* image;  // there until the next one
    std::span<const float, jit::cells_max> cells;
  };
  // Runs `update` or `redraw` of a window.
  Result<Drawn> draw(jit::Callback callback, const RedrawWish& wish);
  // Where procedures tell their client something.
  void on_post(std::function<void(ObjectName, float, float)> take) {
    gl_->on_post = std::move(take);
  }

 private:
  struct Window {
    explicit Window(ObjectName name) : procedures(name) {}
    WindowProcedures procedures;
    std::optional<WindowShape> shape;
    std::uint32_t width = 0, height = 0;  // that its procedures know
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
