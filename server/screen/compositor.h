// Compositor: the screen, and the thread that draws it.
//
// Sessions tell it of their windows; it draws when something has changed or moves, and sleeps
// otherwise. The screen is a texture of the compositor's own context: the output presents it, and
// its picture is had by screenshot().
//
// Threads: any may call tell(), windows(), input(), change(), watch() and screenshot().

#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/roomy_thread.h"
#include "common/status.h"
#include "server/screen/canvas.h"
#include "server/screen/desktop.h"
#include "server/screen/output.h"
#include "server/screen/scene.h"
#include "server/screen/screen_frame.h"
#include "server/screen/screen_size.h"

namespace blink::server {

class Compositor {
 public:
  // Returns when the screen is there, or with the reason why there can be none.
  static Result<std::unique_ptr<Compositor>> start(std::shared_ptr<Output> output,
                                                   const DesktopSettings& settings = {});
  // On a headless output.
  static Result<std::unique_ptr<Compositor>> start(ScreenSize size,
                                                   const DesktopSettings& settings = {});
  ~Compositor();
  // Nothing is drawn any more.
  void stop();

  const std::shared_ptr<EglDisplay>& display() const { return output_->display(); }

  // What a session says of its windows.
  void tell(SessionNews news);
  // The windows as they are, from below.
  std::vector<WindowView> windows() const;
  // Is called when they may have changed, on the compositor's thread; nothing: not any more.
  void on_windows(std::function<void()> changed);
  // Is called when the pointer is to look otherwise, likewise.
  void on_cursor(std::function<void(Cursor)> changed);
  // What the user does.
  void input(const InputEvent& event);
  // The screen has changed, or its output has lost what was there.
  void change(const ScreenMode& mode);
  // The screen as it is now, with everything that was shown before the call; or the content of one
  // window, as choose_window() understands it, whatever lies over that. What takes long, the
  // compression, is done by the caller's thread: the screen goes on.
  Result<std::vector<std::byte>> screenshot(std::optional<std::string> window = std::nullopt);
  // Hands over the next frame after the one of that number, once; the newest, if there are later
  // ones already. Pixels are read for that alone. Who is watching then is not handed anything.
  void watch(std::uint64_t after, FrameTaker take);

  std::uint64_t frames_drawn() const { return frames_drawn_; }
  std::uint64_t frame_ns() const { return frame_ns_; }  // that drawing them took

 private:
  struct Shot {
    ScreenSize size;
    std::vector<std::byte> rgbx;  // the lowest row first
  };
  using Pixels = std::shared_ptr<const Shot>;
  struct Wanted {
    std::optional<std::string> window;  // none: the screen
    std::promise<Result<Pixels>> pixels;
    Desktop::Clock::time_point asked;
  };
  struct Watch {
    std::uint64_t after = 0;
    FrameTaker take;
  };

  Compositor(std::shared_ptr<Output> output, const DesktopSettings& settings,
             std::unique_ptr<Keyboard> keyboard)
      : output_(std::move(output)),
        settings_(settings),
        mode_(output_->mode()),
        keyboard_(std::move(keyboard)) {}
  void run(std::promise<Status> started);
  Status prepare();
  void set_mode(ScreenMode mode, Desktop::Clock::time_point now);
  void release();
  // What has come for the compositor's thread since it looked last.
  struct Arrivals {
    DesktopNews news;
    std::vector<InputEvent> input;
    std::optional<ScreenMode> mode;
    std::vector<Wanted> wanted;
    bool is_stopping = false;
    bool is_looked_at = false;  // the screen, by anybody
  };
  // Sleeps until something comes, or a frame is due.
  Arrivals wait(Desktop::Clock::time_point next_frame);
  void note_windows();
  void show_cursor();
  void draw_frame(Desktop::Clock::time_point now);
  void draw_background(Rect area);
  Pixels read_screen() const { return read(mode_.size); }
  // Of the framebuffer that is bound.
  Pixels read(ScreenSize size) const;
  // Null: something of it is still to come.
  Result<Pixels> shoot(const std::string& window, Desktop::Clock::time_point asked);
  void answer(std::vector<Wanted>& wanted);
  bool has_watched_frame() const { return watch_ && watch_->after < frames_drawn_; }
  void show_to_watcher();

  const std::shared_ptr<Output> output_;
  const DesktopSettings settings_;

  mutable std::mutex mutex_;
  std::condition_variable news_;
  DesktopNews desktop_news_;
  std::vector<InputEvent> input_;
  std::vector<WindowView> windows_;
  std::function<void()> on_windows_;
  std::function<void(Cursor)> on_cursor_;
  std::optional<ScreenMode> new_mode_;
  std::vector<Wanted> wanted_;
  std::optional<Watch> watch_;
  bool stopping_ = false;

  // The compositor's thread alone.
  ScreenMode mode_;
  std::unique_ptr<Keyboard> keyboard_;  // until the desktop has it
  std::unique_ptr<EglContext> context_;
  std::optional<Scene> scene_;
  std::optional<Desktop> desktop_;
  std::optional<Canvas> screen_;  // its framebuffer stays bound
  gl::GLenum gl_error_ = 0;       // of the last frame
  Cursor cursor_ = Cursor::arrow;
  std::vector<Wanted> waiting_;  // for what is drawn beside the screen

  std::atomic<std::uint64_t> frames_drawn_{0}, frame_ns_{0};
  RoomyThread thread_;
};

}  // namespace blink::server
