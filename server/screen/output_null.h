// A screen on which nothing is drawn: the commands of GL return at once. Everything else is as
// ever, so what the server itself costs can be measured, as if drawing cost nothing: with a quick
// GPU it nearly does.

#pragma once

#include "server/screen/output.h"

namespace blink::server {

// Commands that do nothing; whoever asks is told that all is well.
gl::Dispatch idle_driver();

Result<std::shared_ptr<Output>> open_null_output(ScreenSize size);

}  // namespace blink::server
