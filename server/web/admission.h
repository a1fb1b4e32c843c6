// Who may see the screen in a browser.
//
// Any program of this host, and any page that the user's browser has open, can connect to a port of
// the loopback interface. So who watches must know the token; and the browser's word, in the
// headers Host and Origin, must say that it is our page which asks: else another site's page could
// use what the user's browser holds (cross-site hijacking), or a name of its own that leads here
// (DNS rebinding).

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/status.h"

namespace blink::server {

// 128 random bits, in hexadecimal digits.
Result<std::string> new_token();
// Takes as long whatever is offered, so that nobody can find the token digit by digit.
bool is_token(std::string_view offered, std::string_view token);

// "127.0.0.1:PORT" or "localhost:PORT"; without the port where it is 80, as browsers write it.
bool is_own_host(std::string_view host, std::uint16_t port);
// The same with "http://" before it.
bool is_own_origin(std::string_view origin, std::uint16_t port);

}  // namespace blink::server
