// A few words of the X11 and Wayland protocols, spoken without their libraries: enough to know that
// a server is there, lets us in, and what it is.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/status.h"
#include "common/unique_fd.h"

namespace blink::doctor {

// ---- X11 (x11_hello.cpp) ----

// "host:number.screen"; an empty host, or "unix", is this one.
struct X11Address {
  std::string host;
  int number = 0;

  bool operator==(const X11Address&) const = default;
};
Result<X11Address> parse_x11_address(std::string_view display);

struct X11Server {
  std::string vendor;
  std::string screen;  // "1920x1080, 24 bits"
};
// Connects, proves who we are with the cookie in $XAUTHORITY or ~/.Xauthority, and reads what the
// server says of itself.
Result<X11Server> greet_x11(const X11Address& address);

// The MIT-MAGIC-COOKIE-1 for a display of this host in an Xauthority file's bytes; empty if none.
std::string find_x11_cookie(std::string_view file, std::string_view host, int number);

// ---- Wayland (wayland_hello.cpp) ----

struct WaylandServer {
  std::string path;
  std::vector<std::string> globals;  // "xdg_wm_base 3"

  bool offers(std::string_view interface) const;
};
// `display` is $WAYLAND_DISPLAY: a path, or a name in `runtime_folder` ($XDG_RUNTIME_DIR).
Result<WaylandServer> greet_wayland(std::string_view display, std::string_view runtime_folder);

// ---- Both (socket_io.cpp) ----

Result<UniqueFd> connect_unix(std::string_view path, bool is_abstract = false);
Status write_all(int socket, std::string_view bytes);
// Exactly `count` bytes. A server that says nothing for two seconds is a failure.
Result<std::string> read_exactly(int socket, std::size_t count);

}  // namespace blink::doctor
