// Which window a user means who writes "3", "2:3", "2:0:3", a title, or the name of a client.

#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "common/status.h"
#include "server/screen/window_view.h"

namespace blink::server {

// Its place among `windows`. Numbers, those of `blink ps --json`, go before titles, and titles
// before names of clients: titles are the clients', and none may stand in for another's number.
// Fails with what there is instead.
Result<std::size_t> choose_window(std::span<const WindowView> windows, std::string_view wanted);

}  // namespace blink::server
