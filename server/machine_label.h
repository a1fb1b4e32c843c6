#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace blink::server {

// Which machine a session belongs to, as the server knows it by the door through which it came:
// nothing of this is a client's word.
struct MachineLabel {
  std::string name;                  // empty: none, it came by the server's own client socket
  std::optional<std::uint32_t> rgb;  // 0xRRGGBB; none: the one that goes with the name
};

}  // namespace blink::server
