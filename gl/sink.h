// Sink: the only way out to a GL driver. No code of Blink calls GL but through a sink.
//
// A sink belongs to one context, and is used where this context is current. What is behind it is
// decided by the table of commands that it is made with:
//
//   a driver    load_dispatch() with the lookup of the window system (server/screen/output_egl.h)
//   nothing     Sink::null(): commands that return zero, for tests and for measuring without a driver
//   others      any table, such as one whose commands write down how they were called
//
// A command that the driver lacks does nothing and returns zero; no pointer is ever null. What may
// be used is decided by versions and extensions, as the specifications want it.

#pragma once

#include <string_view>

#include "common/status.h"
#include "gl/generated/dispatch.h"
#include "gl/generated/enums.h"

namespace blink::gl {

class Sink {
 public:
  explicit Sink(const Dispatch& dispatch) : dispatch_(dispatch) {}
  static Sink null() { return Sink(null_dispatch()); }

  Sink(Sink&&) = default;
  Sink& operator=(Sink&&) = default;

  // sink->DrawArrays(...)
  const Dispatch* operator->() const { return &dispatch_; }

  // The errors of the commands since the last call, as a failure of the system; ok when there were
  // none. `what` says what was being done.
  Status take_errors(std::string_view what) const;

 private:
  Dispatch dispatch_;
};

}  // namespace blink::gl
