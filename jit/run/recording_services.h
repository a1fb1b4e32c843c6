// RecordingServices: writes what a procedure asks of its session into the recording that listens on
// this thread, beside the calls of GL.

#pragma once

#include "gl/recording.h"
#include "jit/run/services.h"

namespace blink::jit {

class RecordingServices final : public Services {
 public:
  void call(Op service, std::span<const Value> arguments) override {
    const OpcodeInfo& info = info_of(service);
    gl::recording::begin(info.is_gl ? info.command : gl::Recording::no_command, info.name);
    const auto rules = operands_of(info);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      if (rules[i].kind == OperandKind::number)
        gl::recording::note(arguments[i].f32);
      else if (rules[i].kind == OperandKind::bits)
        gl::recording::note(static_cast<std::uint32_t>(arguments[i].i32));
      else
        gl::recording::note(arguments[i].i32);
    }
  }
};

}  // namespace blink::jit
