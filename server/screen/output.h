// Output: where the screen is seen, and where the user's input comes from.
//
// The compositor draws into a framebuffer of its own, whatever the output is, and has it presented
// after every frame. Textures are shared between the contexts of one EGL display: the output's.
//
// Threads: said below. It is made and destroyed on the main thread, after everything that uses it.

#pragma once

#include <functional>
#include <memory>

#include "common/status.h"
#include "server/screen/cursor.h"
#include "server/screen/input_event.h"
#include "server/screen/output_egl.h"
#include "server/screen/output_options.h"
#include "server/screen/screen_size.h"

namespace blink::server {

// What an output has to say. Called on the main thread.
struct OutputEvents {
  std::function<void(const InputEvent&)> input;
  // The mode is another, or what was presented is lost: in either case a frame is due.
  std::function<void(const ScreenMode&)> change;
  // The user is done.
  std::function<void()> close;
  // How many windows go with that: the user is asked whether it was meant, where there are some.
  std::function<std::size_t()> windows;
};

class Output {
 public:
  virtual ~Output() = default;

  // Any thread.
  virtual const std::shared_ptr<EglDisplay>& display() const = 0;
  // Whether frames are of use to it. When they are again, its mode is told anew.
  virtual bool is_seen() const { return true; }

  // The compositor's thread: its context is current from now on, and can present.
  virtual Status make_current(EglContext& context) = 0;
  // What the user's pointer looks like from now on, where there is one.
  virtual void show(Cursor) {}
  // The colours of a framebuffer of this size. Leaves it bound.
  virtual void present(const gl::Dispatch& gl, gl::GLuint framebuffer, ScreenSize size) = 0;

  // The main thread.
  virtual ScreenMode mode() const = 0;
  // Calls `serve`, maybe on another thread, and returns after it has returned.
  virtual void run(const std::function<void()>& serve, OutputEvents events) = 0;
};

// What the options ask for. Fails with what to do about it.
Result<std::shared_ptr<Output>> open_output(const OutputOptions& options, ScreenSize size);

}  // namespace blink::server
