// XDesktop: an X server without a screen, where programs have their windows. It goes with this.

#pragma once

#include <string>
#include <vector>

#include "cli/process.h"
#include "common/status.h"

namespace blink::bench {

class XDesktop {
 public:
  // What it says goes into a file there.
  Status start(const std::string& directory);
  const std::string& name() const { return name_; }
  // The words before a command that give it this X server, Blink's OpenGL driver or Mesa's, and the
  // server of that runtime directory.
  std::vector<std::string> environment(const std::string& runtime_dir, bool is_direct) const;

 private:
  cli::Child server_;
  std::string name_;
};

}  // namespace blink::bench
