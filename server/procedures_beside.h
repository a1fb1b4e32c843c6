// ProceduresBeside: what a session's procedures draw beside the screen: `update`, and a `redraw`
// that takes too long for the screen's own thread. They run in a process of the session's own
// (decision 0020), and what they draw comes back as frames do.
//
// The process starts with the first of them, and ends when there was none for a while. When it
// fails, or takes too long, the procedure that it ran is at an end, and the next one starts
// another; after a few such failures the session ends.
//
// Threads: the session's own.

#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "server/frame_surface.h"
#include "server/gl_terms.h"
#include "server/renderer/packed_draw.h"
#include "server/renderer_link.h"
#include "server/renderer_process.h"
#include "server/session_link.h"
#include "server/session_screen.h"
#include "vso/object_consumer.h"

namespace blink::server {

class ProceduresBeside {
 public:
  ProceduresBeside(SessionScreen& screen, const SessionLink& session, const GlTerms& terms)
      : screen_(screen), session_(session), terms_(terms) {}
  ~ProceduresBeside();

  // Runs `update` of a window; procedures see what it drew as the picture with the window's name.
  Status update(ObjectName window);
  // Begins what the desktop wants redrawn, and hears of what was begun. A failure ends the session.
  Status look_around();
  vso::Awaited awaited() const;

 private:
  using Clock = std::chrono::steady_clock;
  using SurfaceName = std::pair<ObjectName, jit::Callback>;
  struct Updating {
    ObjectName window;
    Status outcome;
  };
  struct Redrawing {
    ObjectName window;
    Clock::time_point begin;
    std::optional<BesideGate::Pass> pass;
  };

  Status need_process();
  Status hand_over(jit::Callback callback, const RedrawWish& wish);
  Status read(const PictureFace& face, std::byte* to);
  Status run_update(const RedrawWish& wish);
  void begin_redraw(const RedrawWish& wish);
  void end_redraw(Redrawn redrawn);
  Status take(const RendererReport& report, std::span<UniqueFd> fds);
  Status take_drawn(const RendererReport& report, SurfaceName name);
  void pass_on(const RendererReport& report);
  bool is_at_hand(SurfaceName name) const;
  // Where the process has come to its end: what it had in hand fails with it.
  void let_go_of_process(const Status& why);
  void end_process();
  void drop_surfaces_of(const SessionNews& news);  // that tells of windows that have gone
  bool is_idle() const { return process_ && !redrawing_; }

  SessionScreen& screen_;
  const SessionLink& session_;
  const GlTerms terms_;
  std::unique_ptr<RendererProcess> process_;
  std::unique_ptr<RendererLink> link_;  // where there is a process
  bool shares_gpu_ = false;             // with the screen; a software driver is each process's own
  std::map<SurfaceName, FrameSurface> surfaces_;
  std::optional<Updating> updating_;
  std::optional<Redrawing> redrawing_;
  Clock::time_point drawn_at_;  // at last
  std::uint32_t failures_ = 0;
  std::uint32_t in_vain_ = 0;  // redraws in a row for which there was no process
  std::string end_;            // of the session; empty: it goes on
};

}  // namespace blink::server
