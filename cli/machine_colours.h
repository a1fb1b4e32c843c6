// Colours of machines by name.

#pragma once

#include <string>
#include <string_view>

namespace blink::cli {

// #rrggbb of a name, or of that itself; empty: it is neither.
std::string machine_colour_text(std::string_view name);
// "red, orange, ..."
std::string machine_colour_names();

}  // namespace blink::cli
