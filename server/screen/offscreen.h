// Offscreen: a session's own GL context, where procedures of its windows draw into images beside
// the screen: `update`, and a `redraw` that is too slow for the screen. What they take delays their
// session and nobody else.
//
// Threads: the session's own.

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

  // What the desktop is told too.
  void take(SessionNews news);
  // Runs `update` of a window, and returns the image that it drew.
  Result<std::shared_ptr<const PictureFace>> update(ObjectName window);
  // The same with `redraw`, as the desktop would run it.
  Result<std::shared_ptr<const PictureFace>> redraw(const RedrawWish& wish);

 private:
  struct Window {
    explicit Window(ObjectName name) : procedures(name) {}
    WindowProcedures procedures;
    std::optional<WindowShape> shape;
    std::unique_ptr<OffscreenImage> updated, redrawn;
  };
  Offscreen(std::unique_ptr<EglContext> context, const SessionIdentity& of);
  Result<Window*> find(ObjectName name, jit::Callback callback);
  Result<std::shared_ptr<const PictureFace>> draw(Window& window, jit::Callback callback,
                                                  std::unique_ptr<OffscreenImage>& image,
                                                  std::uint32_t width, std::uint32_t height);

  const SessionIdentity of_;
  const std::unique_ptr<EglContext> context_;
  std::unique_ptr<GlReset> reset_;
  std::unique_ptr<ClientGl> gl_;
  std::map<ObjectName, Window> windows_;
};

}  // namespace blink::server
