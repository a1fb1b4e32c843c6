#pragma once

#include "server/renderer/protocol.h"

namespace blink::server {

// Waits until blinkd has taken it.
Status send_report(int socket, const RendererReport& report, int fd = -1);

}  // namespace blink::server
