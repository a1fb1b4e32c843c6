// HeadlessOutput: a screen that is seen in screenshots only. It needs no desktop.

#pragma once

#include "server/screen/output.h"

namespace blink::server {

class HeadlessOutput final : public Output {
 public:
  static Result<std::shared_ptr<Output>> open(ScreenSize size);
  static std::shared_ptr<Output> on(std::shared_ptr<EglDisplay> display, ScreenSize size) {
    return std::shared_ptr<Output>(new HeadlessOutput(std::move(display), size));
  }

  const std::shared_ptr<EglDisplay>& display() const override { return display_; }
  Status make_current(EglContext& context) override { return context.make_current(); }
  void present(const gl::Dispatch&, gl::GLuint, ScreenSize) override {}
  ScreenMode mode() const override { return {.size = size_}; }
  void run(const std::function<void()>& serve, OutputEvents) override { serve(); }

 private:
  HeadlessOutput(std::shared_ptr<EglDisplay> display, ScreenSize size)
      : display_(std::move(display)), size_(size) {}

  const std::shared_ptr<EglDisplay> display_;
  const ScreenSize size_;
};

}  // namespace blink::server
