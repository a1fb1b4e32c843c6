// Seat: the user's pointer and keyboard. It does with windows what the user asks of them, and says
// who is to hear of the rest: keys go to the focused window, the pointer to the one that it is
// over, and while a button is held to the one where it was pressed. A press beside all windows
// takes the keyboard from them: nobody hears keys then.
//
//   in the frame   drag the title bar, or an edge; press it twice: maximise; the three buttons
//   anywhere       Super and the left button: move; Super and the right one: resize
//   while dragged  Escape: as it was before
//   keys           Alt+Tab, Alt+Shift+Tab, Alt+F4, Super and an arrow: halves, maximise, back
//
// Threads: one at a time.

#pragma once

#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/screen/cursor.h"
#include "server/screen/input_event.h"
#include "server/screen/keyboard.h"
#include "server/screen/window_stack.h"

namespace blink::server {

// What a window's client and procedures hear.
struct WindowInput {
  enum class Kind : std::uint8_t { pointer, button, wheel, key, focus, touch, close };
  WindowPlace* window = nullptr;
  Kind kind = Kind::pointer;
  std::uint32_t code = 0;
  std::uint32_t value = 0;  // as in struct blink_event_window
  std::uint32_t modifiers = 0;
  float x = 0, y = 0;  // in the window; of the wheel: steps
  std::string text;
};

// A button of a frame that would act if the user clicked, or if the button that is down went up.
struct LitButton {
  WindowPart part;
  bool is_pressed = false;

  bool operator==(const LitButton&) const = default;
};

// Where a window would be if the user let go of it now: of no window, not elsewhere than it is.
struct Landing {
  const WindowPlace* window = nullptr;
  WindowState state = WindowState::normal;
  Rect area;  // of its frame

  bool operator==(const Landing&) const = default;
};

// What the user switches through, the one used last first; of no windows: none is.
struct Switching {
  std::vector<const WindowPlace*> windows;
  std::size_t chosen = 0;
};

class Seat {
 public:
  using Clock = std::chrono::steady_clock;

  Seat(WindowStack& stack, std::unique_ptr<Keyboard> keyboard)
      : stack_(stack), keyboard_(std::move(keyboard)) {}

  // Appends what there is to hear.
  void take(const InputEvent& event, Clock::time_point now, std::vector<WindowInput>& heard);
  // Windows have come, gone or changed places by themselves: who has the focus now?
  void look_again(std::vector<WindowInput>& heard);
  // The user has pressed nothing for a while, and holds nothing.
  static constexpr std::chrono::milliseconds typing_pause{1'000};
  bool is_idle(Clock::time_point now, Clock::duration pause = typing_pause) const;
  // It is going away.
  void forget(const WindowPlace& window);

  // The pointer is there; of no window: on none.
  LitButton lit_button() const;
  Landing landing() const;
  Switching switching() const;
  Cursor cursor() const;
  float x() const { return x_; }
  float y() const { return y_; }

 private:
  using Heard = std::vector<WindowInput>;
  // What the user drags: a window, from where it was when the pointer was there.
  struct Drag {
    WindowPlace* window;
    int side_x, side_y;  // both 0: the window moves
    float x, y;
    WindowPlace before = *window;
    Rect from = window->content;
    bool is_cancelled = false;
  };
  // A click that counts when the button goes up over the same thing.
  struct Click {
    WindowPart part;
    Clock::time_point when;
  };

  void move_pointer(float x, float y, Heard& heard);
  void press(std::uint32_t button, Clock::time_point now, Heard& heard);
  void release(std::uint32_t button, Clock::time_point now, Heard& heard);
  void touch(const InputEvent& event, Clock::time_point now, Heard& heard);
  void key(const InputEvent& event, Heard& heard);
  bool take_shortcut(std::uint32_t key, Heard& heard);
  void switch_windows(bool backwards);
  void raise_switched();
  void leave(Heard& heard);
  void drag_to(float x, float y);
  void cancel_drag();
  void end_drag();
  void hover(WindowPlace* window, Heard& heard);
  void say(WindowPlace* window, WindowInput::Kind kind, std::uint32_t code, std::uint32_t value,
           Heard& heard) const;

  WindowStack& stack_;
  const std::unique_ptr<Keyboard> keyboard_;
  float x_ = -1, y_ = -1;
  std::optional<Clock::time_point> last_press_;  // or release, of a key or a button
  std::set<std::uint32_t> buttons_;              // that are down
  std::set<std::uint32_t> down_keys_;            // likewise
  std::set<std::uint32_t> told_keys_;  // of these, the ones that the focused window knows of
  std::map<std::uint32_t, WindowPlace*> fingers_;
  WindowPlace* focused_ = nullptr;  // that was told so
  WindowPlace* hovered_ = nullptr;  // likewise
  WindowPlace* held_ = nullptr;     // where a button was pressed that is still down
  std::optional<Drag> drag_;
  std::optional<Click> click_, last_click_;
  bool is_finger_ = false;  // what was there last: it is nowhere when it is up
  struct Switched {
    WindowPlace* window;
    bool was_minimised;
  };
  std::vector<Switched> switching_;  // the one used last first, when Alt+Tab began
  std::size_t switched_ = 0;         // which of them has come
};

}  // namespace blink::server
