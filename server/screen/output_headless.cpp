#include "server/screen/output_headless.h"

namespace blink::server {

Result<std::shared_ptr<Output>> HeadlessOutput::open(ScreenSize size) {
  BLINK_ASSIGN(auto display, EglDisplay::open());
  return on(std::move(display), size);
}

}  // namespace blink::server
