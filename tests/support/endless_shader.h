// For tests of what does not end.

#pragma once

#include <string_view>

namespace blink::test {

// A driver may end a loop by itself (llvmpipe does after 65,535 turns), but not soon on many
// pixels.
inline constexpr std::string_view endless_shader =
    "uniform int never;\n"
    "void main() {\n"
    "  float sum = gl_FragCoord.x;\n"
    "  for (int i = 0; i >= never; ++i) { sum = sin(sum) + cos(sum * 1.5); i = i / 2; }\n"
    "  gl_FragColor = vec4(sum);\n"
    "}\n";

}  // namespace blink::test
