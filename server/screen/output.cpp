#include "server/screen/output.h"

#include <cstdlib>

#include "common/log.h"
#include "server/screen/output_glfw.h"
#include "server/screen/output_headless.h"
#include "server/screen/output_null.h"

namespace blink::server {
namespace {

bool has_desktop() {
  for (const char* name : {"WAYLAND_DISPLAY", "DISPLAY"})
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return true;
  return false;
}

}  // namespace

Result<std::shared_ptr<Output>> open_output(const OutputOptions& options, ScreenSize size) {
  using Kind = OutputOptions::Kind;
  if (options.kind == Kind::none) return open_null_output(size);
  if (options.kind == Kind::window) return GlfwOutput::open(options, size);
  if (options.kind == Kind::automatic && has_desktop()) {
    auto window = GlfwOutput::open(options, size);
    if (window.is_ok()) return window;
    log_info("output.headless", {{"reason", window.status().text()}});
  }
  return HeadlessOutput::open(size);
}

}  // namespace blink::server
