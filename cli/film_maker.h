// Films for the demo video, made by the program ffmpeg where there is one.

#pragma once

#include <string>

#include "common/status.h"

namespace blink::cli {

// `source`: of ffmpeg's lavfi. The folder of the path is there.
Status make_film(const std::string& path, const std::string& source);

}  // namespace blink::cli
