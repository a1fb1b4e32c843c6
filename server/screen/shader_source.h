// What a driver's compiler is not shown of a client's shader. Compilers walk expressions with their
// own stack and write out macros as often as they are named: a few lines may stand for gigabytes.
// A shader is refused whose macros make much of little, or whose arrays are larger than any honest
// one's on the stack of a shader. And how heavy a shader may be. Not a compiler: what is wrong in
// other ways, the driver finds.

#pragma once

#include <string>
#include <string_view>

namespace blink::server {

// Why not; empty where there is nothing to object to.
std::string objection_to_shader(std::string_view source);

// What a run of it may cost at most, about, in words of its source that are come by; infinite where
// that cannot be told at a look: it has loops, or calls what is elsewhere.
double weight_of_shader(std::string_view source);

}  // namespace blink::server
