// Whether a GL driver is software: its drawing takes the processor's time, in this process.

#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "gl/generated/dispatch.h"
#include "gl/generated/enums.h"

namespace blink::server {

inline bool is_software(const gl::Dispatch& gl) {
  const auto* const said = reinterpret_cast<const char*>(gl.GetString(gl::GL_RENDERER));
  const std::string_view renderer = said != nullptr ? said : "";
  return std::ranges::any_of(
      std::array{"llvmpipe", "softpipe", "swrast", "SWR", "lavapipe"},
      [&](const char* name) { return renderer.find(name) != std::string_view::npos; });
}

}  // namespace blink::server
