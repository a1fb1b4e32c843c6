// WindowStack: where windows are on the screen and which lies over which: what a window manager
// knows. Nothing of GL, sessions or what windows show.
//
// Threads: one at a time.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "server/screen/frame_borders.h"
#include "server/screen/minimised_bars.h"
#include "server/screen/monitors.h"
#include "server/screen/rect.h"
#include "server/screen/screen_size.h"

namespace blink::server {

// Large ones are so on the monitor that holds most of them.
enum class WindowState : std::uint8_t { normal, maximised, left_half, right_half };

constexpr bool is_half(WindowState state) {
  return state == WindowState::left_half || state == WindowState::right_half;
}

// A window's place. Held by whoever owns the window, and changed by the stack alone.
struct WindowPlace {
  Rect content;  // where it is now: whole pixels
  WindowState state = WindowState::normal;
  bool is_minimised = false;  // nothing but a title bar, at the main monitor's lower edge
  FrameBorders borders;
  Rect normal;               // where it is in the state `normal`
  std::uint64_t raised = 0;  // when it came to lie where it does: of two the upper one's is larger
  float split = 0.5f;        // of a half: where along its monitor it meets the other one
  // Where the user had it last: `normal` from the corner of a monitor, which may have gone.
  struct Home {
    std::string monitor;
    Rect normal;
    bool is_whole = false;  // nothing of it lies beside that monitor
  } home = {};
};

// What of a window lies under a point.
struct WindowPart {
  enum class Kind : std::uint8_t { none, content, title_bar, minimise, maximise, close, edge };
  WindowPlace* window = nullptr;
  Kind kind = Kind::none;
  // Of an edge: which sides move with it, -1, 0 or 1.
  int side_x = 0, side_y = 0;

  bool operator==(const WindowPart&) const = default;
};

class WindowStack {
 public:
  explicit WindowStack(const ScreenMode& mode) : mode_(mode), monitors_(mode) {}

  // A new window comes on top, or below the one that has the keyboard: where it covers least of the
  // others, or else a step to the right of and below the one opened before.
  void open(WindowPlace& window, float width, float height, bool is_on_top = true);
  // As it was before, below that one of those that are minimised as it is; null: on top of them.
  void reopen(WindowPlace& window, Rect normal, WindowState state, bool is_minimised,
              const WindowPlace* above);
  void close(WindowPlace& window);
  // What the client wants; counts when the window is next normal.
  void set_normal_size(WindowPlace& window, float width, float height);

  // Another number after every change.
  std::uint64_t changes() const { return changes_; }
  // From below: the bars of minimised ones lie over all windows, the last one at the end.
  const std::vector<WindowPlace*>& order() const { return order_; }
  // The one that the user has had least recently first: minimised ones, the others from below.
  std::vector<WindowPlace*> by_use() const;
  // The one on top that is not minimised, unless the user has left all of them: it has the
  // keyboard.
  WindowPlace* focused() const;
  WindowPlace* last_minimised() const;
  WindowPart part_at(float x, float y) const;

  // No window has the keyboard, until one comes to the top. All stay where they lie.
  void leave_windows();

  // What the user does. A window that is raised or gets a state comes to the top.
  void raise(WindowPlace& window);
  void minimise(WindowPlace& window);
  void set_state(WindowPlace& window, WindowState state);
  // Of a normal window, to a place or size; some of its title bar stays within reach.
  void move(WindowPlace& window, float x, float y);
  void resize(WindowPlace& window, Rect content);
  // Of a half: it meets the other one there, from 0 to 1 along its monitor.
  void split(WindowPlace& window, float at);
  // To the place and state that it had.
  void put_back(WindowPlace& window, const WindowPlace& before);
  // All that the frame of such a window would fill, large on that monitor: beside a half what that
  // leaves.
  Rect large_area(WindowState state, Rect monitor) const;
  const Monitors& monitors() const { return monitors_; }
  // Another screen: windows go with their monitors, and return with them; those whose monitor is
  // not there keep to what is.
  void set_screen(const ScreenMode& mode);

  static constexpr float content_side_min = 48;
  // By its sides a window becomes no narrower than its frame.
  float resized_width_min() const;

 private:
  std::uint64_t raises_ = 0;
  std::vector<WindowPlace*>::iterator first_bar();
  MinimisedBars bars() const;
  bool is_half_on(Rect monitor, const WindowPlace& window) const;
  float split_on(Rect monitor, const WindowPlace* but = nullptr) const;
  Rect area_of(WindowState state, Rect monitor, float split) const;
  Rect content_in(Rect outer, FrameBorders borders = {}) const;
  void note_home(WindowPlace& window) const;
  void settle(WindowPlace& window);
  void settle_all();
  Rect place_for(float width, float height);
  Rect room_in(Rect monitor) const;
  Rect within_reach(Rect content) const;
  Rect within_reach(Rect content, Rect monitor) const;

  ScreenMode mode_;
  Monitors monitors_;
  std::vector<WindowPlace*> order_;
  bool is_left_ = false;  // by the user: no window has the keyboard
  std::uint32_t opened_ = 0;
  std::uint64_t changes_ = 0;
};

}  // namespace blink::server
