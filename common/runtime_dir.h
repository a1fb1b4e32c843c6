// The directory in which a server and its clients find each other. It belongs to one user and
// nobody else may enter it: whoever can reach the client socket may connect.

#pragma once

#include <string>
#include <string_view>

#include "common/status.h"

namespace blink {

inline constexpr std::string_view client_socket_name = "clients";
inline constexpr std::string_view control_socket_name = "control";
inline constexpr std::string_view lock_name = "lock";
inline constexpr std::string_view log_name = "log";

// $BLINK_RUNTIME_DIR, else $XDG_RUNTIME_DIR/blink, else /tmp/blink-UID.
std::string default_runtime_dir();

// Makes the directory if it is missing; refuses one that others own or may enter.
Status prepare_runtime_dir(const std::string& path);

// Whether a client may take who answers there for its server. Anybody can make a directory in /tmp:
// the default one there must be this user's or root's, and nobody else's to write in. Any other
// place was chosen by whoever named it.
Status check_runtime_dir(const std::string& path);

}  // namespace blink
