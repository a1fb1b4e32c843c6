#include "cli/film_maker.h"

#include <fcntl.h>

#include "cli/process.h"

namespace blink::cli {

Status make_film(const std::string& path, const std::string& source) {
  const UniqueFd null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  // env looks for it in PATH, and ends with 127 where it does not find it.
  BLINK_ASSIGN(Child maker, start({"/usr/bin/env", "ffmpeg", "-v", "quiet", "-y", "-f", "lavfi",
                                   "-i", source, "-c:v", "mpeg4", "-q:v", "2", "-bf", "0", path},
                                  null.get(), -1, true));
  const int status = maker.wait(60'000);
  if (status == 127) return Status::system("the program ffmpeg is not here (package ffmpeg)");
  return status == 0 ? Status() : Status::system("ffmpeg cannot make a film of " + source);
}

}  // namespace blink::cli
